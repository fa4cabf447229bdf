package dev.talaria.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.pipeline.config.PipelineConfig;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.module.ModuleFinder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// What `deploy` says of ports, paths, names and settings, held against each other and the code.
class DeploymentTest {

    private static final Path ROOT = Path.of(System.getProperty("talaria.root", ".."));
    private static final Path DEPLOY = ROOT.resolve("deploy");
    private static final Pattern VARIABLE = Pattern.compile("(TALARIA_[A-Z_]+)=(\\S+)");

    private static final Map<String, JsonNode> MANIFESTS = new HashMap<>();
    private static String dockerfile;

    @TempDir private Path folder;

    @BeforeAll
    static void read() throws IOException {
        YAMLMapper yaml = new YAMLMapper();
        try (Stream<Path> files = Files.list(DEPLOY.resolve("kubernetes"))) {
            for (Path file : files.toList()) {
                JsonNode manifest = yaml.readTree(Files.readString(file));
                MANIFESTS.put(file.getFileName().toString(), manifest);
            }
        }
        dockerfile = Files.readString(DEPLOY.resolve("container/Dockerfile"));
    }

    private static JsonNode at(String file, String pointer) {
        JsonNode node = MANIFESTS.get(file).at(pointer);
        assertThat(node.isMissingNode()).as(file + " " + pointer).isFalse();
        return node;
    }

    private static JsonNode container(String pointer) {
        return at("stateful-set.yaml", "/spec/template/spec/containers/0" + pointer);
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /// The environment of the image, as its Dockerfile sets it.
    private static Map<String, String> imageEnvironment() {
        Map<String, String> environment = new HashMap<>();
        Matcher variables = VARIABLE.matcher(dockerfile.substring(dockerfile.indexOf("\nENV ")));
        while (variables.find()) {
            environment.put(variables.group(1), variables.group(2));
        }
        return environment;
    }

    /// The configuration of a pod: the image's environment, the secret, the pod's own, the file.
    private PipelineConfig podConfig() throws IOException {
        Map<String, String> environment = imageEnvironment();
        at("secret.yaml", "/stringData")
                .properties()
                .forEach(value -> environment.put(value.getKey(), value.getValue().asString()));
        elements(container("/env"))
                .forEach(variable ->
                        environment.put(
                                variable.get("name").asString(),
                                variable.has("value")
                                        ? variable.get("value").asString()
                                        : "talaria-0"));
        Path file = folder.resolve("talaria.yaml");
        Files.writeString(file, at("config.yaml", "/data/talaria.yaml").asString());
        return PipelineConfig.load(file, environment);
    }

    @Test
    void everySettingOfThePodsIsOneThePipelineKnows() throws IOException {
        PipelineConfig config = podConfig();
        assertThat(config.instanceId()).contains("talaria-0");
        assertThat(config.kafka()).containsEntry("security.protocol", "SASL_SSL");
        assertThat(config.kafka().get("sasl.jaas.config")).contains("ScramLoginModule");
        assertThat(config.stateDir()).isEqualTo(Path.of("/var/lib/talaria"));
    }

    @Test
    void portsAndPathsOfTheProbesAreThoseTheProcessAnswersOn() throws IOException {
        int port = podConfig().observation().port().orElseThrow();
        assertThat(podConfig().observation().address()).isEqualTo("0.0.0.0");
        assertThat(container("/ports/0/containerPort").asInt()).isEqualTo(port);
        assertThat(container("/ports/0/name").asString()).isEqualTo("http");
        assertThat(dockerfile).contains("EXPOSE " + port + "\n");
        assertThat(at("service.yaml", "/spec/ports/0/port").asInt()).isEqualTo(port);
        assertThat(at("service.yaml", "/spec/ports/0/targetPort").asString()).isEqualTo("http");
        assertThat(container("/startupProbe/httpGet/path").asString()).isEqualTo("/live");
        assertThat(container("/livenessProbe/httpGet/path").asString()).isEqualTo("/live");
        assertThat(container("/readinessProbe/httpGet/path").asString()).isEqualTo("/ready");
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(container("/" + probe + "/httpGet/port").asString()).isEqualTo("http");
        }
        assertThat(at("service-monitor.yaml", "/spec/endpoints/0/path").asString())
                .isEqualTo("/metrics");
        assertThat(at("service-monitor.yaml", "/spec/endpoints/0/port").asString())
                .isEqualTo("http");
    }

    @Test
    void whatIsWrittenIsMountedAndTheRestIsReadOnly() throws IOException {
        Map<String, String> mounts = new HashMap<>();
        elements(container("/volumeMounts"))
                .forEach(mount ->
                        mounts.put(
                                mount.get("mountPath").asString(), mount.get("name").asString()));
        PipelineConfig config = podConfig();
        assertThat(mounts).containsKeys(config.stateDir().toString(), "/tmp");
        Path model = config.operator().model().orElseThrow();
        assertThat(mounts).containsKey(model.getParent().toString());
        assertThat(dockerfile)
                .contains("VOLUME [\"" + config.stateDir() + "\", \"" + model.getParent() + "\"]");
        assertThat(container("/args/2").asString()).isEqualTo("/etc/talaria/talaria.yaml");
        assertThat(dockerfile)
                .contains("CMD [\"run\", \"--config\", \"/etc/talaria/talaria.yaml\"]");
        assertThat(mounts).containsKey("/etc/talaria");
        assertThat(container("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();

        TreeSet<String> volumes = new TreeSet<>();
        elements(at("stateful-set.yaml", "/spec/template/spec/volumes"))
                .forEach(volume -> volumes.add(volume.get("name").asString()));
        elements(at("stateful-set.yaml", "/spec/volumeClaimTemplates"))
                .forEach(claim -> volumes.add(claim.at("/metadata/name").asString()));
        assertThat(volumes).containsExactlyInAnyOrderElementsOf(mounts.values());
    }

    @Test
    void nobodyIsRootAndTheUserIsTheImages() {
        String user =
                at("stateful-set.yaml", "/spec/template/spec/securityContext/runAsUser").asString();
        assertThat(dockerfile).contains("USER " + user + ":" + user, "--uid " + user);
        assertThat(
                        at("stateful-set.yaml", "/spec/template/spec/securityContext/runAsNonRoot")
                                .asBoolean())
                .isTrue();
        assertThat(container("/securityContext/allowPrivilegeEscalation").asBoolean()).isFalse();
        assertThat(container("/securityContext/capabilities/drop/0").asString()).isEqualTo("ALL");
    }

    @Test
    void aPodMayTakeAsLongToStopAsTheProcessMayAndComesBackWithinItsSession() throws IOException {
        PipelineConfig config = podConfig();
        long grace =
                at("stateful-set.yaml", "/spec/template/spec/terminationGracePeriodSeconds")
                        .asLong();
        assertThat(grace).isGreaterThan(config.stop().timeout().toSeconds() + 5);
        assertThat(config.stop().leavesGroup()).isFalse();
        assertThat(Long.parseLong(config.kafka().get("session.timeout.ms")))
                .isGreaterThan(2 * 1000 * grace);
    }

    @Test
    void namesThatReferToEachOtherAgree() {
        String name = at("stateful-set.yaml", "/metadata/name").asString();
        assertThat(at("stateful-set.yaml", "/spec/serviceName").asString())
                .isEqualTo(at("service.yaml", "/metadata/name").asString());
        assertThat(container("/envFrom/0/secretRef/name").asString())
                .isEqualTo(at("secret.yaml", "/metadata/name").asString());
        assertThat(
                        at("stateful-set.yaml", "/spec/template/spec/volumes/0/configMap/name")
                                .asString())
                .isEqualTo(at("config.yaml", "/metadata/name").asString());
        assertThat(
                        at(
                                        "stateful-set.yaml",
                                        "/spec/template/spec/volumes/1/persistentVolumeClaim/claimName")
                                .asString())
                .isEqualTo(at("models.yaml", "/metadata/name").asString());
        assertThat(at("stateful-set.yaml", "/spec/template/spec/serviceAccountName").asString())
                .isEqualTo(at("service-account.yaml", "/metadata/name").asString());
        String label = "/app.kubernetes.io~1name";
        assertThat(
                        Stream.of(
                                at("stateful-set.yaml", "/spec/selector/matchLabels" + label),
                                at("stateful-set.yaml", "/spec/template/metadata/labels" + label),
                                at("service.yaml", "/spec/selector" + label),
                                at("service.yaml", "/metadata/labels" + label),
                                at("disruption-budget.yaml", "/spec/selector/matchLabels" + label),
                                at("service-monitor.yaml", "/spec/selector/matchLabels" + label)))
                .allSatisfy(value -> assertThat(value.asString()).isEqualTo(name));
    }

    @Test
    void theKustomizationNamesEveryManifestButTheOneThatNeedsMoreThanKubernetes() {
        List<String> named =
                elements(at("kustomization.yaml", "/resources")).map(JsonNode::asString).toList();
        TreeSet<String> files = new TreeSet<>(MANIFESTS.keySet());
        files.removeAll(List.of("kustomization.yaml", "service-monitor.yaml"));
        assertThat(named).containsExactlyInAnyOrderElementsOf(files);
        files.remove("namespace.yaml");
        for (String file : files) {
            assertThat(at(file, "/metadata/namespace").asString())
                    .isEqualTo(at("kustomization.yaml", "/namespace").asString());
        }
    }

    @Test
    void theImageStartsAsTheLauncherDoes() {
        assertThat(dockerfile)
                .contains(
                        "RUN --mount=type=cache,target=/maven deploy/assemble /opt/talaria",
                        "ENTRYPOINT [\"/opt/talaria/talaria\"]",
                        "TALARIA_JAVA_HOME=/opt/java")
                .containsPattern("FROM eclipse-temurin:25\\.\\d+\\.\\d+_\\d+-jdk-noble AS build");
    }

    @Test
    void theImagesJavaHasTheModulesTheLauncherAsksFor() throws IOException {
        List<String> modules =
                Files.readAllLines(DEPLOY.resolve("container/modules")).stream()
                        .filter(line -> !line.startsWith("#"))
                        .toList();
        assertThat(modules)
                .contains(
                        "java.se",
                        "jdk.incubator.vector",
                        "jdk.httpserver",
                        "jdk.jfr",
                        "jdk.unsupported")
                .doesNotHaveDuplicates();
        assertThat(modules)
                .allSatisfy(name -> assertThat(ModuleFinder.ofSystem().find(name)).isPresent());
    }

    @Test
    void theHealthCheckOfTheImageTellsByTheStatusOfLive() throws Exception {
        assertThat(healthCheck("200 OK")).isZero();
        assertThat(healthCheck("503 Service Unavailable")).isEqualTo(1);
        assertThat(healthCheckWithoutServer()).isNotZero();
    }

    private static int healthCheck(String status) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Process check = startHealthCheck(server.getLocalPort());
            try (Socket socket = server.accept();
                    OutputStream out = socket.getOutputStream();
                    BufferedReader in =
                            new BufferedReader(
                                    new InputStreamReader(
                                            socket.getInputStream(), StandardCharsets.US_ASCII))) {
                assertThat(in.readLine()).isEqualTo("GET /live HTTP/1.0");
                out.write(
                        ("HTTP/1.1 " + status + "\r\nContent-length: 0\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
            }
            return end(check);
        }
    }

    private static int healthCheckWithoutServer() throws Exception {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = server.getLocalPort();
        }
        return end(startHealthCheck(port));
    }

    private static Process startHealthCheck(int port) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        DEPLOY.resolve("container/healthcheck").toAbsolutePath().toString());
        builder.environment().put("TALARIA_HTTP_PORT", Integer.toString(port));
        return builder.redirectErrorStream(true).start();
    }

    private static int end(Process process) throws InterruptedException {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}

package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.app.ExtractionApplication;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.app.Topics;
import dev.talaria.pipeline.broker.SecureBroker;
import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The pipeline behind TLS and passwords, with the rights that docs/security.md lists and no other.
class SecureClusterTest {

    private static final Path PAGE =
            Path.of(System.getProperty("talaria.root", "..")).resolve("docs/security.md");

    // | `Topic` | `talaria.documents` | `LITERAL` | `READ` | …
    private static final Pattern RIGHT =
            Pattern.compile("\\| (\\w+) \\| `([^`]+)` \\| (literal|prefixed) \\| ([\\w, ]+) \\|.*");
    private static final String PASSWORD = "correct-horse-battery";

    @TempDir static Path folder;

    private static SecureBroker broker;

    @BeforeAll
    static void startBroker() throws Exception {
        broker =
                SecureBroker.start(
                        folder,
                        Map.of(
                                SecureBroker.ADMIN,
                                "admin-password",
                                "talaria",
                                PASSWORD,
                                "nobody",
                                PASSWORD));
        CommandRun created = CommandRun.of("topics", "create", "--config", settings("admin"));
        assertThat(created.code()).as(created.err()).isZero();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void thePipelineExtractsWithTheListedRightsAndNoOthers() throws Exception {
        allow("talaria", rights("## The pipeline"));
        registerNote();
        send("Text: one");
        PipelineConfig config = PipelineConfig.load(Path.of(settings("talaria")), Map.of());
        try (Topics topics = new Topics(config)) {
            topics.ensure();
        }
        try (InferenceOperator operator = Samples.noteOperator();
                ExtractionApplication pipeline = ExtractionApplication.start(config, operator)) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        assertThat(pipeline.failure()).isEmpty();
                        return extractions().contains("Text: one");
                    });
        }
    }

    @Test
    void aWrongPasswordIsOneLineAndNotRepeated() throws IOException {
        Path config = config("wrong", broker.certificate(), "talaria", "wrong-horse-battery");

        CommandRun run = CommandRun.of("run", "--config", config.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().strip().lines()).hasSize(1);
        assertThat(run.err())
                .contains("the log-in was refused", "kafka.sasl.jaas.config")
                .doesNotContain("wrong-horse-battery");
    }

    @Test
    void aCertificateThatIsNotTrustedIsOneLine() throws Exception {
        Path other =
                SecureBroker.certificate(folder.resolve("other.p12"), folder.resolve("other.pem"));
        Path config = config("untrusted", other, "talaria", PASSWORD);

        CommandRun run = CommandRun.of("run", "--config", config.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().strip().lines()).hasSize(1);
        assertThat(run.err()).contains("TLS: ", "kafka.ssl.*");
    }

    @Test
    void aRightThatIsMissingIsNamed() throws IOException {
        allowNothing();

        CommandRun described = CommandRun.of("consume", "--config", settings("nobody"));

        assertThat(described.code()).isEqualTo(1);
        assertThat(described.err().strip().lines()).hasSize(1);
        assertThat(described.err()).contains("talaria.extractions", "docs/security.md");
    }

    // The user has an account and no entry on any list.
    private static void allowNothing() throws IOException {
        config("nobody", broker.certificate(), "nobody", PASSWORD);
    }

    private static String settings(String user) throws IOException {
        String password = user.equals(SecureBroker.ADMIN) ? "admin-password" : PASSWORD;
        return config(user, broker.certificate(), user, password).toString();
    }

    private static Path config(String name, Path trusted, String user, String password)
            throws IOException {
        return broker.settingsFile(
                folder.resolve(name + ".yaml"),
                trusted,
                user,
                password,
                "topics.partitions: 2\nstate.dir: " + folder.resolve("state") + "\n");
    }

    private static void registerNote() throws IOException {
        CommandRun put =
                CommandRun.withInput(
                        Samples.NOTE_SCHEMA,
                        "produce",
                        "-",
                        "--topic",
                        "talaria.schemas",
                        "--key",
                        "note@1",
                        "--config",
                        settings("admin"));
        assertThat(put.code()).as(put.err()).isZero();
    }

    private static void send(String document) throws IOException {
        CommandRun sent =
                CommandRun.withInput(
                        document,
                        "produce",
                        "-",
                        "--schema",
                        "note",
                        "--config",
                        settings("admin"));
        assertThat(sent.code()).as(sent.err()).isZero();
    }

    private static String extractions() throws IOException {
        return CommandRun.of("consume", "--config", settings("admin")).out();
    }

    /// The rights of a section of the page.
    private static List<AclBinding> rights(String section) throws IOException {
        String page = Files.readString(PAGE);
        String text = page.substring(page.indexOf(section) + section.length());
        int end = text.indexOf("\n## ");
        List<AclBinding> rights = new ArrayList<>();
        Matcher right = RIGHT.matcher(end < 0 ? text : text.substring(0, end));
        while (right.find()) {
            ResourcePattern resource =
                    new ResourcePattern(
                            ResourceType.fromString(
                                    right.group(1).replaceAll("([a-z])([A-Z])", "$1_$2")),
                            right.group(2),
                            PatternType.valueOf(right.group(3).toUpperCase(Locale.ROOT)));
            for (String operation : right.group(4).split(", ")) {
                rights.add(
                        new AclBinding(
                                resource,
                                new AccessControlEntry(
                                        "User:talaria",
                                        "*",
                                        AclOperation.fromString(operation),
                                        AclPermissionType.ALLOW)));
            }
        }
        assertThat(rights).as("rights on " + PAGE).isNotEmpty();
        return rights;
    }

    private static void allow(String user, List<AclBinding> rights) throws Exception {
        PipelineConfig admin = PipelineConfig.load(Path.of(settings("admin")), Map.of());
        Map<String, Object> client = new HashMap<>(admin.kafka());
        try (Admin cluster = Admin.create(client)) {
            cluster.createAcls(rights).all().get();
        }
        assertThat(rights)
                .allSatisfy(
                        right -> assertThat(right.entry().principal()).isEqualTo("User:" + user));
    }
}

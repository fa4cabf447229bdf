package dev.talaria.pipeline.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A broker behind TLS and passwords that lets nobody do anything without being allowed to:
/// `SASL_SSL`, SCRAM-SHA-512, Kafka's own authorizer. Its certificate is made for it and signed by
/// nobody else.
public final class SecureBroker implements AutoCloseable {

    /// Who may do everything.
    public static final String ADMIN = "admin";

    private static final String STORE_PASSWORD = "store-password";

    private final EmbeddedBroker broker;
    private final Path certificate;

    private SecureBroker(EmbeddedBroker broker, Path certificate) {
        this.broker = broker;
        this.certificate = certificate;
    }

    /// Starts one.
    ///
    /// @param users name and password; [#ADMIN] has to be among them
    public static SecureBroker start(Path folder, Map<String, String> users)
            throws IOException, InterruptedException {
        Path store = folder.resolve("broker.p12");
        Path certificate = certificate(store, folder.resolve("broker.pem"));
        String jaas =
                "org.apache.kafka.common.security.plain.PlainLoginModule required"
                        + " username=\"%1$s\" password=\"%2$s\" user_%1$s=\"%2$s\";"
                                .formatted(ADMIN, users.get(ADMIN));
        String scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
        Map<String, String> properties =
                Map.ofEntries(
                        Map.entry("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512"),
                        Map.entry("sasl.mechanism.inter.broker.protocol", "PLAIN"),
                        Map.entry("listener.name.clients.plain.sasl.jaas.config", jaas),
                        Map.entry("listener.name.clients.scram-sha-512.sasl.jaas.config", scram),
                        Map.entry("ssl.keystore.type", "PKCS12"),
                        Map.entry("ssl.keystore.location", store.toString()),
                        Map.entry("ssl.keystore.password", STORE_PASSWORD),
                        Map.entry("ssl.truststore.type", "PEM"),
                        Map.entry("ssl.truststore.location", certificate.toString()),
                        Map.entry(
                                "authorizer.class.name",
                                "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                        // The controller's listener is the broker's own and has no passwords.
                        Map.entry("super.users", "User:" + ADMIN + ";User:ANONYMOUS"));
        List<String> formatting = new ArrayList<>();
        users.forEach((name, password) -> {
            formatting.add("--add-scram");
            formatting.add("SCRAM-SHA-512=[name=%s,password=%s]".formatted(name, password));
        });
        return new SecureBroker(
                EmbeddedBroker.start(
                        folder.resolve("broker"),
                        new EmbeddedBroker.Access("SASL_SSL", properties, formatting)),
                certificate);
    }

    /// A certificate for this machine that nobody knows, and the store with its key.
    public static Path certificate(Path store, Path certificate)
            throws IOException, InterruptedException {
        keytool(
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                STORE_PASSWORD,
                "-keystore",
                store.toString());
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "broker",
                "-storepass",
                STORE_PASSWORD,
                "-keystore",
                store.toString(),
                "-file",
                certificate.toString());
        return certificate;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    /// `host:port` for clients of this machine.
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /// The broker's certificate, in PEM.
    public Path certificate() {
        return certificate;
    }

    /// The settings of a client, as a file of settings has them.
    ///
    /// @param trusted the certificate it trusts
    /// @param password as it stands in the settings
    public String settings(Path trusted, String user, String password) {
        return """
        kafka.bootstrap.servers: %s
        kafka.security.protocol: SASL_SSL
        kafka.ssl.truststore.type: PEM
        kafka.ssl.truststore.location: %s
        kafka.sasl.mechanism: SCRAM-SHA-512
        kafka.sasl.jaas.config: 'org.apache.kafka.common.security.scram.ScramLoginModule required username="%s" password="%s";'
        """
                .formatted(bootstrapServers(), trusted, user, password);
    }

    /// A file of such settings whose password lies in a file of its own.
    public Path settingsFile(Path file, Path trusted, String user, String password, String more)
            throws IOException {
        Path secret = Files.writeString(Path.of(file + ".secret"), password + "\n");
        return Files.writeString(file, settings(trusted, user, "${file:" + secret + "}") + more);
    }

    @Override
    public void close() {
        broker.close();
    }
}

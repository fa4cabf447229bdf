package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.broker.EmbeddedBroker;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `run` as a process of its own: what it says, and how it ends.
class StoppedRunTest {

    private static final Pattern ADDRESS = Pattern.compile("health at (http://\\S+)/live");

    @TempDir private Path folder;

    @Test
    void aProcessThatIsAskedToStopEndsWithinItsBoundHoweverStuckTheModelIs() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"));
                HttpClient client = HttpClient.newHttpClient()) {
            Path file =
                    Files.writeString(
                            folder.resolve("talaria.yaml"),
                            """
                            kafka.bootstrap.servers: %s
                            topics.create: true
                            topics.partitions: 1
                            state.dir: %s
                            stop.timeout.seconds: 4
                            http.port: 0
                            """
                                    .formatted(broker.bootstrapServers(), folder.resolve("state")));
            Process process = start(file);
            StringBuilder said = new StringBuilder();
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                String address = addressIn(lines, said);
                assertThat(status(client, address + "/live")).as(said.toString()).isEqualTo(200);
                readTo(lines, said, "stop with Ctrl-C");
                send(broker);
                readTo(lines, said, "submitted d-1");

                long start = System.nanoTime();
                // The handle leaves the streams open.
                process.toHandle().destroy();
                // It goes on with what it has, and says that it takes nothing new.
                assertThat(body(client, address + "/ready"))
                        .isEqualTo("not ready\nprocess: it is stopping\n");
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said.toString()).isTrue();
                long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);

                lines.lines().forEach(line -> said.append(line).append('\n'));
                assertThat(process.exitValue()).as(said.toString()).isEqualTo(128 + 15);
                assertThat(said.toString())
                        .contains("stay pending", "the process ends without the rest");
                // 4 s, 5 s for what comes after the pipeline, and what a crowded machine takes.
                assertThat(seconds).as(said.toString()).isLessThan(40);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void aPortThatIsTakenIsOneLineBeforeAnythingIsLoaded() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Path file =
                    Files.writeString(
                            folder.resolve("talaria.properties"),
                            "kafka.bootstrap.servers=127.0.0.1:1\nhttp.port=%d\n"
                                    .formatted(other.getLocalPort()));
            StringWriter err = new StringWriter();
            int code =
                    Main.run(
                            new PrintWriter(new StringWriter()),
                            new PrintWriter(err),
                            "run",
                            "--config",
                            file.toString());
            assertThat(code).isEqualTo(1);
            assertThat(err.toString().lines()).hasSize(1);
            assertThat(err.toString())
                    .startsWith("talaria: http.port = " + other.getLocalPort() + ": 127.0.0.1")
                    .contains("choose another port");
        }
    }

    private Process start(Path file) throws Exception {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dlogback.configurationFile=logback.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StuckRun.class.getName(),
                        "run",
                        "--config",
                        file.toString());
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String addressIn(BufferedReader lines, StringBuilder said) throws Exception {
        readTo(lines, said, "health at");
        Matcher address = ADDRESS.matcher(said);
        assertThat(address.find()).as(said.toString()).isTrue();
        return address.group(1);
    }

    private static void readTo(BufferedReader lines, StringBuilder said, String text)
            throws Exception {
        String line = "";
        while (!line.contains(text)) {
            line = lines.readLine();
            assertThat(line).as(said.toString()).isNotNull();
            said.append(line).append('\n');
        }
    }

    private static int status(HttpClient client, String address) throws Exception {
        return client.send(request(address), BodyHandlers.discarding()).statusCode();
    }

    private static String body(HttpClient client, String address) throws Exception {
        String body = "";
        // The signal arrives when it arrives.
        while (!body.contains("stopping")) {
            body = client.send(request(address), BodyHandlers.ofString()).body();
        }
        return body;
    }

    private static HttpRequest request(String address) {
        return HttpRequest.newBuilder(URI.create(address)).build();
    }

    private static void send(EmbeddedBroker broker) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(
                            new ProducerRecord<>(
                                    "talaria.schemas",
                                    Samples.bytes("note@1"),
                                    Samples.bytes(Samples.NOTE_SCHEMA)))
                    .get();
            producer.send(
                            new ProducerRecord<>(
                                    "talaria.documents",
                                    null,
                                    Samples.bytes("d-1"),
                                    Samples.bytes("Text: hello"),
                                    Samples.noteHeaders()))
                    .get();
        }
    }
}

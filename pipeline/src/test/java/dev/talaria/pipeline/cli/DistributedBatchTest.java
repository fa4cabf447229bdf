package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.scripted.ScriptedOperator;
import dev.talaria.pipeline.app.Topics;
import dev.talaria.pipeline.broker.EmbeddedBroker;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.jobs.JobWorker;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

class DistributedBatchTest {

    private static final int ROWS = 60;
    private static final int ANSWERS_BEFORE_IT_HANGS = 18;

    @TempDir private static Path folder;
    private static EmbeddedBroker broker;

    @BeforeAll
    static void prepare() throws IOException {
        broker = EmbeddedBroker.start(Files.createDirectory(folder.resolve("broker")));
        // The shortest that brokers allow.
        Files.writeString(
                folder.resolve("talaria.yaml"),
                """
                kafka.bootstrap.servers: %s
                topics.create: true
                topics.partitions: 2
                kafka.session.timeout.ms: 6000
                kafka.heartbeat.interval.ms: 1000
                """
                        .formatted(broker.bootstrapServers()));
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < ROWS; i++) {
            String text = i % 17 == 3 ? "reject " + i : "document " + i;
            lines.append("{\"id\": %d, \"text\": \"%s\"}%n".formatted(i, text));
        }
        Files.writeString(folder.resolve("in.jsonl"), lines);
        Files.writeString(folder.resolve("s.json"), ScriptedBatch.SCHEMA);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /// A worker that answers a few documents and then none, in a process to be killed.
    static final class HangingWorker {

        private HangingWorker() {}

        public static void main(String[] arguments) throws InterruptedException {
            PipelineConfig config = PipelineConfig.load(Path.of(arguments[0]), Map.of());
            try (Topics topics = new Topics(config)) {
                topics.ensureOfJobs();
            }
            int[] answered = {0};
            ScriptedOperator operator =
                    new ScriptedOperator((document, task) -> {
                        while (answered[0] >= ANSWERS_BEFORE_IT_HANGS) {
                            LockSupport.park();
                        }
                        answered[0]++;
                        System.out.println("answered " + document.id());
                        return ScriptedBatch.answer(document, task);
                    });
            new JobWorker(config, operator).run();
        }
    }

    @Test
    void anotherWorkerDoesWhatAKilledOneLeftAndTheOutputIsThatOfOneProcess() throws Exception {
        assertThat(batch("alone.parquet")).isZero();
        CountDownLatch otherWorks = new CountDownLatch(1);
        PipelineConfig config = PipelineConfig.load(folder.resolve("talaria.yaml"), Map.of());
        Process hanging = start();
        ScriptedOperator operator =
                new ScriptedOperator((document, task) -> {
                    otherWorks.countDown();
                    return ScriptedBatch.answer(document, task);
                });
        List<JobWorker> others = new ArrayList<>();
        Thread watcher =
                Thread.ofPlatform()
                        .start(() -> {
                            awaitAnswers(hanging);
                            JobWorker other = new JobWorker(config, operator);
                            others.add(other);
                            Thread.ofPlatform().daemon().start(other::run);
                            awaitUninterrupted(otherWorks);
                            hanging.toHandle().destroyForcibly();
                        });
        try {
            int code =
                    batch(
                            "shared.parquet",
                            "--distribute",
                            "--config",
                            folder.resolve("talaria.yaml").toString());

            assertThat(code).isZero();
            assertThat(folder.resolve("shared.parquet"))
                    .hasSameBinaryContentAs(folder.resolve("alone.parquet"));
            assertThat(folder.resolve("shared.rejected.parquet"))
                    .hasSameBinaryContentAs(folder.resolve("alone.rejected.parquet"));
            assertThat(hanging.waitFor()).isNotZero();
        } finally {
            hanging.toHandle().destroyForcibly();
            watcher.join();
            others.forEach(JobWorker::close);
            operator.close();
        }
    }

    private static Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HangingWorker.class.getName(),
                        folder.resolve("talaria.yaml").toString())
                .redirectErrorStream(true)
                .start();
    }

    private static void awaitAnswers(Process worker) {
        BufferedReader lines = worker.inputReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        try {
            int answered = 0;
            while (answered < ANSWERS_BEFORE_IT_HANGS) {
                String line = lines.readLine();
                if (line == null) {
                    throw new AssertionError("the worker ended: " + said);
                }
                said.append(line).append('\n');
                answered += line.startsWith("answered ") ? 1 : 0;
            }
        } catch (IOException e) {
            throw new AssertionError(said.toString(), e);
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int batch(String output, String... options) {
        StringWriter err = new StringWriter();
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "batch",
                                "--input",
                                folder.resolve("in.jsonl").toString(),
                                "--output",
                                folder.resolve(output).toString(),
                                "--schema",
                                folder.resolve("s.json").toString(),
                                "--commit-rows",
                                "5"));
        arguments.addAll(List.of(options));
        int code =
                ScriptedBatch.run(
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(err, true),
                        arguments.toArray(String[]::new));
        assertThat(code).as(err.toString()).isZero();
        return code;
    }
}

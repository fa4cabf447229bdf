package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

class ConfigCommandTest {

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aFileWithoutFaultsIsUsable() throws IOException {
        Path file = write("kafka.bootstrap.servers: a:9092\nkafka.ssl.protocol: TLSv1.3\n");

        assertThat(run("config", "check", file.toString())).isZero();
        assertThat(out.toString().strip()).isEqualTo(file + ": can be used");
    }

    @Test
    void everyFaultIsListedAtOnceWithItsLineAndRemedy() throws IOException {
        Path file =
                write(
                        """
                        kafka:
                          request.timeout.ms: soon
                          processing.guarantee: at_least_once
                        inference.thread: 3
                        inference:
                          batch.max: 0
                          model: nowhere.gguf
                        topics.documents: two words
                        task.temperature:
                        task: {spelling: flexible, whitespace.max: 65}
                        """);

        assertThat(run("config", "check", file.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "line 2: kafka.request.timeout.ms: Invalid value soon",
                        "line 3: kafka.processing.guarantee: Talaria sets it itself; remove it",
                        "line 4: unknown setting 'inference.thread'; did you mean"
                                + " 'inference.threads'?",
                        "line 6: inference.batch.max: '0' is not a whole number from 1",
                        "line 7: inference.model: there is no file 'nowhere.gguf'",
                        "line 8: topics.documents: 'two words' is not a name",
                        "line 9: task.temperature: it has no value",
                        "task: ",
                        "kafka.bootstrap.servers: it is not set",
                        "cannot be used, 9 errors");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aKafkaSettingThatNoClientKnowsIsAWarning() throws IOException {
        Path file = write("kafka.bootstrap.servers: a:9092\nkafka.consumer.max.pol.records: 1\n");

        assertThat(run("config", "check", file.toString())).isZero();
        assertThat(out.toString())
                .contains(
                        "warning: ",
                        "line 2: kafka.consumer.max.pol.records",
                        "did you mean 'max.poll.records'?",
                        "can be used, 1 warning");
    }

    @Test
    void whatIsFoundCanBeReadByPrograms() throws IOException {
        Path file = write("application.id: x\n");

        assertThat(run("config", "check", "--json", file.toString())).isEqualTo(1);
        JsonNode report = JsonMapper.shared().readTree(out.toString());
        assertThat(report.path("usable").asBoolean()).isFalse();
        assertThat(report.path("errors").get(0).path("place").asString())
                .isEqualTo("kafka.bootstrap.servers");
    }

    @Test
    void anotherCommandSaysTheFirstFaultAndThatThereAreMore() throws IOException {
        Path file = write("inference.thread: 3\ninference.batch.max: 0\n");

        assertThat(run("run", "--config", file.toString())).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains("'inference.thread'", "2 more", "config check");
    }

    @Test
    void theTableIsPrintedForPeopleAndForPrograms() {
        assertThat(run("config")).isZero();
        assertThat(out.toString()).contains("inference.threads  (", "${file:PATH}");
        out.getBuffer().setLength(0);

        assertThat(run("config", "--json")).isZero();
        assertThat(JsonMapper.shared().readTree(out.toString()).get(0).path("name").asString())
                .isEqualTo("kafka.bootstrap.servers");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("talaria.yaml"), text);
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}

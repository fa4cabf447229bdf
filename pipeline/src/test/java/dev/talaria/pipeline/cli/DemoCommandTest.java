package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.scripted.ScriptedOperator;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.demo.SmallestValue;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class DemoCommandTest {

    private final StringWriter out = new StringWriter();

    @Test
    void everySampleIsAnsweredOnceAndNothingIsLeftBehind() throws Exception {
        Set<Path> before = temporaryFolders();

        int code = demo(SmallestValue::answer);

        assertThat(code).as("%s", out).isZero();
        assertThat(out.toString())
                .contains("documents   28", "valid       25", "rejected    3")
                .contains("Invoice number: INV-20417", "{\"invoice_number\":\"x\"")
                .contains("MalformedEnvelope", "UnknownSchema", "REQUEST");
        // Demos of other tests may come and go beside this one.
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(before).containsAll(temporaryFolders()));
    }

    @Test
    void answersThatDoNotFitTheirSchemaAreNamedAndFailTheDemo() {
        int code =
                demo((document, task) ->
                        document.id().equals("meeting-1")
                                ? Samples.note(document, task)
                                : SmallestValue.answer(document, task));

        assertThat(code).isEqualTo(1);
        assertThat(out.toString()).contains("valid       24", "wrong: document 'meeting-1'");
    }

    private int demo(BiFunction<Document, ExtractionTask, Extraction> script) {
        DemoCommand command = new DemoCommand(() -> new ScriptedOperator(script));
        return new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute();
    }

    private static Set<Path> temporaryFolders() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("talaria-demo-"))
                    .collect(Collectors.toSet());
        }
    }
}

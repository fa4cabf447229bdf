package dev.talaria.pipeline.task;

import static dev.talaria.pipeline.app.Samples.header;
import static dev.talaria.pipeline.app.Samples.headers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.scripted.ScriptedOperator;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.app.TopologyHarness;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Tasks are registered as schemas are, and documents name them.
class TasksOnTheTopicTest {

    private static final String TASK =
            """
            {"schema": "note@1", "instructions": "Take the note down.", "temperature": 0.5,
             "seed": 7, "max_tokens": 99, "max_attempts": 3}
            """;

    @TempDir Path state;

    private final List<ExtractionTask> asked = new CopyOnWriteArrayList<>();

    private InferenceOperator operator() {
        return new ScriptedOperator(this::note);
    }

    private Extraction note(Document document, ExtractionTask task) {
        asked.add(task);
        return Samples.note(document, task);
    }

    @Test
    void aDocumentMayNameATaskByHeaderOrInsideAnEnvelope() {
        try (InferenceOperator operator = operator();
                TopologyHarness topology = new TopologyHarness(operator, state)) {
            topology.register("task:notes@1", TASK);
            topology.send("a", "Hello", headers("x-task", "notes@1"));
            topology.send(
                    "b",
                    "{\"document\": \"Hi\", \"task\": \"notes\", \"seed\": 8}",
                    headers("content-type", "application/vnd.talaria+json"));
            assertThat(topology.awaitExtractions(2))
                    .allSatisfy(answer -> {
                        assertThat(header(answer.headers(), "x-task-id")).isEqualTo("notes");
                        assertThat(header(answer.headers(), "x-task-version")).isEqualTo("1");
                    });
        }

        assertThat(asked).hasSize(2);
        assertThat(asked)
                .allSatisfy(task -> {
                    assertThat(task.instruction()).isEqualTo("Take the note down.");
                    assertThat(task.schema().reference()).hasToString("note@1");
                    assertThat(task.sampling().temperature()).isEqualTo(0.5f);
                    assertThat(task.sampling().maxTokens()).isEqualTo(99);
                    assertThat(task.maxAttempts()).isEqualTo(3);
                });
        assertThat(asked)
                .extracting(task -> task.sampling().seed())
                .containsExactlyInAnyOrder(7L, 8L);
    }

    @Test
    void aTaskMayBeTheDefault() {
        try (InferenceOperator operator = operator();
                TopologyHarness topology =
                        new TopologyHarness(operator, state, "task.default", "notes")) {
            topology.register("task:notes@1", TASK);
            topology.send("a", "Hello", headers());
            topology.send("b", "Hello", headers("x-schema", "note"));
            topology.awaitExtractions(2);
        }

        assertThat(asked).extracting(ExtractionTask::maxAttempts).containsExactlyInAnyOrder(3, 2);
    }

    @Test
    void aTaskThatIsNotThereOrNotUsableIsNamedWithItsReason() {
        try (InferenceOperator operator = operator();
                TopologyHarness topology = new TopologyHarness(operator, state)) {
            topology.register("task:typo@1", "{\"schema\": \"note@1\", \"temprature\": 1}");
            topology.register("task:lost@1", "{\"schema\": \"nothing@1\"}");
            topology.register("task:gone@1", TASK);
            topology.register("task:gone@1", null);
            topology.register("task:notes@1", TASK);
            for (String name : List.of("typo@1", "lost", "gone@1", "a b")) {
                topology.send(name, "Hello", headers("x-task", name));
            }
            topology.send("both", "Hello", headers("x-task", "notes", "x-schema", "memo"));
            List<Headers> found =
                    topology.awaitRejected(5).stream().map(record -> record.headers()).toList();

            assertThat(found)
                    .extracting(each -> header(each, "x-error-class"))
                    .containsExactly(
                            "InvalidTask",
                            "UnknownSchema",
                            "UnknownTask",
                            "MalformedTaskReference",
                            "TaskConflict");
            assertThat(header(found.getFirst(), "x-error-message"))
                    .contains("typo@1", "temprature", "known are schema, instructions");
        }
    }

    @Test
    void aTaskWhoseAnswersBreakReadersIsRefusedUnlessForced() {
        try (InferenceOperator operator = operator();
                TopologyHarness topology = new TopologyHarness(operator, state)) {
            topology.register("other@1", "{\"type\": \"string\"}");
            topology.register("task:notes@1", TASK);
            topology.register("task:notes@2", "{\"schema\": \"other@1\"}");
            topology.send("refused", "Hello", headers("x-task", "notes@2"));
            topology.send("latest", "Hello", headers("x-task", "notes"));
            topology.register(
                    "task:notes@2", "{\"schema\": \"other@1\"}", headers("force", "true"));
            topology.send("forced", "Hello", headers("x-task", "notes"));

            Headers refused = topology.awaitRejected(1).getFirst().headers();
            assertThat(header(refused, "x-error-class")).isEqualTo("IncompatibleTask");
            assertThat(header(refused, "x-error-message")).contains("notes@1", "force");
            topology.awaitExtractions(2);
        }

        assertThat(asked)
                .extracting(task -> task.schema().reference().toString())
                .containsExactlyInAnyOrder("note@1", "other@1");
    }
}

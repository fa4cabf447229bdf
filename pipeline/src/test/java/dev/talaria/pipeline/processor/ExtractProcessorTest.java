package dev.talaria.pipeline.processor;

import static dev.talaria.pipeline.app.Samples.bytes;
import static dev.talaria.pipeline.app.Samples.header;
import static dev.talaria.pipeline.app.Samples.headers;
import static dev.talaria.pipeline.app.Samples.noteHeaders;
import static dev.talaria.pipeline.app.Samples.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.connectors.kafka.OutputHeaders;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.scripted.ScriptedOperator;
import dev.talaria.pipeline.app.HeldOperator;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.app.TopologyHarness;
import dev.talaria.schemas.extraction.RejectionStage;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

class ExtractProcessorTest {

    @TempDir Path state;

    @Test
    void keyTimestampAndHeadersPassThroughAndTheValueIsTheJson() {
        try (InferenceOperator operator = Samples.noteOperator();
                TopologyHarness topology = new TopologyHarness(operator, state)) {
            Headers sent = noteHeaders().add("traceparent", bytes("00-ab-cd-01"));
            topology.send("letter-1", "Hello there", sent);

            TestRecord<byte[], byte[]> answer = topology.awaitExtractions(1).getFirst();

            assertThat(text(answer.key())).isEqualTo("letter-1");
            assertThat(text(answer.value())).isEqualTo("{\"text\": \"Hello there\"}");
            assertThat(answer.getRecordTime()).isEqualTo(TopologyHarness.TIME);
            assertThat(header(answer.headers(), "traceparent")).isEqualTo("00-ab-cd-01");
            assertThat(header(answer.headers(), "content-type")).isEqualTo("application/json");
            assertThat(topology.pending()).isZero();
            assertThat(topology.unreadOutputs()).isZero();
        }
    }

    @Test
    void everyExtractionSaysWhereItCameFrom() {
        try (InferenceOperator operator = Samples.noteOperator();
                TopologyHarness topology = new TopologyHarness(operator, state)) {
            topology.send(
                    "d", "Hello", noteHeaders().add("x-doc-id", bytes("of an earlier round")));

            Headers found = topology.awaitExtractions(1).getFirst().headers();

            assertThat(header(found, "x-doc-id")).isEqualTo("d");
            assertThat(found.headers("x-doc-id")).hasSize(1);
            assertThat(header(found, "x-source-topic")).isEqualTo("talaria.documents");
            assertThat(header(found, "x-source-partition")).isEqualTo("0");
            assertThat(header(found, "x-source-offset")).isEqualTo("0");
            assertThat(header(found, "x-schema-id")).isEqualTo("note");
            assertThat(header(found, "x-schema-version")).isEqualTo("1");
            assertThat(header(found, "x-schema-sha256")).hasSize(64);
            assertThat(header(found, "x-model")).isEqualTo("scripted");
            assertThat(header(found, "x-model-sha256")).hasSize(64);
            assertThat(header(found, "x-quant")).isEqualTo("none");
            assertThat(header(found, "x-prompt-version")).isEqualTo("prompt-1");
            assertThat(header(found, "x-seed")).isEqualTo("0");
            assertThat(header(found, "x-attempts")).isEqualTo("2");
            assertThat(header(found, "x-finish-reason")).isEqualTo("STOP");
            assertThat(header(found, "x-tokens-prompt")).isEqualTo("40");
            assertThat(header(found, "x-tokens-completion")).isEqualTo("9");
            assertThat(header(found, "x-tokens-cached")).isEqualTo("30");
            assertThat(header(found, "x-latency-ms")).isEqualTo("7");
            assertThat(header(found, "x-operator-version")).isEqualTo("test");
        }
    }

    @Test
    void aRecordWithoutKeyIsNamedAfterItsPosition() {
        try (InferenceOperator operator = Samples.noteOperator();
                TopologyHarness topology = new TopologyHarness(operator, state)) {
            topology.send(null, "Hello", noteHeaders());

            TestRecord<byte[], byte[]> answer = topology.awaitExtractions(1).getFirst();

            assertThat(answer.key()).isNull();
            assertThat(header(answer.headers(), "x-doc-id")).isEqualTo("talaria.documents-0-0");
        }
    }

    @Test
    void theDefaultSchemaServesDocumentsThatNameNone() {
        try (InferenceOperator operator = Samples.noteOperator();
                TopologyHarness topology =
                        new TopologyHarness(operator, state, "schema.default", "note")) {
            topology.send("d", "Hello", headers());

            Headers found = topology.awaitExtractions(1).getFirst().headers();

            assertThat(header(found, "x-schema-id")).isEqualTo("note");
        }
    }

    @Test
    void requestsThatCannotBeWorkedOnAreRejectedWithTheirBytesUntouched() {
        try (InferenceOperator operator = Samples.noteOperator();
                TopologyHarness topology = new TopologyHarness(operator, state)) {
            Headers envelope =
                    headers("content-type", "application/vnd.talaria+json", "x-schema", "note@1");
            topology.send("broken", "{\"document\": ", envelope);
            topology.send("unknown", "Hello", headers("x-schema", "nothing@3"));
            topology.send("none", "Hello", headers());
            topology.send("null", null, noteHeaders());

            List<TestRecord<byte[], byte[]>> rejected = topology.awaitRejected(4);

            assertThat(rejected)
                    .extracting(answer -> header(answer.headers(), "x-error-class"))
                    .containsExactly("MalformedEnvelope", "UnknownSchema", "NoSchema", "NullValue");
            assertThat(rejected)
                    .extracting(answer -> header(answer.headers(), "x-error-stage"))
                    .containsOnly("REQUEST");
            assertThat(text(rejected.getFirst().value())).isEqualTo("{\"document\": ");
            assertThat(header(rejected.getFirst().headers(), "x-error-message")).contains("line 1");
            assertThat(header(rejected.getFirst().headers(), "content-type"))
                    .isEqualTo("application/vnd.talaria+json");
            assertThat(header(rejected.getFirst().headers(), "x-model")).isEqualTo("scripted");
            assertThat(rejected.getLast().value()).isNull();
            assertThat(topology.pending()).isZero();
        }
    }

    @Test
    void whatTheOperatorRejectsKeepsStageReasonAndABoundedRawOutput() {
        String longOutput = "ä".repeat(100_000);
        try (InferenceOperator operator =
                        new ScriptedOperator((document, task) ->
                                Samples.rejected(
                                        document, task, RejectionStage.VALIDATION, longOutput));
                TopologyHarness topology = new TopologyHarness(operator, state)) {
            topology.send("d", "Hello", noteHeaders());

            TestRecord<byte[], byte[]> answer = topology.awaitRejected(1).getFirst();

            assertThat(text(answer.value())).isEqualTo("Hello");
            assertThat(header(answer.headers(), "x-error-stage")).isEqualTo("VALIDATION");
            assertThat(header(answer.headers(), "x-error-class")).isEqualTo("Scripted");
            assertThat(header(answer.headers(), "x-raw-output"))
                    .isEqualTo("ä".repeat(OutputHeaders.MAX_RAW_OUTPUT_BYTES / 2));
        }
    }

    @Test
    void anEngineThatFailsOnADocumentRejectsItAndGoesOn() {
        try (InferenceOperator operator =
                        new ScriptedOperator((document, task) -> {
                            if (document.id().equals("poison")) {
                                throw new IllegalStateException("tile 7 is missing");
                            }
                            return Samples.note(document, task);
                        });
                TopologyHarness topology = new TopologyHarness(operator, state)) {
            topology.send("poison", "Hello", noteHeaders());
            topology.send("good", "Hello", noteHeaders());

            Headers found = topology.awaitRejected(1).getFirst().headers();

            assertThat(header(found, "x-error-stage")).isEqualTo("ENGINE");
            assertThat(header(found, "x-error-class")).isEqualTo("IllegalStateException");
            assertThat(header(found, "x-error-message")).contains("tile 7 is missing");
            assertThat(header(found, "x-schema-id")).isEqualTo("note");
            assertThat(topology.awaitExtractions(1)).hasSize(1);
            assertThat(topology.pending()).isZero();
        }
    }

    @Test
    void aClosedOperatorLeavesDocumentsPending() {
        InferenceOperator operator = Samples.noteOperator();
        operator.close();
        try (TopologyHarness topology = new TopologyHarness(operator, state)) {
            topology.send("d", "Hello", noteHeaders());
            topology.drain();
            topology.drain();

            assertThat(topology.unreadOutputs()).isZero();
            assertThat(topology.pending()).isEqualTo(1);
        }
    }

    @Test
    void neverMoreDocumentsThanAllowedAreWithTheOperator() {
        HeldOperator held = new HeldOperator();
        try (TopologyHarness topology = new TopologyHarness(held, state, "in.flight.max", "3")) {
            for (int i = 0; i < 8; i++) {
                topology.send("d" + i, "text " + i, noteHeaders());
                topology.drain();
                assertThat(held.running()).isLessThanOrEqualTo(3);
            }
            assertThat(held.running()).isEqualTo(3);
            assertThat(topology.pending()).isEqualTo(8);

            held.answerAll();
            topology.drain();

            assertThat(topology.unreadOutputs()).isEqualTo(3);
            assertThat(held.running()).isEqualTo(3);
            assertThat(topology.pending()).isEqualTo(5);
        }
    }

    @Test
    void waitingForTheOperatorIsBoundedHoweverManyRecordsCome() {
        HeldOperator held = new HeldOperator();
        try (TopologyHarness topology = new TopologyHarness(held, state, "in.flight.max", "1")) {
            long start = System.nanoTime();
            for (int i = 0; i < 100; i++) {
                topology.send("d" + i, "text", noteHeaders());
            }

            // One patience of a second between two drains, not one for each of 99 records.
            assertThat(System.nanoTime() - start).isLessThan(30_000_000_000L);
            assertThat(held.running()).isEqualTo(1);
            assertThat(topology.pending()).isEqualTo(100);
        }
    }
}

package dev.talaria.pipeline.processor;

import static dev.talaria.pipeline.app.Samples.bytes;
import static dev.talaria.pipeline.app.Samples.header;
import static dev.talaria.pipeline.app.Samples.noteHeaders;
import static dev.talaria.pipeline.app.Samples.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.connectors.kafka.DocumentReader;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.connectors.kafka.SourceRecordSerde;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.app.HeldOperator;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.app.ShuffledOperator;
import dev.talaria.pipeline.failure.CrashJournal;
import dev.talaria.pipeline.task.Registry;
import dev.talaria.pipeline.task.SchemaDirectory;
import dev.talaria.pipeline.task.TaskDefaults;
import dev.talaria.pipeline.task.TaskResolver;
import dev.talaria.schemas.catalog.SchemaCatalog;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/// The processor over one store, ended and begun again as a task is.
class ResubmissionTest {

    private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();
    private final KeyValueStore<String, SourceRecord> store =
            Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore("pending"),
                            Serdes.String(),
                            SourceRecordSerde.serde())
                    .withLoggingDisabled()
                    .build();
    private final SchemaDirectory schemas = new SchemaDirectory(new SchemaCatalog(), "schemas");
    private final HeldOperator operator = new HeldOperator();
    private final InFlightGate gate = new InFlightGate(4);

    @BeforeEach
    void openTheStore() {
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        schemas.update("note@1", Samples.NOTE_SCHEMA);
    }

    @Test
    void aNewProcessorAnswersWhatAnEarlierOneLeftWithEverythingTheRecordHad() {
        ExtractProcessor first = started();
        send(first, "first", 0);
        send(first, "second", 1);
        first.close();
        assertThat(operator.cancelled()).isEqualTo(2);
        assertThat(context.forwarded()).isEmpty();

        started();
        drain();
        operator.answerAll();
        drain();

        List<CapturedForward<? extends byte[], ? extends byte[]>> forwarded =
                List.copyOf(context.forwarded());
        assertThat(forwarded)
                .extracting(forward -> text(forward.record().value()))
                .containsExactlyInAnyOrder("{\"text\": \"first\"}", "{\"text\": \"second\"}");
        Record<? extends byte[], ? extends byte[]> last =
                forwarded.stream()
                        .map(CapturedForward::record)
                        .filter(record -> text(record.value()).contains("second"))
                        .findFirst()
                        .orElseThrow();
        assertThat(text(last.key())).isEqualTo("same");
        assertThat(last.timestamp()).isEqualTo(101);
        assertThat(header(last.headers(), "traceparent")).isEqualTo("00-ab-cd-01");
        assertThat(header(last.headers(), "x-source-offset")).isEqualTo("1");
        assertThat(pending()).isZero();
    }

    @Test
    void theSameProcessorInitializedAgainForgetsItsFormerRequests() {
        ExtractProcessor processor = started();
        send(processor, "text", 0);
        context.scheduledPunctuators().clear();
        processor.init(context);
        drain();
        assertThat(operator.cancelled()).isEqualTo(1);

        operator.answerAll();
        drain();

        assertThat(context.forwarded()).hasSize(1);
        assertThat(pending()).isZero();
    }

    @Test
    void answersThatComeAfterTheEndAreNotForwarded() {
        ExtractProcessor processor = started();
        send(processor, "text", 0);
        processor.close();
        operator.answerAll();
        drain();

        assertThat(context.forwarded()).isEmpty();
        assertThat(pending()).isEqualTo(1);
    }

    @Test
    void endedProcessorsGiveTheirPlacesBack() {
        for (int round = 0; round < 3; round++) {
            ExtractProcessor processor = started();
            for (int i = 0; i < 4; i++) {
                send(processor, "text", 4L * round + i);
            }
            drain();
            processor.close();
        }
        assertThat(operator.running()).isZero();
        for (int i = 0; i < 4; i++) {
            assertThat(gate.enter(0)).isTrue();
        }
        assertThat(gate.enter(0)).isFalse();
    }

    @Test
    void aSchemaThatIsGoneAtTheRestartRejectsTheDocument() {
        ExtractProcessor first = started();
        send(first, "text", 0);
        first.close();
        schemas.update("note@1", null);

        started();
        drain();
        drain();

        assertThat(context.forwarded())
                .singleElement()
                .satisfies(forward ->
                        assertThat(header(forward.record().headers(), "x-error-class"))
                                .isEqualTo("UnknownSchema"));
        assertThat(pending()).isZero();
    }

    @Test
    void aCommitIsAskedForExactlyWhereSomethingWasAnswered() {
        ExtractProcessor processor = started();
        send(processor, "text", 0);
        drain();
        assertThat(context.committed()).isFalse();

        operator.answerAll();
        drain();

        assertThat(context.committed()).isTrue();
    }

    @Test
    void aRestartKeepsTheOrderOfAKeyBeyondTenOffsets() {
        ExtractProcessor first = started(operator, Ordering.KEY);
        for (long offset = 8; offset < 12; offset++) {
            send(first, "text " + offset, offset);
        }
        first.close();

        ShuffledOperator shuffled = new ShuffledOperator(new Random(3));
        ExtractProcessor second = started(shuffled, Ordering.KEY);
        drain();
        send(second, "text 12", 12);
        do {
            drain();
        } while (shuffled.answerOne());
        drain();

        assertThat(context.forwarded())
                .extracting(forward -> text(forward.record().value()))
                .containsExactly(
                        "{\"text\": \"text 8\"}",
                        "{\"text\": \"text 9\"}",
                        "{\"text\": \"text 10\"}",
                        "{\"text\": \"text 11\"}",
                        "{\"text\": \"text 12\"}");
    }

    @Test
    void whatWaitsForItsOrderGivesItsPlaceBackAtTheEnd() {
        ShuffledOperator shuffled = new ShuffledOperator(new Random(4));
        ExtractProcessor processor = started(shuffled, Ordering.KEY);
        for (long offset = 0; offset < 4; offset++) {
            send(processor, "text", offset);
        }
        shuffled.answerOne();
        shuffled.answerOne();
        processor.close();

        for (int i = 0; i < 4; i++) {
            assertThat(gate.enter(0)).isTrue();
        }
        assertThat(gate.enter(0)).isFalse();
    }

    private ExtractProcessor started() {
        return started(operator, Ordering.FREE);
    }

    private ExtractProcessor started(InferenceOperator any, Ordering ordering) {
        Intake intake =
                new Intake(
                        new DocumentReader(10_000),
                        new TaskResolver(Registry.of(schemas, "schemas"), TaskDefaults.STANDARD),
                        any.model());
        ExtractProcessor.Wiring wiring =
                new ExtractProcessor.Wiring(
                        "pending", "good", "bad", Duration.ofMillis(10), ordering);
        ExtractProcessor processor =
                new ExtractProcessor(
                        wiring, intake, any, gate, CrashJournal.none(), TrafficListener.NONE);
        context.scheduledPunctuators().clear();
        processor.init(context);
        return processor;
    }

    private void send(ExtractProcessor processor, String value, long offset) {
        context.setRecordMetadata("documents", 0, offset);
        processor.process(
                new Record<>(
                        bytes("same"),
                        bytes(value),
                        100 + offset,
                        noteHeaders().add("traceparent", bytes("00-ab-cd-01"))));
    }

    private void drain() {
        Consumer<MockProcessorContext.CapturedPunctuator> fire =
                punctuator -> punctuator.getPunctuator().punctuate(0);
        context.scheduledPunctuators().forEach(fire);
    }

    private int pending() {
        int count = 0;
        try (KeyValueIterator<String, SourceRecord> entries = store.all()) {
            for (; entries.hasNext(); entries.next()) {
                count++;
            }
        }
        return count;
    }
}

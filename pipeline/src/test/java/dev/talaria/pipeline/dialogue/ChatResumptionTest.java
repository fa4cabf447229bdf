package dev.talaria.pipeline.dialogue;

import static dev.talaria.pipeline.app.Samples.bytes;
import static dev.talaria.pipeline.app.Samples.header;
import static dev.talaria.pipeline.app.Samples.headers;
import static dev.talaria.pipeline.app.Samples.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.connectors.kafka.ChatRequestReader;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.connectors.kafka.SourceRecordSerde;
import dev.talaria.inference.ModelDescription;
import dev.talaria.pipeline.app.HeldGenerator;
import dev.talaria.pipeline.failure.CrashJournal;
import dev.talaria.pipeline.processor.InFlightGate;
import dev.talaria.pipeline.task.TaskDefaults;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/// The processor over one store, ended and begun again as a task is.
class ChatResumptionTest {

    private static final ChatProcessor.Wiring WIRING =
            new ChatProcessor.Wiring("pending", "answers", "tokens", "bad", Duration.ofMillis(10));
    private static final ModelDescription MODEL =
            new ModelDescription("held", "0".repeat(64), "none", Integer.MAX_VALUE, "no model");

    private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();
    private final KeyValueStore<String, SourceRecord> store =
            Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore("pending"),
                            Serdes.String(),
                            SourceRecordSerde.serde())
                    .withLoggingDisabled()
                    .build();
    private final HeldGenerator generator = new HeldGenerator();

    @BeforeEach
    void openTheStore() {
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
    }

    @Test
    void textBeginsAnewUnderTheNextAttemptAndTheAnswerComesOnce() {
        ChatProcessor first = started();
        context.setRecordMetadata("talaria.requests", 0, 5);
        first.process(
                new Record<>(
                        bytes("r1"),
                        bytes("{\"prompt\": \"x\", \"stream\": true}"),
                        100,
                        headers()));
        generator.latest().write("Once upon");
        drain();
        first.close();
        assertThat(generator.asked(0).isCancelled()).isTrue();

        started();
        drain();
        generator.asked(0).write(" by nobody");
        generator.latest().write("Once");
        drain();
        generator.latest().write(" more");
        generator.latest().end();
        drain();

        assertThat(told("tokens", "x-stream-attempt")).containsExactly("1", "2", "2");
        assertThat(told("tokens", "x-stream-index")).containsExactly("0", "0", "1");
        assertThat(values("tokens"))
                .containsExactly(
                        "{\"response\":\"Once upon\"}",
                        "{\"response\":\"Once\"}",
                        "{\"response\":\" more\"}");
        assertThat(values("answers")).hasSize(1).first().asString().contains("\"Once more\"");
        assertThat(store.all().hasNext()).isFalse();
    }

    @Test
    void anAttemptOfWhichNothingWasToldIsNotCounted() {
        ChatProcessor first = started();
        context.setRecordMetadata("talaria.requests", 0, 5);
        first.process(
                new Record<>(
                        bytes("r1"),
                        bytes("{\"prompt\": \"x\", \"stream\": true}"),
                        100,
                        headers()));
        drain();
        first.close();

        started();
        drain();
        generator.latest().write("Once");
        drain();

        assertThat(told("tokens", "x-stream-attempt")).containsExactly("1");
    }

    private List<String> told(String child, String name) {
        return forwarded(child).stream().map(record -> header(record.headers(), name)).toList();
    }

    private List<String> values(String child) {
        return forwarded(child).stream().map(record -> text(record.value())).toList();
    }

    private List<Record<? extends byte[], ? extends byte[]>> forwarded(String child) {
        return context.forwarded().stream()
                .filter(forward -> forward.childName().filter(child::equals).isPresent())
                .<Record<? extends byte[], ? extends byte[]>>map(CapturedForward::record)
                .toList();
    }

    private void drain() {
        context.scheduledPunctuators().getLast().getPunctuator().punctuate(0);
    }

    private ChatProcessor started() {
        ChatIntake intake =
                new ChatIntake(new ChatRequestReader(10_000), TaskDefaults.STANDARD, MODEL);
        ChatProcessor processor =
                new ChatProcessor(
                        WIRING,
                        intake,
                        generator,
                        new InFlightGate(4),
                        CrashJournal.none(),
                        DialogueListener.NONE);
        processor.init(context);
        return processor;
    }
}

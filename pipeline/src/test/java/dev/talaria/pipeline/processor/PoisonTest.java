package dev.talaria.pipeline.processor;

import static dev.talaria.pipeline.app.Samples.header;
import static dev.talaria.pipeline.app.Samples.noteHeaders;
import static dev.talaria.pipeline.app.Samples.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.pipeline.app.HeldOperator;
import dev.talaria.pipeline.app.TopologyHarness;

import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/// Documents on which the operator fails, with others beside them.
class PoisonTest {

    private static final List<Supplier<Throwable>> THROWN =
            List.of(
                    () -> new IllegalStateException("tile 7 is missing"),
                    () -> new OutOfMemoryError("tile 7 is missing"),
                    StackOverflowError::new);

    @TempDir Path state;

    private final HeldOperator operator = new HeldOperator();

    @Test
    void aDocumentTheOperatorFailsOnIsAskedOnceMoreAloneAndThenRejected() {
        for (Supplier<Throwable> thrown : THROWN) {
            HeldOperator held = new HeldOperator();
            try (TopologyHarness topology = topology(held, thrown)) {
                send(topology, "good-1", "poison", "good-2");
                held.fail("poison", thrown.get());
                topology.drain();
                send(topology, "good-3");
                topology.drain();

                assertThat(held.runningDocuments()).containsExactly("good-1", "good-2");
                held.answerAll();
                topology.drain();
                assertThat(held.runningDocuments()).containsExactly("poison");

                held.fail("poison", thrown.get());
                TestRecord<byte[], byte[]> rejected = topology.awaitRejected(1).getFirst();
                assertThat(text(rejected.key())).isEqualTo("poison");
                assertThat(header(rejected.headers(), "x-error-stage")).isEqualTo("ENGINE");
                assertThat(header(rejected.headers(), "x-error-class"))
                        .isEqualTo(thrown.get().getClass().getSimpleName());
                assertThat(header(rejected.headers(), "x-error-message"))
                        .contains("also with this document alone");
                held.answerAll();
                assertThat(topology.awaitExtractions(3))
                        .extracting(record -> text(record.key()))
                        .containsExactlyInAnyOrder("good-1", "good-2", "good-3");
                assertThat(held.asked("poison")).isEqualTo(2);
                assertThat(topology.pending()).isZero();
            }
        }
    }

    @Test
    void aDocumentThatFailedByAnothersDoingIsAnswered() {
        try (TopologyHarness topology = new TopologyHarness(operator, state)) {
            send(topology, "one", "two", "three");
            for (String document : List.of("one", "two", "three")) {
                operator.fail(document, new OutOfMemoryError("heap"));
            }
            for (int i = 0; i < 3; i++) {
                topology.drain();
                assertThat(operator.runningDocuments()).hasSize(1);
                operator.answerAll();
            }
            assertThat(topology.awaitExtractions(3)).hasSize(3);
            assertThat(topology.unreadOutputs()).isZero();
            assertThat(topology.pending()).isZero();
        }
    }

    @Test
    void aTaskThatEndsWhileItsDocumentWaitsToGoAloneLetsTheOthersIn() {
        InFlightGate gate = new InFlightGate(2);
        Object ending = new Object();
        assertThat(gate.enter(0)).isTrue();
        assertThat(gate.enterAlone(ending, 0)).isFalse();
        assertThat(gate.enter(0)).isFalse();
        gate.withdraw(new Object());
        assertThat(gate.enter(0)).isFalse();
        gate.withdraw(ending);
        assertThat(gate.enter(0)).isTrue();
    }

    @Test
    void nobodyEntersBesideOneThatIsAlone() {
        InFlightGate gate = new InFlightGate(2);
        Object first = new Object();
        Object second = new Object();
        assertThat(gate.enterAlone(first, 0)).isTrue();
        assertThat(gate.enter(0)).isFalse();
        assertThat(gate.enterAlone(second, 0)).isFalse();
        gate.withdraw(first);
        assertThat(gate.enter(0)).isFalse();
        gate.leave();
        assertThat(gate.enterAlone(second, 0)).isTrue();
        gate.leave();
        assertThat(gate.enter(0)).isTrue();
        assertThat(gate.enter(0)).isTrue();
        assertThat(gate.enter(0)).isFalse();
    }

    @Test
    void nobodyEntersThroughAnotherGateToTheSameOperatorEither() {
        InFlightGate gate = new InFlightGate(2);
        InFlightGate beside = gate.beside();
        Object alone = new Object();
        assertThat(beside.enter(0)).isTrue();
        assertThat(gate.enterAlone(alone, 0)).isFalse();
        assertThat(beside.enter(0)).isFalse();
        beside.leave();
        assertThat(gate.enterAlone(alone, 0)).isTrue();
        assertThat(beside.enter(0)).isFalse();
        assertThat(beside.enterAlone(new Object(), 0)).isFalse();
        gate.leave();
        assertThat(beside.enter(0)).isTrue();
        assertThat(gate.enter(0)).isTrue();
        assertThat(gate.inFlight()).isEqualTo(1);
    }

    private TopologyHarness topology(HeldOperator held, Supplier<Throwable> thrown) {
        return new TopologyHarness(held, state.resolve(thrown.get().getClass().getSimpleName()));
    }

    private static void send(TopologyHarness topology, String... keys) {
        for (String key : keys) {
            topology.send(key, "Hello", noteHeaders());
        }
    }
}

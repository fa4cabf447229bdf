package dev.talaria.pipeline.processor;

import static dev.talaria.pipeline.app.Samples.header;
import static dev.talaria.pipeline.app.Samples.headers;
import static dev.talaria.pipeline.app.Samples.noteHeaders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.pipeline.app.HeldOperator;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.app.ShuffledOperator;
import dev.talaria.pipeline.app.TopologyHarness;

import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// With `ordering=key` the answers to documents of one key keep the documents' order, whatever the
/// operator does.
class KeyOrderTest {

    @TempDir Path state;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private TopologyHarness topology(ShuffledOperator operator, String ordering) {
        return new TopologyHarness(operator, state, "ordering", ordering, "in.flight.max", "200");
    }

    // Documents of three keys, some of which the model fails on, and some it never sees.
    private List<String> send(TopologyHarness topology, ShuffledOperator operator, int count) {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String key = "k" + random.nextInt(3);
            String text = (random.nextInt(4) == 0 ? "bad " : "good ") + i;
            boolean unknown = random.nextInt(5) == 0;
            topology.send(key, text, unknown ? headers("x-schema", "no@1") : noteHeaders());
            sent.add(key + " " + i);
            if (random.nextBoolean()) {
                operator.answerOne();
                topology.drain();
            }
        }
        return sent;
    }

    private static void answerAll(TopologyHarness topology, ShuffledOperator operator) {
        do {
            topology.drain();
        } while (operator.answerOne());
        topology.drain();
    }

    private static List<Integer> offsets(List<TestRecord<byte[], byte[]>> records, String key) {
        return records.stream()
                .filter(record -> Samples.text(record.key()).equals(key))
                .map(record -> Integer.valueOf(header(record.headers(), "x-source-offset")))
                .toList();
    }

    @Test
    void answersOfAKeyComeInTheOrderOfItsDocumentsEachOnce() {
        ShuffledOperator operator = new ShuffledOperator(random);
        try (TopologyHarness topology = topology(operator, "key")) {
            int sent = send(topology, operator, 120).size();
            answerAll(topology, operator);
            List<TestRecord<byte[], byte[]>> good = topology.readExtractions();
            List<TestRecord<byte[], byte[]>> bad = topology.readRejected();

            assertThat(good.size() + bad.size()).as("seed " + seed).isEqualTo(sent);
            assertThat(topology.pending()).isZero();
            for (String key : List.of("k0", "k1", "k2")) {
                assertThat(offsets(good, key)).as("seed " + seed).isSorted();
                assertThat(offsets(bad, key)).as("seed " + seed).isSorted();
            }
        }
    }

    @Test
    void whatWaitsForItsOrderDoesNotKeepTheOthersFromTheModel() {
        ShuffledOperator operator = new ShuffledOperator(random);
        try (TopologyHarness topology =
                new TopologyHarness(operator, state, "ordering", "key", "in.flight.max", "2")) {
            for (int i = 0; i < 3; i++) {
                topology.send("same", "good " + i, noteHeaders());
            }
            answerAll(topology, operator);

            assertThat(offsets(topology.readExtractions(), "same")).containsExactly(0, 1, 2);
            assertThat(operator.most()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void bothTopicsTogetherNeverGoBackWithinAKey() {
        ShuffledOperator operator = new ShuffledOperator(random);
        Map<String, Integer> last = new HashMap<>();
        try (TopologyHarness topology = topology(operator, "key")) {
            for (int round = 0; round < 60; round++) {
                send(topology, operator, 2);
                operator.answerOne();
                topology.drain();
                List<TestRecord<byte[], byte[]>> out = new ArrayList<>(topology.readExtractions());
                out.addAll(topology.readRejected());
                Map<String, Integer> before = Map.copyOf(last);
                for (TestRecord<byte[], byte[]> record : out) {
                    String key = Samples.text(record.key());
                    int offset = Integer.parseInt(header(record.headers(), "x-source-offset"));
                    assertThat(offset)
                            .as("seed " + seed)
                            .isGreaterThan(before.getOrDefault(key, -1));
                    last.merge(key, offset, Math::max);
                }
            }
        }
    }

    @Test
    void withoutOrderingAFastAnswerDoesNotWait() {
        ShuffledOperator operator = new ShuffledOperator(random);
        try (TopologyHarness topology = topology(operator, "free")) {
            topology.send("k", "good 1", noteHeaders());
            topology.send("k", "good 2", headers("x-schema", "no@1"));
            topology.drain();

            assertThat(topology.readRejected()).hasSize(1);
        }
    }

    @Test
    void withOrderingARefusedDocumentWaitsForThoseBeforeIt() {
        ShuffledOperator operator = new ShuffledOperator(random);
        try (TopologyHarness topology = topology(operator, "key")) {
            topology.send("k", "good 1", noteHeaders());
            topology.send("k", "good 2", headers("x-schema", "no@1"));
            topology.send("other", "good 3", headers("x-schema", "no@1"));
            topology.drain();
            assertThat(topology.readRejected()).hasSize(1);

            answerAll(topology, operator);
            assertThat(topology.readExtractions()).hasSize(1);
            assertThat(topology.readRejected()).hasSize(1);
        }
    }

    @Test
    void aDocumentTheOperatorFailsOnIsRejectedInItsPlace() {
        HeldOperator held = new HeldOperator();
        try (TopologyHarness topology = new TopologyHarness(held, state, "ordering", "key")) {
            topology.send("poison", "good 1", noteHeaders());
            topology.drain();
            held.fail("poison", new IllegalStateException("no"));
            topology.send("poison", "good 2", noteHeaders());
            held.answerAll();
            topology.drain();

            assertThat(offsets(topology.readRejected(), "poison")).containsExactly(0);
            assertThat(offsets(topology.readExtractions(), "poison")).containsExactly(1);
        }
    }

    @Test
    void documentsWithoutAKeyHaveNoOrder() {
        ShuffledOperator operator = new ShuffledOperator(random);
        try (TopologyHarness topology = topology(operator, "key")) {
            topology.send(null, "good 1", noteHeaders());
            topology.send(null, "good 2", headers("x-schema", "no@1"));
            topology.drain();

            assertThat(topology.readRejected()).hasSize(1);
        }
    }
}

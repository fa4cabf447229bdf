package dev.talaria.pipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.broker.EmbeddedBroker;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// A process that answers requests for text and holds conversations with tools is killed at random
/// moments, its start among them: every request and every conversation is answered or rejected
/// exactly once, every call made exactly once, and all of them say byte for byte what they say
/// where nothing is killed.
///
/// `./mvnw -Pfaults -pl pipeline -am test` kills it thirty times; `-Dtalaria.faults.seed=…` repeats
/// a run's moments.
class DialogueKillsTest {

    private static final int KILLS = Integer.getInteger("talaria.dialogue.kills", 4);
    private static final long SEED = Long.getLong("talaria.faults.seed", System.nanoTime());

    @TempDir private Path folder;

    @Test
    void everyRequestAndConversationEndsExactlyOnceAndAsIfNothingHadHappened() throws Exception {
        String place = "%d kills, seed %d".formatted(KILLS, SEED);
        System.out.println("chat and tools: " + place);
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"));
                DialogueRound undisturbed = new DialogueRound("undisturbed", broker, folder);
                DialogueRound killed = new DialogueRound("killed", broker, folder)) {
            undisturbed.run(KILLS, null);
            killed.run(KILLS, new Random(SEED));

            for (DialogueRound round : List.of(undisturbed, killed)) {
                assertThat(round.replies()).as(place).doesNotHaveDuplicates();
                assertThat(round.callIds()).as(place).doesNotHaveDuplicates();
                assertThat(round.refusedResults())
                        .as("results sent twice are used once, %s", place)
                        .containsExactlyInAnyOrderElementsOf(round.repeatedResults());
                assertThatTextIsWholeAndTheAnswers(round);
            }
            assertThat(killed.endings()).as(place).isEqualTo(undisturbed.endings());
            assertThat(killed.calls()).as(place).isEqualTo(undisturbed.calls());
        }
    }

    private static void assertThatTextIsWholeAndTheAnswers(DialogueRound round) {
        Map<String, TextOfAttempts> texts = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> piece : round.tokens()) {
            texts.computeIfAbsent(Samples.text(piece.key()), TextOfAttempts::new).add(piece);
        }
        assertThat(texts.keySet()).containsExactlyInAnyOrderElementsOf(round.streamedRequests());
        texts.forEach((key, text) ->
                assertThat(round.endings().get(key))
                        .as("the last attempt at %s", key)
                        .contains("\"response\":\"" + text.ended() + "\""));
    }

    /// What is read of a request's partial text, as its reader is told to go about it.
    private static final class TextOfAttempts {

        private final String key;
        private final StringBuilder text = new StringBuilder();
        private int attempt;
        private int index;
        private boolean isOver;

        TextOfAttempts(String key) {
            this.key = key;
        }

        void add(ConsumerRecord<byte[], byte[]> piece) {
            assertThat(isOver).as("text of %s after its end", key).isFalse();
            int number = number(piece, HeaderNames.STREAM_ATTEMPT);
            if (number > attempt) {
                assertThat(number).as("attempt at %s", key).isEqualTo(attempt + 1);
                attempt = number;
                index = 0;
                text.setLength(0);
            }
            assertThat(number(piece, HeaderNames.STREAM_INDEX)).as(key).isEqualTo(index++);
            String value = Samples.text(piece.value());
            text.append(value, "{\"response\":\"".length(), value.length() - 2);
            isOver = Samples.header(piece.headers(), HeaderNames.STREAM_END) != null;
        }

        String ended() {
            assertThat(isOver).as("text of %s has ended", key).isTrue();
            return text.toString();
        }

        private static int number(ConsumerRecord<byte[], byte[]> piece, String header) {
            return Integer.parseInt(Samples.header(piece.headers(), header));
        }
    }
}

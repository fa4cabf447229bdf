package dev.talaria.pipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.pipeline.app.Samples;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What has to hold of a round of requests and conversations, whatever happened in it.
final class DialogueProof {

    private DialogueProof() {}

    /// Every request and conversation ended once, every call was made once, text is whole and in
    /// order, and all of it says what it says where nothing happens.
    static void assertOnceAndAsUndisturbed(
            DialogueRound disturbed, DialogueRound undisturbed, String place) {
        for (DialogueRound round : List.of(undisturbed, disturbed)) {
            assertThat(round.replies()).as(place).doesNotHaveDuplicates();
            assertThat(round.callIds()).as(place).doesNotHaveDuplicates();
            assertThat(round.refusedResults())
                    .as("results sent twice are used once, %s", place)
                    .containsExactlyInAnyOrderElementsOf(round.repeatedResults());
            assertThatTextIsWholeAndTheAnswers(round);
        }
        assertThat(disturbed.endings()).as(place).isEqualTo(undisturbed.endings());
        assertThat(disturbed.calls()).as(place).isEqualTo(undisturbed.calls());
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

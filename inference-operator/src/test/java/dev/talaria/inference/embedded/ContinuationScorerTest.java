package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.inference.ContinuationScore;
import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.OperatorClosedException;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.ScoringRequest;
import dev.talaria.inference.ScoringRequest.BeginToken;
import dev.talaria.inference.model.WeightSource;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.Tokenizer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/// Texts scored by the miniature model, against the logits of an exact forward pass.
@Timeout(120)
class ContinuationScorerTest {

    private static final int CONTEXT = 256;
    private static final String QUESTION = "Question: What is the total of the invoice?\nAnswer:";

    @TempDir private static Path folder;

    private static OperatorConfig config;
    private static EmbeddedOperator operator;
    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() throws IOException {
        Path model = EmbeddedModel.fileIn(folder);
        config = new OperatorConfig(Optional.of(model), "vector", 2, 8, CONTEXT, 1 << 26);
        operator = EmbeddedOperator.open(config);
        try (WeightSource source = WeightSource.open(model)) {
            tokenizer = source.tokenizer();
        }
    }

    @AfterAll
    static void close() {
        operator.close();
    }

    private static ContinuationScore score(String context, String continuation) throws Exception {
        return score(context, continuation, BeginToken.AS_MODEL);
    }

    private static ContinuationScore score(String context, String continuation, BeginToken begin)
            throws Exception {
        return operator.score(new ScoringRequest(context, List.of(continuation), begin))
                .get()
                .getFirst();
    }

    /// From `model logits`.
    private static double exact(int[] context, int[] continuation) throws IOException {
        int[] all = IntStream.concat(Arrays.stream(context), Arrays.stream(continuation)).toArray();
        double[] sum = {0};
        int[] position = {0};
        ModelFiles.logits(
                config.model().orElseThrow(),
                all,
                "vector",
                2,
                (logits, offset, vocabulary) -> {
                    int next = ++position[0];
                    if (next >= context.length && next < all.length) {
                        double total = 0;
                        for (int i = 0; i < vocabulary; i++) {
                            total += Math.exp(logits[offset + i]);
                        }
                        sum[0] += logits[offset + all[next]] - Math.log(total);
                    }
                });
        return sum[0];
    }

    @Test
    void aScoreIsThatOfAnExactForwardPass() throws Exception {
        for (String choice : List.of(" 1284.50 EUR", " The vendor", " seven of nine invoices")) {
            int[] context = tokenizer.encodePrompt(QUESTION);
            int[] whole = tokenizer.encodePrompt(QUESTION + choice);
            int[] continuation = Arrays.copyOfRange(whole, context.length, whole.length);
            ContinuationScore score = score(QUESTION, choice);
            // Keys and values are stored as halves.
            assertThat(score.logProbability())
                    .isCloseTo(exact(context, continuation), within(5e-3 * continuation.length));
            assertThat(score.tokens()).isEqualTo(continuation.length);
            assertThat(score.cutTokens()).isZero();
        }
    }

    @Test
    void allChoicesOfAContextComeInTheirOrder() throws Exception {
        List<String> choices = List.of(" yes", " no", " perhaps");
        List<ContinuationScore> scores =
                operator.score(new ScoringRequest(QUESTION, choices, BeginToken.AS_MODEL)).get();
        assertThat(scores).hasSize(3);
        for (int i = 0; i < choices.size(); i++) {
            assertThat(scores.get(i).logProbability())
                    .isEqualTo(score(QUESTION, choices.get(i)).logProbability());
        }
    }

    @Test
    void spacesAtTheEndOfTheContextBelongToTheContinuation() throws Exception {
        ContinuationScore moved = score("The total is \n ", "12");
        ContinuationScore written = score("The total is", " \n 12");
        assertThat(moved.logProbability()).isEqualTo(written.logProbability());
        assertThat(moved.tokens()).isEqualTo(written.tokens());
    }

    @Test
    void theBeginTokenStandsBeforeTheContextWhereItIsWanted() throws Exception {
        int[] bare = tokenizer.encodeText("The total is", TextStart.FRESH);
        int[] whole = tokenizer.encodeText("The total is 12", TextStart.FRESH);
        int[] continuation = Arrays.copyOfRange(whole, bare.length, whole.length);
        assertThat(score("The total is", " 12", BeginToken.NONE).logProbability())
                .isCloseTo(exact(bare, continuation), within(5e-3 * continuation.length));
        int more = tokenizer.vocabulary().addBegin() ? 1 : 0;
        assertThat(score("The total is", " 12").promptTokens())
                .isEqualTo(score("The total is", " 12", BeginToken.NONE).promptTokens() + more);
    }

    @Test
    void anEmptyContextIsTheTokenThatBeginsAText() throws Exception {
        int begin = tokenizer.vocabulary().beginToken();
        int first = begin >= 0 ? begin : tokenizer.vocabulary().endToken();
        int[] continuation = tokenizer.encodeText("Invoice", TextStart.FRESH);
        for (BeginToken each : BeginToken.values()) {
            assertThat(score("", "Invoice", each).logProbability())
                    .isCloseTo(
                            exact(new int[] {first}, continuation),
                            within(5e-3 * continuation.length));
        }
    }

    @Test
    void aContextThatIsTooLongIsCutFromTheLeftAndThatIsCounted() throws Exception {
        String context = "Invoice number twelve. ".repeat(200) + "The total is";
        int[] before = tokenizer.encodePrompt(context);
        int[] whole = tokenizer.encodePrompt(context + " 12");
        int[] continuation = Arrays.copyOfRange(whole, before.length, whole.length);
        int kept = CONTEXT + 1 - continuation.length;
        ContinuationScore score = score(context, " 12");
        assertThat(score.cutTokens()).isEqualTo(before.length - kept);
        assertThat(score.promptTokens()).isEqualTo(CONTEXT);
        int[] end = Arrays.copyOfRange(before, before.length - kept, before.length);
        assertThat(score.logProbability())
                .isCloseTo(exact(end, continuation), within(5e-3 * continuation.length));
    }

    @Test
    void whatCannotBeScoredIsRefusedWithAReason() {
        assertThatThrownBy(() -> score("The total is", "12 ".repeat(2000)))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("does not fit the context of 256");
        assertThatThrownBy(() -> score("The total is", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty");
        assertThatThrownBy(() -> new ScoringRequest("", List.of(), BeginToken.NONE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClosedOperatorScoresNothing() throws Exception {
        EmbeddedOperator closed = EmbeddedOperator.open(config);
        closed.close();
        assertThatThrownBy(() ->
                        closed.score(new ScoringRequest("a", List.of(" b"), BeginToken.NONE)).get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(OperatorClosedException.class);
    }
}

package dev.talaria.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/// A continuation's score is what the model's logits say of its tokens, whatever else the engine
/// computes in the same steps and however much of the context it knew before.
@Timeout(60)
class ScoredContinuationsTest {

    private static final EngineOptions PLAIN = EngineOptions.plain(EngineFixture.CONTEXT, 1);

    @TempDir private static Path folder;

    private static EngineFixture fixture;

    @BeforeAll
    static void load() throws IOException {
        fixture = new EngineFixture(folder, TensorType.Q8_0);
    }

    @AfterAll
    static void unload() {
        fixture.close();
    }

    private static Engine engine(KvCache cache, int maxSequences) {
        return fixture.engine(cache, _ -> false, EngineFixture.options(maxSequences));
    }

    private static TokenScores alone(ScoreRequest request) throws Exception {
        try (KvCache cache = fixture.cache(EngineFixture.CONTEXT);
                Engine engine = fixture.engine(cache, _ -> false, PLAIN)) {
            return engine.score(request).get();
        }
    }

    private static int[] tokens(SplittableRandom random, int least, int most) {
        return fixture.prompt(random, random.nextInt(least, most + 1));
    }

    /// From the logits of one pass over all tokens.
    private static double[] expected(ScoreRequest request) {
        float[] logits = fixture.logits(request.prompt());
        int first = request.context().length - 1;
        return IntStream.range(0, request.continuation().length)
                .mapToDouble(i -> logProbability(logits, first + i, request.continuation()[i]))
                .toArray();
    }

    private static double logProbability(float[] logits, int row, int token) {
        int from = row * fixture.logitWidth();
        double sum = 0;
        for (int i = 0; i < fixture.vocabulary().size(); i++) {
            sum += Math.exp(logits[from + i]);
        }
        return logits[from + token] - Math.log(sum);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31, 32, 33, 64, 95})
    void theScoreIsWhatTheLogitsOfOnePassSay(int contextTokens) throws Exception {
        SplittableRandom random = new SplittableRandom(contextTokens);
        ScoreRequest request =
                new ScoreRequest(fixture.prompt(random, contextTokens), tokens(random, 1, 40));
        TokenScores scores = alone(request);
        assertThat(scores.logProbabilities()).containsExactly(expected(request), within(1e-5));
        assertThat(scores.promptTokens())
                .isEqualTo(contextTokens + request.continuation().length - 1);
    }

    @Test
    void manyTogetherScoreAsEachAloneBitForBit() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoreRequest> requests = new ArrayList<>();
        for (int question = 0; question < 8; question++) {
            int[] context = tokens(random, 1, 150);
            for (int choice = 0; choice < 4; choice++) {
                requests.add(new ScoreRequest(context, tokens(random, 1, 30)));
            }
        }
        // Room for a few at a time only, and others write beside them.
        try (KvCache cache = fixture.cache(900);
                Engine engine = engine(cache, 8)) {
            List<CompletableFuture<?>> writing = new ArrayList<>();
            List<CompletableFuture<TokenScores>> scoring = new ArrayList<>();
            for (ScoreRequest request : requests) {
                scoring.add(engine.score(request));
                if (scoring.size() % 5 == 0) {
                    int[] prompt = tokens(random, 1, 100);
                    writing.add(engine.submit(EngineFixture.free(prompt, 12)));
                }
            }
            for (CompletableFuture<?> each : writing) {
                each.get();
            }
            for (int i = 0; i < requests.size(); i++) {
                TokenScores together = scoring.get(i).get();
                TokenScores single = alone(requests.get(i));
                assertThat(together.logProbabilities())
                        .as("request %d of seed %d", i, seed)
                        .isEqualTo(single.logProbabilities());
                assertThat(together.isGreedy()).isEqualTo(single.isGreedy());
            }
        }
    }

    @Test
    void answersBesideScoresAreThoseTheyWouldBeAlone() throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        int[] prompt = fixture.prompt(random, 70);
        int[] answer =
                fixture.alone(prompt, Optional.empty(), EngineFixture.greedy(20), _ -> false);
        try (KvCache cache = fixture.cache(2048);
                Engine engine = engine(cache, 8)) {
            List<CompletableFuture<TokenScores>> scores = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                scores.add(engine.score(new ScoreRequest(prompt, tokens(random, 20, 60))));
            }
            assertThat(engine.submit(EngineFixture.free(prompt, 20)).get().tokens())
                    .isEqualTo(answer);
            for (CompletableFuture<TokenScores> score : scores) {
                score.get();
            }
        }
    }

    @Test
    void theContextOfAllChoicesIsComputedOnce() throws Exception {
        SplittableRandom random = new SplittableRandom(2);
        int[] context = fixture.prompt(random, 150);
        try (KvCache cache = fixture.cache(2048);
                Engine engine = engine(cache, 8)) {
            List<CompletableFuture<TokenScores>> scores = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                scores.add(engine.score(new ScoreRequest(context, fixture.prompt(random, 6))));
            }
            int cached = 0;
            for (CompletableFuture<TokenScores> score : scores) {
                cached += score.get().cachedTokens();
            }
            // Three of the four find the whole blocks of 32 before the context's last token.
            assertThat(cached).isEqualTo(3 * 128);
        }
    }

    @Test
    void theSameContinuationTwiceGetsItsLogitsTwice() throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        ScoreRequest request =
                new ScoreRequest(fixture.prompt(random, 10), fixture.prompt(random, 120));
        double[] expected = alone(request).logProbabilities();
        try (KvCache cache = fixture.cache(1024);
                Engine engine = engine(cache, 4)) {
            CompletableFuture<TokenScores> first = engine.score(request);
            CompletableFuture<TokenScores> second = engine.score(request);
            assertThat(first.get().logProbabilities()).isEqualTo(expected);
            assertThat(second.get().logProbabilities()).isEqualTo(expected);
            assertThat(engine.score(request).get().logProbabilities()).isEqualTo(expected);
        }
    }

    @Test
    void aContinuationLongerThanAStepsLogitsTakesSeveralSteps() throws Exception {
        SplittableRandom random = new SplittableRandom(4);
        ScoreRequest request =
                new ScoreRequest(
                        fixture.prompt(random, 7),
                        fixture.prompt(random, 2 * StepPlan.SCORED_ROWS + 80));
        try (KvCache cache = fixture.cache(EngineFixture.CONTEXT);
                Engine engine = engine(cache, 1)) {
            assertThat(engine.score(request).get().logProbabilities())
                    .containsExactly(expected(request), within(1e-5));
            assertThat(engine.snapshot().steps()).isGreaterThan(1);
        }
    }

    @Test
    void onlyTheMostProbableTokensAreGreedy() throws Exception {
        int[] context = fixture.prompt(new SplittableRandom(6), 20);
        int best = mostProbable(context);
        int[] longer = Arrays.copyOf(context, 21);
        longer[20] = best;
        int next = mostProbable(longer);
        assertThat(alone(new ScoreRequest(context, new int[] {best, next})).isGreedy()).isTrue();
        int other = next == 0 ? 1 : 0;
        assertThat(alone(new ScoreRequest(context, new int[] {best, other})).isGreedy()).isFalse();
        assertThat(alone(new ScoreRequest(context, new int[] {other, next})).isGreedy()).isFalse();
    }

    private static int mostProbable(int[] prompt) {
        float[] logits = fixture.logits(prompt);
        int from = (prompt.length - 1) * fixture.logitWidth();
        int best = 0;
        for (int i = 1; i < fixture.vocabulary().size(); i++) {
            if (logits[from + i] > logits[from + best]) {
                best = i;
            }
        }
        return best;
    }

    @Test
    void whatIsCancelledGivesItsRoomBack() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        ScoreRequest large = new ScoreRequest(fixture.prompt(random, 400), new int[] {1, 2});
        ScoreRequest small = new ScoreRequest(fixture.prompt(random, 40), new int[] {3, 4});
        try (KvCache cache = fixture.cache(416);
                Engine engine = engine(cache, 4)) {
            for (int i = 0; i < 20; i++) {
                engine.score(large).cancel(false);
            }
            assertThat(engine.score(small).get().logProbabilities()).hasSize(2);
            assertThat(engine.score(large).get().logProbabilities()).hasSize(2);
        }
    }

    @Test
    void anEngineThatEndsFailsWhatItHasNotScored() throws Exception {
        ScoreRequest request = new ScoreRequest(new int[] {1, 2}, new int[] {3});
        try (KvCache cache = fixture.cache(EngineFixture.CONTEXT)) {
            Engine engine = engine(cache, 1);
            engine.close(Duration.ZERO);
            assertThatThrownBy(() -> engine.score(request).get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(EngineClosedException.class);
        }
    }

    @Test
    void whatCannotBeScoredIsRefused() {
        try (KvCache cache = fixture.cache(EngineFixture.CONTEXT);
                Engine engine = engine(cache, 1)) {
            assertThatThrownBy(() ->
                            engine.score(
                                    new ScoreRequest(
                                            new int[EngineFixture.CONTEXT], new int[] {1, 2})))
                    .isInstanceOf(RequestTooLargeException.class);
            assertThatThrownBy(() ->
                            engine.score(
                                    new ScoreRequest(
                                            new int[] {1}, new int[] {EngineFixture.VOCABULARY})))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("vocabulary");
            assertThatThrownBy(() -> new ScoreRequest(new int[] {1}, new int[0]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}

package dev.talaria.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.task.Penalties;
import dev.talaria.schemas.task.SamplingOptions;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

class SamplerTest {

    private static final int SIZE = 40;

    private static SamplingOptions options(float temperature, int topK, float topP, long seed) {
        return new SamplingOptions(temperature, topK, topP, seed, 100);
    }

    private static Sampler greedy() {
        return new Sampler(options(0f, 0, 1f, 1));
    }

    @Test
    void greedyTakesTheGreatestAndOfEqualsTheLower() {
        float[] logits = {-3f, 2f, 5f, 1f, 5f, 5f};
        assertThat(greedy().sample(logits, 0, 6, null)).isEqualTo(2);
        assertThat(greedy().sample(logits, 3, 3, null)).isEqualTo(1);
        assertThat(greedy().sample(logits, 0, 6, mask(6, 0, 4, 5))).isEqualTo(4);
        assertThat(greedy().sample(logits, 0, 6, mask(6, 0, 3))).isEqualTo(3);
        float[] equal = new float[6];
        assertThat(greedy().sample(equal, 0, 6, null)).isZero();
    }

    @Test
    void greedyNeedsNoSeedAndDrawsOnlyOneToken() {
        float[] logits = logits(new SplittableRandom(1), SIZE);
        for (long seed = 0; seed < 20; seed++) {
            Sampler sampler = new Sampler(options(0f, 5, 0.5f, seed));
            assertThat(sampler.sample(logits, 0, SIZE, null))
                    .isEqualTo(greedy().sample(logits, 0, SIZE, null));
        }
    }

    @Test
    void topKAndTopPKeepExactlyTheRightTokens() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int repeat = 0; repeat < 60; repeat++) {
            float[] logits = logits(random, SIZE);
            int topK = random.nextInt(3) == 0 ? 0 : random.nextInt(1, SIZE + 5);
            float topP = random.nextInt(3) == 0 ? 1f : (float) random.nextDouble(0.02, 0.999);
            TokenMask mask = random.nextBoolean() ? null : randomMask(random);
            Sampler sampler = new Sampler(options(1.5f, topK, topP, random.nextLong()));
            Set<Integer> drawn = new HashSet<>();
            for (int i = 0; i < 8_000; i++) {
                drawn.add(sampler.sample(logits, 0, SIZE, mask));
            }
            assertThat(drawn)
                    .as("top-k %d, top-p %s, seed %d, repeat %d", topK, topP, seed, repeat)
                    .isEqualTo(kept(logits, mask, 1.5f, topK, topP));
        }
    }

    /// By sorting: the definition.
    private static Set<Integer> kept(
            float[] logits, TokenMask mask, float temperature, int topK, float topP) {
        List<Integer> best =
                IntStream.range(0, SIZE)
                        .filter(token -> mask == null || mask.allows(token))
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer token) -> -logits[token]))
                        .toList();
        if (topK > 0 && topK < best.size()) {
            best = best.subList(0, topK);
        }
        double total = best.stream().mapToDouble(t -> Math.exp(logits[t] / temperature)).sum();
        Set<Integer> kept = new HashSet<>();
        double reached = 0;
        for (int token : best) {
            if (topP < 1 && reached >= topP) {
                break;
            }
            kept.add(token);
            reached += Math.exp(logits[token] / temperature) / total;
        }
        return kept;
    }

    @Test
    void ofEqualLogitsTopKKeepsTheLowerTokens() {
        float[] logits = {1f, 2f, 1f, 1f, 2f, 1f};
        Sampler sampler = new Sampler(options(1f, 4, 1f, 3));
        Set<Integer> drawn = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            drawn.add(sampler.sample(logits, 0, 6, null));
        }
        assertThat(drawn).containsExactlyInAnyOrder(0, 1, 2, 4);
    }

    @Test
    void topPOfNextToNothingKeepsTheMostProbable() {
        float[] logits = {1f, 4f, 3f};
        Sampler sampler = new Sampler(options(1f, 0, Float.MIN_VALUE, 3));
        for (int i = 0; i < 100; i++) {
            assertThat(sampler.sample(logits, 0, 3, null)).isEqualTo(1);
        }
    }

    @Test
    void theSameSeedGivesTheSameTokensAndAnotherSeedOthers() {
        float[] logits = logits(new SplittableRandom(4), SIZE);
        for (SamplingOptions each :
                List.of(options(0.7f, 0, 1f, 9), options(1f, 10, 1f, 9), options(1f, 0, 0.9f, 9))) {
            assertThat(draws(each, logits)).isEqualTo(draws(each, logits));
            SamplingOptions other =
                    options(each.temperature(), each.topK(), each.topP(), each.seed() + 1);
            assertThat(draws(other, logits)).isNotEqualTo(draws(each, logits));
        }
    }

    private static int[] draws(SamplingOptions options, float[] logits) {
        Sampler sampler = new Sampler(options);
        return IntStream.range(0, 200).map(_ -> sampler.sample(logits, 0, SIZE, null)).toArray();
    }

    @Test
    void drawsFollowTheProbabilities() {
        float[] logits = logits(new SplittableRandom(5), SIZE);
        for (float temperature : new float[] {0.5f, 1f, 2f}) {
            Sampler sampler = new Sampler(options(temperature, 0, 1f, 77));
            int[] counts = new int[SIZE];
            for (int i = 0; i < 40_000; i++) {
                counts[sampler.sample(logits, 0, SIZE, null)]++;
            }
            assertFits(counts, logits, temperature);
        }
    }

    /// Callers number their seeds 1, 2, 3: the first tokens of neighbouring seeds are independent.
    @Test
    void firstDrawsOfNeighbouringSeedsFollowTheProbabilitiesToo() {
        float[] logits = logits(new SplittableRandom(6), SIZE);
        int[] counts = new int[SIZE];
        for (long seed = 0; seed < 40_000; seed++) {
            counts[new Sampler(options(1f, 0, 1f, seed)).sample(logits, 0, SIZE, null)]++;
        }
        assertFits(counts, logits, 1f);
    }

    // Chi-square has the mean of its degrees of freedom and twice that as variance; the seeds are
    // fixed, so that this passes always or never.
    private static void assertFits(int[] counts, float[] logits, float temperature) {
        int draws = Arrays.stream(counts).sum();
        double total = 0;
        for (float logit : logits) {
            total += Math.exp(logit / temperature);
        }
        double chiSquare = 0;
        for (int token = 0; token < SIZE; token++) {
            double expected = draws * Math.exp(logits[token] / temperature) / total;
            chiSquare += Math.pow(counts[token] - expected, 2) / expected;
        }
        int degrees = SIZE - 1;
        assertThat(chiSquare)
                .as("temperature %s", temperature)
                .isLessThan(degrees + 4 * Math.sqrt(2 * degrees));
    }

    @Test
    void whatTheMaskForbidsIsNeverDrawn() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int repeat = 0; repeat < 50; repeat++) {
            float[] logits = logits(random, SIZE);
            TokenMask mask = randomMask(random);
            for (SamplingOptions each :
                    List.of(options(0f, 0, 1f, repeat), options(50f, 7, 0.99f, repeat))) {
                Sampler sampler = new Sampler(each);
                for (int i = 0; i < 100; i++) {
                    int token = sampler.sample(logits, 0, SIZE, mask);
                    assertThat(mask.allows(token)).as("%d, seed %d", token, seed).isTrue();
                }
            }
        }
    }

    @Test
    void paddingBeyondTheVocabularyIsNeverDrawn() {
        float[] logits = new float[64];
        Arrays.fill(logits, 30, 64, 1000f);
        TokenMask wide = new TokenMask(64);
        IntStream.range(10, 64).forEach(wide::allow);
        for (float temperature : new float[] {0f, 1f, 100f}) {
            Sampler sampler = new Sampler(options(temperature, 0, 1f, 2));
            for (int i = 0; i < 200; i++) {
                assertThat(sampler.sample(logits, 0, 30, null)).isLessThan(30);
                assertThat(sampler.sample(logits, 0, 30, wide)).isBetween(10, 29);
            }
        }
    }

    @Test
    void aMaskThatAllowsNothingIsRefused() {
        TokenMask beyond = mask(64, 50);
        for (float temperature : new float[] {0f, 1f}) {
            Sampler sampler = new Sampler(options(temperature, 0, 1f, 2));
            for (TokenMask each : List.of(new TokenMask(64), beyond)) {
                assertThatThrownBy(() -> sampler.sample(new float[64], 0, 40, each))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("the mask allows no token");
            }
        }
    }

    @Test
    void extremeLogitsAndTemperaturesStillGiveTokens() {
        float[] logits = {-1e30f, 1e30f, Float.NEGATIVE_INFINITY, 0f};
        for (float temperature : new float[] {Float.MIN_VALUE, 1f, 100f}) {
            Sampler sampler = new Sampler(options(temperature, 0, 0.9f, 2));
            for (int i = 0; i < 50; i++) {
                assertThat(sampler.sample(logits, 0, 4, null)).isEqualTo(1);
            }
        }
    }

    @Test
    void minPKeepsExactlyThoseProbableEnough() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int repeat = 0; repeat < 30; repeat++) {
            float[] logits = logits(random, SIZE);
            float minP = (float) random.nextDouble(0.05, 1);
            Sampler sampler = new Sampler(options(1.5f, 0, 1f, repeat).withMinP(minP));
            Set<Integer> drawn = new HashSet<>();
            for (int i = 0; i < 8_000; i++) {
                drawn.add(sampler.sample(logits, 0, SIZE, null));
            }
            double best = IntStream.range(0, SIZE).mapToDouble(t -> logits[t]).max().orElseThrow();
            Set<Integer> kept = new HashSet<>();
            for (int token = 0; token < SIZE; token++) {
                if (Math.exp((logits[token] - best) / 1.5) >= minP) {
                    kept.add(token);
                }
            }
            assertThat(drawn)
                    .as("min-p %s, seed %d, repeat %d", minP, seed, repeat)
                    .isEqualTo(kept);
        }
    }

    /// What is drawn at a place does not depend on how often it was drawn before it, or whether.
    @Test
    void randomNumbersBelongToPlaces() {
        float[] logits = logits(new SplittableRandom(8), SIZE);
        for (long seed = 0; seed < 50; seed++) {
            Sampler plain = new Sampler(options(1f, 0, 1f, seed));
            Sampler skipping = new Sampler(options(1f, 0, 1f, seed));
            for (int place = 0; place < 40; place++) {
                int token = plain.sample(logits, 0, SIZE, null);
                if (place % 3 == 0) {
                    assertThat(skipping.sample(logits, 0, SIZE, null)).isEqualTo(token);
                    skipping.sample(logits, 0, SIZE, null);
                }
                plain.accept(token);
                skipping.accept(token);
            }
        }
    }

    @Test
    void drawsAtSuccessivePlacesFollowTheProbabilities() {
        float[] logits = logits(new SplittableRandom(9), SIZE);
        Sampler sampler = new Sampler(options(1f, 0, 1f, 5));
        int[] counts = new int[SIZE];
        for (int i = 0; i < 40_000; i++) {
            int token = sampler.sample(logits, 0, SIZE, null);
            counts[token]++;
            sampler.accept(token);
        }
        assertFits(counts, logits, 1f);
    }

    @Test
    void penaltiesChangeLogitsAsDefined() {
        float[] logits = {2f, -1f, 3f, 0.5f, 1f};
        int[] prompt = {1, 3, 3};
        int[] answer = {2, 0, 2};
        Penalties penalties = new Penalties(2f, 0.25f, 0.5f);
        TokenPenalties applied = new TokenPenalties(penalties, prompt);
        Arrays.stream(answer).forEach(applied::add);
        float[] adjusted = applied.apply(logits, 0, 5);
        assertThat(Arrays.copyOf(adjusted, 5))
                .containsExactly(
                        2f / 2 - 0.25f - 0.5f, -1f * 2, 3f / 2 - 2 * 0.25f - 0.5f, 0.5f / 2, 1f);
        assertThat(logits).containsExactly(2f, -1f, 3f, 0.5f, 1f);
    }

    @Test
    void greedyTakesTheGreatestAfterPenalties() {
        float[] logits = {9f, 2f, 1.9f, 1.5f, 9f};
        SamplingOptions frequency =
                options(0f, 0, 1f, 1).withPenalties(new Penalties(1f, 0.3f, 0f));
        Sampler sampler = new Sampler(frequency, new int[] {1});
        int[] written = new int[4];
        for (int i = 0; i < written.length; i++) {
            written[i] = sampler.sample(logits, 1, 3, null);
            sampler.accept(written[i]);
        }
        // 2, 1.9 and 1.5: 0, then 1 at 1.9, then 0 at 1.7, then 1 at 1.6.
        assertThat(written).containsExactly(0, 1, 0, 1);
        SamplingOptions repetition =
                options(0f, 0, 1f, 1).withPenalties(new Penalties(1.2f, 0f, 0f));
        assertThat(new Sampler(repetition, new int[] {0}).sample(logits, 1, 3, null)).isEqualTo(1);
    }

    @Test
    void aPenalizedTokenOutsideTheMaskStaysOutside() {
        float[] logits = {5f, 4f, 3f};
        SamplingOptions options = options(0f, 0, 1f, 1).withPenalties(new Penalties(1f, -2f, 0f));
        Sampler sampler = new Sampler(options);
        sampler.accept(2);
        sampler.accept(2);
        assertThat(sampler.sample(logits, 0, 3, null)).isEqualTo(2);
        assertThat(sampler.sample(logits, 0, 3, mask(3, 0, 1))).isZero();
    }

    private static float[] logits(SplittableRandom random, int size) {
        float[] logits = new float[size];
        for (int i = 0; i < size; i++) {
            logits[i] = (float) random.nextDouble(-1, 1);
        }
        return logits;
    }

    private static TokenMask mask(int size, int... tokens) {
        TokenMask mask = new TokenMask(size);
        Arrays.stream(tokens).forEach(mask::allow);
        return mask;
    }

    private static TokenMask randomMask(SplittableRandom random) {
        TokenMask mask = mask(SIZE, random.nextInt(SIZE));
        random.ints(random.nextInt(SIZE), 0, SIZE).forEach(mask::allow);
        return mask;
    }
}

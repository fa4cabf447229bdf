package dev.talaria.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.decode.Constraints;
import dev.talaria.inference.decode.TokenConstraint;
import dev.talaria.inference.kernel.KvType;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.task.Penalties;
import dev.talaria.schemas.task.SamplingOptions;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Sharing prefixes, cutting prompts into chunks, taking forced tokens together and verifying
/// guesses save time and change nothing: in any mix of requests, arrivals and cancellations each
/// request gets, token for token, what plain decoding gives it alone.
@Timeout(180)
class ShortcutsTest {

    private static final String[] SCHEMAS = {
        """
        {"type": "object", "additionalProperties": false, "required": ["number", "kind", "total"],
         "properties": {"number": {"type": "string", "maxLength": 12},
                        "kind": {"enum": ["invoice", "receipt"]},
                        "total": {"type": "integer"}}}\
        """,
        "{\"type\": \"array\", \"items\": {\"enum\": [\"alpha\", \"beta\"]}, \"minItems\": 2}",
        "{\"type\": \"string\"}"
    };

    @TempDir private Path folder;

    /// @param grammar -1 for free text
    private record Case(int[] prompt, SamplingOptions sampling, int grammar, int[] alone) {}

    @ParameterizedTest
    @EnumSource(KvType.class)
    void everyMixGivesEveryRequestTheTokensOfPlainDecoding(KvType type) throws Exception {
        try (EngineFixture fixture = new EngineFixture(folder, TensorType.Q8_0, type)) {
            everyMix(fixture, type.text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "avx2", "vnni", "amx"})
    void allKernelsGiveEveryRequestTheTokensOfPlainDecoding(String kernels) throws Exception {
        KvType type = kernels.equals("avx2") ? KvType.INT8 : KvType.F16;
        try (EngineFixture fixture = new EngineFixture(folder, TensorType.Q4_0, type, kernels)) {
            everyMix(fixture, kernels);
        }
    }

    private static void everyMix(EngineFixture fixture, String name) throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Constraints constraints =
                random.nextInt(3) == 0 ? fixture.constraints() : fixture.spellingConstraints();
        List<Grammar> grammars = Arrays.stream(SCHEMAS).map(GrammarCompiler::compile).toList();
        List<Case> cases = cases(fixture, constraints, grammars, random);
        for (int run = 0; run < 6; run++) {
            EngineOptions options = options(random, run);
            String place = "%s, %s, seed %d".formatted(name, options, seed);
            int tokens = random.nextBoolean() ? 2_000 : 450;
            try (KvCache cache = fixture.cache(tokens);
                    Engine engine =
                            fixture.engine(cache, fixture.vocabulary()::endsGeneration, options)) {
                new Run(engine, constraints, grammars, random, place).all(cases);
                engine.submit(EngineFixture.free(new int[] {1}, 1)).get(60, TimeUnit.SECONDS);
                assertThat(cache.reservedBlocks()).as(place).isZero();
                assertThat(cache.availableBlocks()).as(place).isEqualTo(cache.capacityBlocks());
                if (!options.prefixCache()) {
                    assertThat(cache.idleBlocks()).as(place).isZero();
                }
            }
        }
    }

    // The first run has everything, the others have a part of it.
    private static EngineOptions options(SplittableRandom random, int run) {
        return new EngineOptions(
                EngineFixture.CONTEXT,
                random.nextInt(1, 20),
                random.nextInt(1, 70),
                run == 0 || random.nextBoolean(),
                run == 0 || random.nextBoolean(),
                run == 0 ? 6 : random.nextInt(3) * 4,
                Duration.ZERO);
    }

    private static List<Case> cases(
            EngineFixture fixture,
            Constraints constraints,
            List<Grammar> grammars,
            SplittableRandom random)
            throws IOException {
        int[][] beginnings = {
            fixture.prompt(random, 70), fixture.prompt(random, 64), fixture.prompt(random, 200)
        };
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            int[] prompt = prompt(fixture, beginnings, random);
            int grammar = random.nextInt(-2, grammars.size());
            int least =
                    grammar < 0 ? 1 : constraints.start(grammars.get(grammar), 400).minimumTokens();
            SamplingOptions sampling = sampling(random, least + random.nextInt(40));
            int[] alone =
                    fixture.alone(
                            prompt,
                            constraint(constraints, grammars, grammar, sampling),
                            sampling,
                            fixture.vocabulary()::endsGeneration);
            cases.add(new Case(prompt, sampling, grammar, alone));
        }
        return cases;
    }

    // Beginnings that are shared, wholly or in part, some a whole number of blocks; and
    // repetitions,
    // which invite guesses.
    private static int[] prompt(
            EngineFixture fixture, int[][] beginnings, SplittableRandom random) {
        int[] beginning = beginnings[random.nextInt(beginnings.length)];
        int kept = random.nextInt(3) == 0 ? random.nextInt(beginning.length) : beginning.length;
        int[] rest = fixture.prompt(random, random.nextInt(3) * random.nextInt(1, 25));
        int[] prompt = Arrays.copyOf(beginning, Math.max(1, kept + rest.length));
        System.arraycopy(rest, 0, prompt, kept, rest.length);
        if (random.nextBoolean()) {
            for (int i = prompt.length / 2; i < prompt.length; i++) {
                prompt[i] = prompt[i - prompt.length / 2];
            }
        }
        return prompt;
    }

    private static SamplingOptions sampling(SplittableRandom random, int maxTokens) {
        SamplingOptions sampling =
                random.nextInt(3) > 0
                        ? EngineFixture.greedy(maxTokens)
                        : new SamplingOptions(
                                0.8f, random.nextInt(30), 0.95f, random.nextLong(), maxTokens);
        if (random.nextInt(3) == 0) {
            sampling = sampling.withPenalties(new Penalties(1.1f, 0.4f, 0.2f));
        }
        if (random.nextInt(4) == 0) {
            sampling = sampling.withMinP(0.05f);
        }
        return random.nextInt(4) == 0 ? sampling.withLogProbabilities(2) : sampling;
    }

    private static Optional<TokenConstraint> constraint(
            Constraints constraints,
            List<Grammar> grammars,
            int grammar,
            SamplingOptions sampling) {
        return grammar < 0
                ? Optional.empty()
                : Optional.of(constraints.start(grammars.get(grammar), sampling.maxTokens()));
    }

    /// Submits the cases in random order, some of them together, and cancels others in between.
    private record Run(
            Engine engine,
            Constraints constraints,
            List<Grammar> grammars,
            SplittableRandom random,
            String place) {

        void all(List<Case> cases) throws Exception {
            Semaphore heard = new Semaphore(0);
            List<Integer> order = new ArrayList<>();
            List<CompletableFuture<Generation>> futures = new ArrayList<>();
            List<List<Integer>> listened = new ArrayList<>();
            List<CompletableFuture<Generation>> doomed = new ArrayList<>();
            for (int i = 0; i < 2 * cases.size(); i++) {
                int each = random.nextInt(cases.size());
                order.add(each);
                List<Integer> tokens = new ArrayList<>();
                listened.add(tokens);
                futures.add(submit(cases.get(each), tokens, heard));
                futures.getLast().whenComplete((_, _) -> heard.release(50));
                if (random.nextInt(3) == 0) {
                    Case other = cases.get(random.nextInt(cases.size()));
                    doomed.add(submit(other, new ArrayList<>(), heard));
                }
                if (!doomed.isEmpty() && random.nextInt(2) == 0) {
                    doomed.get(random.nextInt(doomed.size())).cancel(false);
                }
                if (random.nextBoolean()) {
                    heard.acquire(random.nextInt(8));
                }
            }
            doomed.forEach(future -> future.cancel(false));
            for (int i = 0; i < order.size(); i++) {
                Case expected = cases.get(order.get(i));
                Generation generation = futures.get(i).get(60, TimeUnit.SECONDS);
                String what = "%s, request %d, case %d".formatted(place, i, order.get(i));
                assertThat(generation.tokens()).as(what).isEqualTo(expected.alone());
                assertThat(listened.get(i).stream().mapToInt(token -> token).toArray())
                        .as(what)
                        .isEqualTo(expected.alone());
                assertThat(generation.cachedTokens())
                        .as(what)
                        .isBetween(0, expected.prompt().length - 1);
            }
        }

        private CompletableFuture<Generation> submit(
                Case each, List<Integer> tokens, Semaphore heard) {
            return engine.submit(
                    new GenerationRequest(
                            each.prompt(),
                            constraint(constraints, grammars, each.grammar(), each.sampling()),
                            each.sampling(),
                            token -> {
                                tokens.add(token);
                                heard.release();
                            }));
        }
    }
}

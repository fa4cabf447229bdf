package dev.talaria.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.kernel.KvType;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.task.SamplingOptions;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// In whatever company, at whatever moment it comes and whoever is cancelled beside it, a request
/// gets the tokens it gets alone.
class BatchedGenerationTest {

    private static final int REQUESTS = 16;

    @TempDir private Path folder;

    private record Case(int[] prompt, SamplingOptions sampling, int[] alone) {}

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            names = {"Q8_0", "Q4_0"})
    void everyRequestGetsTheTokensItGetsAlone(TensorType type) throws Exception {
        try (EngineFixture fixture = new EngineFixture(folder, type)) {
            everyRequest(fixture, type.name());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "avx2", "vnni", "amx"})
    void allKernelsGiveEveryRequestTheTokensItGetsAlone(String kernels) throws Exception {
        try (EngineFixture fixture =
                new EngineFixture(folder, TensorType.Q4_0, KvType.F16, kernels)) {
            everyRequest(fixture, kernels);
        }
    }

    private static void everyRequest(EngineFixture fixture, String name) throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<Case> cases = cases(fixture, random);
        for (int maxSequences : new int[] {1, 4, 64}) {
            KvCache cache = fixture.cache(900);
            try (Engine engine = fixture.engine(cache, maxSequences)) {
                String place = "%s, %d at once, seed %d".formatted(name, maxSequences, seed);
                runAll(engine, cases, random, place);
                int[] probe = {1};
                engine.submit(EngineFixture.free(probe, 1)).get(60, TimeUnit.SECONDS);
                assertThat(cache.reservedBlocks()).as(place).isZero();
            }
        }
    }

    private static List<Case> cases(EngineFixture fixture, SplittableRandom random)
            throws IOException {
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            // One prompt takes more than a pass.
            int length = i == 5 ? 300 : random.nextInt(1, 80);
            int[] prompt = fixture.prompt(random, length);
            SamplingOptions sampling = sampling(random, i);
            int[] alone =
                    fixture.alone(
                            prompt,
                            Optional.empty(),
                            sampling,
                            fixture.vocabulary()::endsGeneration);
            cases.add(new Case(prompt, sampling, alone));
        }
        return cases;
    }

    private static SamplingOptions sampling(SplittableRandom random, int i) {
        int maxTokens = random.nextInt(1, 25);
        if (i % 2 == 0) {
            return EngineFixture.greedy(maxTokens);
        }
        int topK = random.nextBoolean() ? 0 : random.nextInt(1, 100);
        float topP = random.nextBoolean() ? 1f : 0.9f;
        return new SamplingOptions(0.9f, topK, topP, random.nextLong(), maxTokens);
    }

    /// Submits the cases one after another, each after some more tokens have been written, and
    /// cancels other requests in between.
    private static void runAll(
            Engine engine, List<Case> cases, SplittableRandom random, String place)
            throws Exception {
        Semaphore heard = new Semaphore(0);
        List<CompletableFuture<Generation>> futures = new ArrayList<>();
        List<List<Integer>> listened = new ArrayList<>();
        List<CompletableFuture<Generation>> doomed = new ArrayList<>();
        for (Case each : cases) {
            List<Integer> tokens = new ArrayList<>();
            listened.add(tokens);
            futures.add(
                    engine.submit(
                            new GenerationRequest(
                                    each.prompt(),
                                    Optional.empty(),
                                    each.sampling(),
                                    token -> {
                                        tokens.add(token);
                                        heard.release();
                                    })));
            futures.getLast().whenComplete((_, _) -> heard.release(20));
            if (random.nextInt(3) == 0) {
                doomed.add(engine.submit(EngineFixture.free(each.prompt(), 200)));
            }
            if (!doomed.isEmpty() && random.nextInt(3) == 0) {
                doomed.get(random.nextInt(doomed.size())).cancel(false);
            }
            heard.acquire(random.nextInt(8));
        }
        doomed.forEach(future -> future.cancel(false));
        for (int i = 0; i < cases.size(); i++) {
            Case expected = cases.get(i);
            Generation generation = futures.get(i).get(60, TimeUnit.SECONDS);
            assertThat(generation.tokens())
                    .as("%s, request %d", place, i)
                    .isEqualTo(expected.alone());
            assertThat(listened.get(i).stream().mapToInt(token -> token).toArray())
                    .isEqualTo(expected.alone());
            assertThat(generation.promptTokens()).isEqualTo(expected.prompt().length);
            assertThat(generation.finish())
                    .isEqualTo(
                            expected.alone().length == expected.sampling().maxTokens()
                                    ? FinishReason.TOKEN_LIMIT
                                    : FinishReason.STOP);
        }
        for (CompletableFuture<Generation> future : doomed) {
            assertThat(future).isDone();
        }
    }
}

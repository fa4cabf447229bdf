package dev.talaria.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.schemas.extraction.FinishReason;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// A step that fails by one sequence's doing, with others in it.
@Timeout(60)
class PoisonedStepTest {

    private static final int POISON = 599;
    private static final int ALWAYS = Integer.MAX_VALUE;
    private static final List<Supplier<Throwable>> THROWN =
            List.of(
                    () -> new IllegalStateException("tile 7"),
                    () -> new OutOfMemoryError("heap"),
                    StackOverflowError::new);

    private static final PoisonedKernels POISONED = new PoisonedKernels();

    @TempDir private static Path folder;

    private static EngineFixture fixture;
    private static List<int[]> prompts;
    private static List<int[]> answers;

    private final KvCache cache = fixture.cache(1024);

    @BeforeAll
    static void load() throws IOException {
        fixture = new EngineFixture(folder, TensorType.Q8_0, POISONED.kernels());
        POISONED.learn(() -> fixture.logits(new int[] {POISON}));
        SplittableRandom random = new SplittableRandom(9);
        prompts =
                IntStream.of(20, 40, 70, 100)
                        .mapToObj(length -> random.ints(length, 0, POISON).toArray())
                        .toList();
        answers = prompts.stream().map(PoisonedStepTest::alone).toList();
    }

    @AfterAll
    static void unload() {
        fixture.close();
    }

    @BeforeEach
    void theAnswersAreFreeOfPoison() {
        assertThat(answers).noneMatch(answer -> IntStream.of(answer).anyMatch(t -> t == POISON));
    }

    private static int[] alone(int[] prompt) {
        return fixture.alone(prompt, Optional.empty(), EngineFixture.greedy(24), _ -> false);
    }

    @Test
    void theCulpritIsTriedOnceMoreAloneAndItsNeighboursWriteWhatTheyWouldHave() throws Exception {
        for (Supplier<Throwable> thrown : THROWN) {
            POISONED.failWith(thrown, ALWAYS);
            try (Engine engine = fixture.engine(cache, 8, _ -> false)) {
                CountDownLatch submitted = new CountDownLatch(1);
                List<List<Integer>> heard = new ArrayList<>();
                List<CompletableFuture<Generation>> neighbours = new ArrayList<>();
                for (int[] prompt : prompts) {
                    List<Integer> tokens = new ArrayList<>();
                    heard.add(tokens);
                    neighbours.add(engine.submit(request(prompt, submitted, tokens::add)));
                }
                CompletableFuture<Generation> culprit =
                        engine.submit(EngineFixture.free(poisoned(prompts.get(2)), 24));
                submitted.countDown();

                assertThatThrownBy(culprit::get)
                        .cause()
                        .isInstanceOf(FailedStepException.class)
                        .cause()
                        .isInstanceOf(thrown.get().getClass());
                for (int i = 0; i < neighbours.size(); i++) {
                    assertThat(neighbours.get(i).get().tokens()).isEqualTo(answers.get(i));
                    assertThat(neighbours.get(i).get().finish())
                            .isEqualTo(FinishReason.TOKEN_LIMIT);
                    assertThat(heard.get(i)).containsExactlyElementsOf(boxed(answers.get(i)));
                }
                assertThat(POISONED.failures()).isEqualTo(2);
                assertThat(engine.submit(EngineFixture.free(prompts.get(0), 24)).get().tokens())
                        .isEqualTo(answers.get(0));
                assertThat(cache.reservedBlocks()).isZero();
            }
        }
    }

    @Test
    void whatFailsOnceOnlyIsAnsweredAsIfItHadNot() throws Exception {
        int[] prompt = poisoned(prompts.get(3));
        POISONED.failWith(null, 0);
        int[] expected = alone(prompt);
        for (int round = 0; round < 2; round++) {
            POISONED.failWith(() -> new OutOfMemoryError("heap"), 1);
            try (Engine engine = fixture.engine(cache, 8, _ -> false)) {
                CountDownLatch submitted = new CountDownLatch(1);
                CompletableFuture<Generation> neighbour =
                        engine.submit(request(prompts.get(0), submitted, _ -> {}));
                CompletableFuture<Generation> again = engine.submit(EngineFixture.free(prompt, 24));
                submitted.countDown();
                assertThat(again.get().tokens()).isEqualTo(expected);
                assertThat(again.get().cachedTokens()).isZero();
                assertThat(neighbour.get().tokens()).isEqualTo(answers.get(0));
                assertThat(POISONED.failures()).isEqualTo(1);
            }
        }
    }

    /// Two prompts begin alike: the second waits for the blocks that the first computes.
    @Test
    void whoFollowsACulpritComputesTheCommonBeginningItself() throws Exception {
        POISONED.failWith(() -> new IllegalStateException("tile 7"), ALWAYS);
        int[] good = prompts.get(3);
        int[] bad = good.clone();
        bad[40] = POISON;
        try (Engine engine = fixture.engine(cache, 8, _ -> false)) {
            CountDownLatch submitted = new CountDownLatch(1);
            CompletableFuture<Generation> before =
                    engine.submit(request(prompts.get(0), submitted, _ -> {}));
            CompletableFuture<Generation> culprit = engine.submit(EngineFixture.free(bad, 24));
            CompletableFuture<Generation> follower = engine.submit(EngineFixture.free(good, 24));
            submitted.countDown();
            assertThatThrownBy(culprit::get).cause().isInstanceOf(FailedStepException.class);
            assertThat(follower.get().tokens()).isEqualTo(answers.get(3));
            assertThat(before.get().tokens()).isEqualTo(answers.get(0));
            assertThat(cache.reservedBlocks()).isZero();
        }
    }

    /// The first token is not heard before all are submitted: they share a step.
    private static GenerationRequest request(
            int[] prompt, CountDownLatch submitted, IntConsumer listener) {
        return EngineFixture.free(
                prompt,
                24,
                token -> {
                    awaitUninterrupted(submitted);
                    listener.accept(token);
                });
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int[] poisoned(int[] prompt) {
        int[] poisoned = prompt.clone();
        poisoned[prompt.length - 3] = POISON;
        return poisoned;
    }

    private static List<Integer> boxed(int[] tokens) {
        return IntStream.of(tokens).boxed().toList();
    }
}

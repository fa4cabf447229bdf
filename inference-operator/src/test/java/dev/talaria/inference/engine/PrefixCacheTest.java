package dev.talaria.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/// A beginning that prompts share is computed once, whether they come together or one after the
/// other, and for as long as there is room.
@Timeout(60)
class PrefixCacheTest {

    private static final EngineOptions SHARING =
            new EngineOptions(EngineFixture.CONTEXT, 16, 64, true, false, 0, Duration.ZERO);

    @TempDir private static Path folder;

    private static EngineFixture fixture;
    private static int[] beginning;

    @BeforeAll
    static void load() throws IOException {
        fixture = new EngineFixture(folder, TensorType.Q8_0);
        beginning = fixture.prompt(new SplittableRandom(1), 320);
    }

    @AfterAll
    static void unload() {
        fixture.close();
    }

    /// The beginning and some tokens of its own.
    private static int[] prompt(int length, int own) {
        return prompt(length, own, 10);
    }

    private static int[] prompt(int length, int own, int ownLength) {
        int[] rest = fixture.prompt(new SplittableRandom(own), ownLength);
        return IntStream.concat(Arrays.stream(beginning, 0, length), Arrays.stream(rest)).toArray();
    }

    private static int[] alone(int[] prompt) {
        return fixture.alone(prompt, Optional.empty(), EngineFixture.greedy(8), _ -> false);
    }

    private static Engine engine(KvCache cache) {
        return fixture.engine(cache, _ -> false, SHARING);
    }

    /// The totals once all that was submitted before is done.
    private static EngineSnapshot settled(Engine engine) throws Exception {
        engine.submit(EngineFixture.free(new int[] {1}, 1)).get();
        long steps = engine.snapshot().steps();
        engine.submit(EngineFixture.free(new int[] {1}, 1)).get();
        while (engine.snapshot().steps() <= steps) {
            Thread.onSpinWait();
        }
        return engine.snapshot();
    }

    @Test
    void whatCameBeforeIsKnown() throws Exception {
        try (KvCache cache = fixture.cache(1024);
                Engine engine = engine(cache)) {
            int[] first = prompt(300, 1);
            int[] second = prompt(300, 2);
            int[] firstAnswer = alone(first);
            int[] secondAnswer = alone(second);
            Generation fresh = engine.submit(EngineFixture.free(first, 8)).get();
            Generation cached = engine.submit(EngineFixture.free(second, 8)).get();
            Generation again = engine.submit(EngineFixture.free(first, 8)).get();
            assertThat(fresh.cachedTokens()).isZero();
            // The block that they part in is not in the first one's prompt as a whole.
            assertThat(cached.cachedTokens()).isEqualTo(288);
            assertThat(again.cachedTokens()).isEqualTo(288);
            assertThat(fresh.tokens()).isEqualTo(firstAnswer);
            assertThat(cached.tokens()).isEqualTo(secondAnswer);
            assertThat(again.tokens()).isEqualTo(firstAnswer);
        }
    }

    @Test
    void promptsThatPartWithinABlockShareItsBeginning() throws Exception {
        try (KvCache cache = fixture.cache(4096);
                Engine engine = engine(cache)) {
            for (int length : new int[] {20, 31, 33, 95, 300}) {
                int[] first = prompt(length, length, 50);
                int[] second = prompt(length, length + 1, 50);
                int[] answer = alone(second);
                engine.submit(EngineFixture.free(first, 8)).get();
                Generation cached = engine.submit(EngineFixture.free(second, 8)).get();
                assertThat(cached.cachedTokens()).isEqualTo(length);
                assertThat(cached.tokens()).isEqualTo(answer);
            }
        }
    }

    @Test
    void ofAllBlocksThatBeginAlikeTheOneThatDoesSoForLongestIsCopied() throws Exception {
        try (KvCache cache = fixture.cache(4096);
                Engine engine = engine(cache)) {
            int[] lengths = {70, 80, 65, 92, 75};
            for (int length : lengths) {
                engine.submit(EngineFixture.free(prompt(length, length, 40), 1)).get();
            }
            int[] prompt = prompt(85, 1, 3);
            int[] answer = alone(prompt);
            Generation generation = engine.submit(EngineFixture.free(prompt, 8)).get();
            assertThat(generation.cachedTokens()).isEqualTo(85);
            assertThat(generation.tokens()).isEqualTo(answer);
        }
    }

    @Test
    void nothingIsCopiedFromBlocksWhoseRoomWasNeeded() throws Exception {
        try (KvCache cache = fixture.cache(128);
                Engine engine = engine(cache)) {
            int[] prompt = prompt(30, 1, 20);
            int[] answer = alone(prompt);
            engine.submit(EngineFixture.free(prompt(30, 2, 20), 8)).get();
            engine.submit(EngineFixture.free(fixture.prompt(new SplittableRandom(9), 100), 20))
                    .get();
            Generation generation = engine.submit(EngineFixture.free(prompt, 8)).get();
            assertThat(generation.cachedTokens()).isZero();
            assertThat(generation.tokens()).isEqualTo(answer);
        }
    }

    /// Its last token is computed anew for its logits.
    @Test
    void aPromptThatIsWhollyKnownIsReadFromItsLastToken() throws Exception {
        try (KvCache cache = fixture.cache(1024);
                Engine engine = engine(cache)) {
            int[] whole = Arrays.copyOf(beginning, 320);
            int[] answer = alone(whole);
            for (int repeat = 0; repeat < 3; repeat++) {
                Generation generation = engine.submit(EngineFixture.free(whole, 8)).get();
                assertThat(generation.cachedTokens()).isEqualTo(repeat == 0 ? 0 : 319);
                assertThat(generation.tokens()).isEqualTo(answer);
            }
            int[] longer = prompt(320, 3);
            assertThat(engine.submit(EngineFixture.free(longer, 8)).get().cachedTokens())
                    .isEqualTo(320);
        }
    }

    @Test
    void requestsThatComeTogetherComputeACommonBeginningOnce() throws Exception {
        List<int[]> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(alone(prompt(300, i)));
        }
        try (KvCache cache = fixture.cache(4096);
                Engine engine = engine(cache)) {
            CountDownLatch submitted = new CountDownLatch(1);
            engine.submit(EngineFixture.free(new int[] {2}, 1, _ -> await(submitted)));
            List<CompletableFuture<Generation>> futures = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                futures.add(engine.submit(EngineFixture.free(prompt(300, i), 8)));
            }
            submitted.countDown();
            for (int i = 0; i < 8; i++) {
                assertThat(futures.get(i).get().tokens()).isEqualTo(answers.get(i));
            }
            EngineSnapshot total = settled(engine);
            assertThat(total.cachedTokens()).isEqualTo(7 * 288);
            // The probes have one token each.
            assertThat(total.promptTokens()).isBetween(310L + 7 * 22 + 1, 310L + 7 * 22 + 3);
            assertThat(cache.reservedBlocks()).isZero();
        }
    }

    @Test
    void whoeverFollowsGoesOnWhenTheFirstIsCancelled() throws Exception {
        int[] answer = alone(prompt(300, 4));
        EngineOptions small =
                new EngineOptions(EngineFixture.CONTEXT, 16, 8, true, false, 0, Duration.ZERO);
        for (int after = 0; after < 12; after++) {
            int steps = after;
            try (KvCache cache = fixture.cache(2048);
                    Engine engine = fixture.engine(cache, _ -> false, small)) {
                CountDownLatch submitted = new CountDownLatch(1);
                List<CompletableFuture<Generation>> owners = new ArrayList<>();
                int[] heard = {0};
                // Writes beside them, so that prompts are read in small chunks.
                CompletableFuture<Generation> writer =
                        engine.submit(
                                EngineFixture.free(
                                        new int[] {2},
                                        150,
                                        _ -> {
                                            await(submitted);
                                            if (heard[0]++ == steps) {
                                                owners.forEach(owner -> owner.cancel(false));
                                            }
                                        }));
                owners.add(engine.submit(EngineFixture.free(prompt(300, 5), 8)));
                owners.add(engine.submit(EngineFixture.free(prompt(300, 6), 8)));
                CompletableFuture<Generation> follower =
                        engine.submit(EngineFixture.free(prompt(300, 4), 8));
                submitted.countDown();
                assertThat(follower.get().tokens()).as("after %d", after).isEqualTo(answer);
                writer.get();
                settled(engine);
                assertThat(cache.reservedBlocks()).isZero();
            }
        }
    }

    @Test
    void whatIsInUseStaysAndTheLeastRecentlyUsedGoes() throws Exception {
        try (KvCache cache = fixture.cache(640);
                Engine engine = engine(cache)) {
            int[] hot = prompt(300, 7);
            int[] answer = alone(hot);
            SplittableRandom random = new SplittableRandom(8);
            engine.submit(EngineFixture.free(hot, 8)).get();
            for (int i = 0; i < 12; i++) {
                int[] cold = fixture.prompt(random, 200);
                engine.submit(EngineFixture.free(cold, 8)).get();
                Generation generation = engine.submit(EngineFixture.free(hot, 8)).get();
                assertThat(generation.cachedTokens()).as("round %d", i).isEqualTo(288);
                assertThat(generation.tokens()).isEqualTo(answer);
            }
            for (int i = 0; i < 3; i++) {
                engine.submit(EngineFixture.free(fixture.prompt(random, 300), 8)).get();
            }
            Generation gone = engine.submit(EngineFixture.free(hot, 8)).get();
            assertThat(gone.cachedTokens()).isZero();
            assertThat(gone.tokens()).isEqualTo(answer);
        }
    }

    @Test
    void whatWasWrittenIsNotSharedAsAPrompt() throws Exception {
        try (KvCache cache = fixture.cache(2048);
                Engine engine = engine(cache)) {
            int[] first = Arrays.copyOf(beginning, 50);
            int[] written = engine.submit(EngineFixture.free(first, 60)).get().tokens();
            int[] conversation =
                    IntStream.concat(Arrays.stream(first), Arrays.stream(written)).toArray();
            int[] answer = alone(conversation);
            Generation next = engine.submit(EngineFixture.free(conversation, 8)).get();
            assertThat(next.cachedTokens()).isEqualTo(32);
            assertThat(next.tokens()).isEqualTo(answer);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

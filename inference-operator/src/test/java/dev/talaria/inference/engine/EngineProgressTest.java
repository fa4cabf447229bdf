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
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/// Whether an engine gets any further, and how long its requests took.
@Timeout(60)
class EngineProgressTest {

    private static final EngineOptions PLAIN = EngineOptions.plain(EngineFixture.CONTEXT, 4);

    @TempDir private static Path folder;

    private static EngineFixture fixture;
    private static int[] prompt;

    private final ManualClock clock = new ManualClock();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    @BeforeAll
    static void load() throws IOException {
        fixture = new EngineFixture(folder, TensorType.Q8_0);
        prompt = fixture.prompt(new SplittableRandom(5), 20);
    }

    @AfterAll
    static void unload() {
        fixture.close();
    }

    @Test
    void anEngineWithoutWorkIsNotStalledHoweverLongItWaits() throws Exception {
        try (KvCache cache = fixture.cache(128);
                Engine engine = fixture.engine(cache, PLAIN, clock)) {
            assertThat(engine.stalled()).isZero();
            engine.submit(EngineFixture.free(prompt, 3)).get();
            engine.submit(EngineFixture.free(prompt, 3)).get();
            clock.advance(Duration.ofHours(1));
            // The answer comes a moment before the engine has seen that there is nothing more.
            while (!engine.stalled().isZero()) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void anEngineThatIsHeldUpInAStepTellsForHowLongAndGoesOnAfterwards() throws Exception {
        try (KvCache cache = fixture.cache(128);
                Engine engine = fixture.engine(cache, PLAIN, clock)) {
            CompletableFuture<Generation> held =
                    engine.submit(EngineFixture.free(prompt, 3, _ -> hold()));
            reached.await();
            assertThat(engine.stalled()).isZero();
            clock.advance(Duration.ofMinutes(3));
            assertThat(engine.stalled()).isEqualTo(Duration.ofMinutes(3));
            released.countDown();
            held.get();
            while (!engine.stalled().isZero()) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void anEngineThatHasEndedIsNotStalled() throws Exception {
        try (KvCache cache = fixture.cache(128);
                Engine engine = fixture.engine(cache, PLAIN, clock)) {
            CompletableFuture<Generation> held =
                    engine.submit(EngineFixture.free(prompt, 3, _ -> hold()));
            reached.await();
            released.countDown();
            engine.close(Duration.ZERO);
            engine.ended().get();
            clock.advance(Duration.ofHours(1));
            assertThat(engine.stalled()).isZero();
            assertThat(held).isDone();
        }
    }

    @Test
    void aGenerationTellsHowLongItWaitedReadAndWrote() throws Exception {
        try (KvCache cache = fixture.cache(128);
                Engine engine = fixture.engine(cache, EngineOptions.plain(512, 1), clock)) {
            CompletableFuture<Generation> first =
                    engine.submit(EngineFixture.free(prompt, 3, _ -> hold()));
            reached.await();
            CompletableFuture<Generation> second =
                    engine.submit(
                            EngineFixture.free(
                                    prompt, 3, _ -> clock.advance(Duration.ofSeconds(1))));
            clock.advance(Duration.ofSeconds(5));
            released.countDown();
            assertThat(first.get().admittedNanos()).isZero();
            assertThat(first.get().firstTokenNanos()).isZero();
            assertThat(seconds(first.get().totalNanos())).isEqualTo(5);
            assertThat(seconds(second.get().admittedNanos())).isEqualTo(5);
            assertThat(seconds(second.get().firstTokenNanos())).isEqualTo(5);
            assertThat(seconds(second.get().totalNanos())).isEqualTo(8);
        }
    }

    @Test
    void aRequestThatWasNeverBegunHasWaitedAllItsTime() throws Exception {
        try (KvCache cache = fixture.cache(128);
                Engine engine = fixture.engine(cache, EngineOptions.plain(512, 1), clock)) {
            engine.submit(EngineFixture.free(prompt, 3, _ -> hold()));
            reached.await();
            CompletableFuture<Generation> late =
                    engine.submit(
                            new GenerationRequest(
                                    prompt,
                                    Optional.empty(),
                                    EngineFixture.greedy(3),
                                    Optional.of(Duration.ofSeconds(2)),
                                    _ -> true));
            clock.advance(Duration.ofSeconds(4));
            released.countDown();
            assertThat(seconds(late.get().admittedNanos())).isEqualTo(4);
            assertThat(late.get().firstTokenNanos()).isZero();
            assertThat(seconds(late.get().totalNanos())).isEqualTo(4);
        }
    }

    private static long seconds(long nanos) {
        return Duration.ofNanos(nanos).toSeconds();
    }

    private void hold() {
        reached.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

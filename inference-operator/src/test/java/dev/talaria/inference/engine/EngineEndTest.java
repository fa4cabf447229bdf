package dev.talaria.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.schemas.extraction.FinishReason;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Requests that run out of time, and engines that are closed while they work.
@Timeout(60)
class EngineEndTest {

    private static final EngineOptions PLAIN = EngineOptions.plain(EngineFixture.CONTEXT, 4);

    @TempDir private static Path folder;

    private static EngineFixture fixture;
    private static int[] prompt;
    private static int[] answer;

    @BeforeAll
    static void load() throws IOException {
        fixture = new EngineFixture(folder, TensorType.Q8_0);
        prompt = fixture.prompt(new SplittableRandom(5), 20);
        answer = fixture.alone(prompt, Optional.empty(), EngineFixture.greedy(100), _ -> false);
    }

    @AfterAll
    static void unload() {
        fixture.close();
    }

    private static GenerationRequest request(
            int maxTokens, Optional<Duration> timeout, TokenListener listener) {
        return new GenerationRequest(
                prompt, Optional.empty(), EngineFixture.greedy(maxTokens), timeout, listener);
    }

    @Test
    void aRequestThatIsLateEndsWithWhatItHasWritten() throws Exception {
        ManualClock clock = new ManualClock();
        try (KvCache cache = fixture.cache(512);
                Engine engine = fixture.engine(cache, PLAIN, clock)) {
            AtomicInteger heard = new AtomicInteger();
            TokenListener slow =
                    _ -> {
                        if (heard.incrementAndGet() == 7) {
                            clock.advance(Duration.ofSeconds(10));
                        }
                        return true;
                    };
            CompletableFuture<Generation> late =
                    engine.submit(request(100, Optional.of(Duration.ofSeconds(10)), slow));
            CompletableFuture<Generation> patient =
                    engine.submit(request(30, Optional.empty(), _ -> true));
            Generation generation = late.get();
            assertThat(generation.finish()).isEqualTo(FinishReason.DEADLINE);
            assertThat(generation.tokens()).isEqualTo(Arrays.copyOf(answer, 7));
            assertThat(generation.promptTokens()).isEqualTo(prompt.length);
            assertThat(patient.get().tokens()).isEqualTo(Arrays.copyOf(answer, 30));
            engine.submit(EngineFixture.free(prompt, 1)).get();
            assertThat(cache.reservedBlocks()).isZero();
        }
    }

    @Test
    void aRequestThatIsLateBeforeItBeganEndsWithoutATokenAndFreesItsPlace() throws Exception {
        ManualClock clock = new ManualClock();
        try (KvCache cache = fixture.cache(128);
                Engine engine = fixture.engine(cache, PLAIN, clock)) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch queued = new CountDownLatch(1);
            CompletableFuture<Generation> first =
                    engine.submit(
                            request(
                                    100,
                                    Optional.empty(),
                                    _ -> {
                                        begun.countDown();
                                        await(queued);
                                        return true;
                                    }));
            begun.await();
            CompletableFuture<Generation> waiting =
                    engine.submit(request(100, Optional.of(Duration.ofSeconds(1)), _ -> true));
            clock.advance(Duration.ofSeconds(1));
            queued.countDown();
            assertThat(waiting.get().finish()).isEqualTo(FinishReason.DEADLINE);
            assertThat(waiting.get().tokens()).isEmpty();
            assertThat(first.get().tokens()).isEqualTo(answer);
        }
    }

    @Test
    void requestsWithoutATimeoutHaveTheUsualOne() throws Exception {
        ManualClock clock = new ManualClock();
        EngineOptions options =
                new EngineOptions(
                        EngineFixture.CONTEXT, 4, 64, true, true, 4, Duration.ofMinutes(1));
        try (KvCache cache = fixture.cache(512);
                Engine engine = fixture.engine(cache, options, clock)) {
            TokenListener slow =
                    _ -> {
                        clock.advance(Duration.ofSeconds(20));
                        return true;
                    };
            Generation usual = engine.submit(request(100, Optional.empty(), slow)).get();
            assertThat(usual.finish()).isEqualTo(FinishReason.DEADLINE);
            assertThat(usual.tokens()).hasSizeBetween(3, 7);
            Generation longer =
                    engine.submit(request(50, Optional.of(Duration.ofHours(1)), slow)).get();
            assertThat(longer.finish()).isEqualTo(FinishReason.TOKEN_LIMIT);
        }
        assertThatThrownBy(() -> request(1, Optional.of(Duration.ZERO), _ -> true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no time");
    }

    @Test
    void aListenerMayEndTheAnswer() throws Exception {
        try (KvCache cache = fixture.cache(512);
                Engine engine = fixture.engine(cache, 4, _ -> false)) {
            AtomicInteger heard = new AtomicInteger();
            Generation generation =
                    engine.submit(request(100, Optional.empty(), _ -> heard.incrementAndGet() < 5))
                            .get();
            assertThat(generation.finish()).isEqualTo(FinishReason.STOP);
            assertThat(generation.tokens()).isEqualTo(Arrays.copyOf(answer, 5));
            assertThat(heard).hasValue(5);
        }
    }

    @Test
    void whatRunsMayGoOnForTheGraceAndWhatWaitsIsHandedBack() throws Exception {
        ManualClock clock = new ManualClock();
        KvCache cache = fixture.cache(128);
        Engine engine = fixture.engine(cache, PLAIN, clock);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch queued = new CountDownLatch(1);
        CompletableFuture<Generation> running =
                engine.submit(
                        request(
                                100,
                                Optional.empty(),
                                _ -> {
                                    begun.countDown();
                                    await(queued);
                                    return true;
                                }));
        begun.await();
        CompletableFuture<Generation> waiting =
                engine.submit(request(100, Optional.empty(), _ -> true));
        CompletableFuture<Generation> closedOnHandBack = waiting.handle((_, _) -> null);
        Thread closing = Thread.ofVirtual().start(() -> engine.close(Duration.ofSeconds(5)));
        while (!engine.isClosing()) {
            Thread.onSpinWait();
        }
        queued.countDown();
        closing.join();
        assertThat(running.get().tokens()).isEqualTo(answer);
        assertThat(closedOnHandBack).isDone();
        assertClosed(waiting);
        assertClosed(engine.submit(EngineFixture.free(prompt, 1)));
        assertThat(cache.reservedBlocks()).isZero();
        cache.close();
    }

    @Test
    void whenTheGraceIsOverWhatRunsIsHandedBack() throws Exception {
        ManualClock clock = new ManualClock();
        KvCache cache = fixture.cache(512);
        Engine engine = fixture.engine(cache, PLAIN, clock);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        AtomicInteger heard = new AtomicInteger();
        CompletableFuture<Generation> running =
                engine.submit(
                        request(
                                100,
                                Optional.empty(),
                                _ -> {
                                    begun.countDown();
                                    await(closing);
                                    if (heard.incrementAndGet() == 10) {
                                        clock.advance(Duration.ofSeconds(5));
                                    }
                                    return true;
                                }));
        begun.await();
        Thread closer = Thread.ofVirtual().start(() -> engine.close(Duration.ofSeconds(5)));
        while (!engine.isClosing()) {
            Thread.onSpinWait();
        }
        closing.countDown();
        closer.join();
        assertClosed(running);
        assertThat(heard).hasValue(10);
        assertThat(cache.reservedBlocks()).isZero();
        cache.close();
    }

    @Test
    void anEngineMayBeClosedFromItsOwnThread() throws Exception {
        KvCache cache = fixture.cache(512);
        Engine engine = fixture.engine(cache, 4);
        CompletableFuture<Void> closed =
                engine.submit(EngineFixture.free(prompt, 5)).thenRun(engine::close);
        closed.get();
        engine.ended().get();
        assertClosed(engine.submit(EngineFixture.free(prompt, 5)));
        engine.close();
        cache.close();

        KvCache second = fixture.cache(512);
        AtomicReference<Engine> self = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        self.set(fixture.engine(second, 4, _ -> false));
        CompletableFuture<Generation> listening =
                self.get()
                        .submit(
                                request(
                                        50,
                                        Optional.empty(),
                                        _ -> {
                                            await(known);
                                            self.get().close();
                                            return true;
                                        }));
        known.countDown();
        self.get().ended().get();
        assertClosed(listening);
        assertThat(second.reservedBlocks()).isZero();
        second.close();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertClosed(CompletableFuture<Generation> future) {
        assertThatThrownBy(future::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(EngineClosedException.class);
    }
}

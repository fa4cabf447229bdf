package dev.talaria.inference.engine;

import static dev.talaria.inference.model.ModelConfiguration.WHOLE_CONTEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.decode.TokenConstraint;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.model.ModelConfiguration;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.Reading;
import dev.talaria.schemas.grammar.Recognizer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/// How requests come, wait, end and fail, and that none of it is another's business.
@Timeout(60)
class EngineLifeTest {

    @TempDir private static Path folder;

    private static EngineFixture fixture;
    private static int[] prompt;
    private static int[] answer;

    @BeforeAll
    static void load() throws IOException {
        fixture = new EngineFixture(folder, TensorType.Q8_0);
        prompt = fixture.prompt(new SplittableRandom(5), 20);
        answer = fixture.alone(prompt, Optional.empty(), EngineFixture.greedy(12), _ -> false);
    }

    @AfterAll
    static void unload() {
        fixture.close();
    }

    @Test
    void anAnswerStopsBeforeTheEndToken() throws Exception {
        int end = answer[7];
        int first = 0;
        while (answer[first] != end) {
            first++;
        }
        try (Engine engine = fixture.engine(fixture.cache(64), 4, token -> token == end)) {
            Generation generation = engine.submit(EngineFixture.free(prompt, 12)).get();
            assertThat(generation.tokens()).hasSize(first).doesNotContain(end);
            assertThat(generation.finish()).isEqualTo(FinishReason.STOP);
        }
    }

    @Test
    void theLastTokenOfTheLimitIsWritten() throws Exception {
        try (Engine engine = fixture.engine(fixture.cache(64), 4, _ -> false)) {
            Generation generation = engine.submit(EngineFixture.free(prompt, 12)).get();
            assertThat(generation.tokens()).isEqualTo(answer);
            assertThat(generation.finish()).isEqualTo(FinishReason.TOKEN_LIMIT);
            assertThat(engine.submit(EngineFixture.free(prompt, 1)).get().tokens())
                    .containsExactly(answer[0]);
        }
    }

    @Test
    void moreRequestsThanRunTogetherAllFinish() throws Exception {
        try (Engine engine = fixture.engine(fixture.cache(100), 2, _ -> false)) {
            List<CompletableFuture<Generation>> futures = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                futures.add(engine.submit(EngineFixture.free(prompt, 12)));
            }
            for (CompletableFuture<Generation> future : futures) {
                assertThat(future.get().tokens()).isEqualTo(answer);
            }
        }
    }

    @Test
    void cancellingFreesTheBlocksForWhoeverWaits() throws Exception {
        KvCache cache = fixture.cache(256);
        try (Engine engine = fixture.engine(cache, 4, _ -> false)) {
            CountDownLatch started = new CountDownLatch(1);
            CompletableFuture<Generation> running =
                    engine.submit(EngineFixture.free(prompt, 230, _ -> started.countDown()));
            started.await();
            CompletableFuture<Generation> waiting = engine.submit(EngineFixture.free(prompt, 12));
            CompletableFuture<Generation> alsoCancelled =
                    engine.submit(EngineFixture.free(prompt, 230));
            alsoCancelled.cancel(false);
            running.cancel(false);
            assertThat(waiting.get().tokens()).isEqualTo(answer);
            assertThat(cache.reservedBlocks()).isZero();
            assertThat(running).isCancelled();
        }
    }

    @Test
    void cancellingFromTheListenerEndsTheRequestThere() throws Exception {
        KvCache cache = fixture.cache(256);
        try (Engine engine = fixture.engine(cache, 4, _ -> false)) {
            AtomicReference<CompletableFuture<Generation>> self = new AtomicReference<>();
            CountDownLatch known = new CountDownLatch(1);
            List<Integer> heard = new ArrayList<>();
            IntConsumer listener =
                    token -> {
                        awaitUninterrupted(known);
                        heard.add(token);
                        if (heard.size() == 3) {
                            self.get().cancel(false);
                        }
                    };
            self.set(engine.submit(EngineFixture.free(prompt, 100, listener)));
            known.countDown();
            assertThatThrownBy(() -> self.get().get()).isInstanceOf(CancellationException.class);
            engine.submit(EngineFixture.free(prompt, 12)).get();
            assertThat(heard).containsExactly(answer[0], answer[1], answer[2]);
            assertThat(cache.reservedBlocks()).isZero();
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRequestBeyondTheContextIsRefusedWithTheNumbers() {
        try (Engine engine = fixture.engine(fixture.cache(4096), 4)) {
            assertThatThrownBy(() -> engine.submit(EngineFixture.free(prompt, 493)))
                    .isInstanceOf(RequestTooLargeException.class)
                    .hasMessageContainingAll("20 tokens", "493 more", "512 tokens");
            assertThat(engine.submit(EngineFixture.free(prompt, 492)))
                    .isNotCompletedExceptionally();
        }
    }

    @Test
    void aRequestBeyondTheCacheIsRefusedWithTheNumbers() {
        try (Engine engine = fixture.engine(fixture.cache(64), 4)) {
            assertThatThrownBy(() -> engine.submit(EngineFixture.free(prompt, 45)))
                    .isInstanceOf(RequestTooLargeException.class)
                    .hasMessageContainingAll(
                            "20 tokens", "45 more", "64 tokens", "inference.kv.bytes");
        }
    }

    @Test
    void aPromptTokenThatIsNotOfTheModelIsRefused() {
        try (Engine engine = fixture.engine(fixture.cache(64), 4)) {
            for (int token : new int[] {-1, EngineFixture.VOCABULARY}) {
                assertThatThrownBy(() -> engine.submit(EngineFixture.free(new int[] {1, token}, 4)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContainingAll("token " + token, "" + EngineFixture.VOCABULARY);
            }
        }
        assertThatThrownBy(() -> EngineFixture.free(new int[0], 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no token");
    }

    @Test
    void closingFailsWhatRunsAndWhatWaitsAndWhatComesAfter() throws Exception {
        KvCache cache = fixture.cache(512);
        Engine engine = fixture.engine(cache, 2, _ -> false);
        CountDownLatch started = new CountDownLatch(1);
        List<CompletableFuture<Generation>> futures = new ArrayList<>();
        futures.add(engine.submit(EngineFixture.free(prompt, 200, _ -> started.countDown())));
        for (int i = 0; i < 5; i++) {
            futures.add(engine.submit(EngineFixture.free(prompt, 200)));
        }
        started.await();
        engine.close();
        engine.close();
        futures.add(engine.submit(EngineFixture.free(prompt, 12)));
        for (CompletableFuture<Generation> future : futures) {
            assertFailed(future, EngineClosedException.class);
        }
        assertThat(cache.reservedBlocks()).isZero();
    }

    @Test
    void aListenerThatThrowsHarmsItsOwnRequestOnly() throws Exception {
        List<Supplier<Throwable>> thrown =
                List.of(
                        () -> new IllegalStateException("listener"),
                        () -> new AssertionError("listener"),
                        StackOverflowError::new);
        for (Supplier<Throwable> each : thrown) {
            Throwable failure = each.get();
            KvCache cache = fixture.cache(512);
            try (Engine engine = fixture.engine(cache, 4, _ -> false)) {
                CountDownLatch submitted = new CountDownLatch(1);
                CompletableFuture<Generation> before =
                        engine.submit(
                                EngineFixture.free(prompt, 12, _ -> awaitUninterrupted(submitted)));
                CompletableFuture<Generation> bad =
                        engine.submit(EngineFixture.free(prompt, 12, _ -> sneak(failure)));
                CompletableFuture<Generation> after = engine.submit(EngineFixture.free(prompt, 12));
                submitted.countDown();
                assertThat(before.get().tokens()).isEqualTo(answer);
                assertThat(after.get().tokens()).isEqualTo(answer);
                assertFailed(bad, failure.getClass());
                assertThat(engine.submit(EngineFixture.free(prompt, 12)).get().tokens())
                        .isEqualTo(answer);
                assertThat(cache.reservedBlocks()).isZero();
            }
        }
    }

    private static void sneak(Throwable thrown) {
        switch (thrown) {
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalArgumentException(thrown);
        }
    }

    @Test
    void aConstraintThatFailsHarmsItsOwnRequestOnly() throws Exception {
        failingConstraintHarmsItsOwnRequestOnly(4, 0);
    }

    /// Guesses are made before the step and go further than the token that is chosen in it.
    @Test
    void aConstraintThatFailsWhileGuessingHarmsItsOwnRequestOnly() throws Exception {
        failingConstraintHarmsItsOwnRequestOnly(6, 6);
    }

    private static void failingConstraintHarmsItsOwnRequestOnly(int failsAt, int draftTokens)
            throws Exception {
        EngineOptions options =
                new EngineOptions(
                        EngineFixture.CONTEXT, 4, 48, true, true, draftTokens, Duration.ZERO);
        List<Supplier<Throwable>> thrown =
                List.of(() -> new IllegalStateException("grammar"), StackOverflowError::new);
        for (Supplier<Throwable> each : thrown) {
            Throwable failure = each.get();
            KvCache cache = fixture.cache(512);
            TokenConstraint constraint =
                    fixture.constraints().start(new FailingGrammar(failure, failsAt), 40);
            try (Engine engine = fixture.engine(cache, _ -> false, options)) {
                CountDownLatch submitted = new CountDownLatch(1);
                CompletableFuture<Generation> good =
                        engine.submit(
                                EngineFixture.free(prompt, 12, _ -> awaitUninterrupted(submitted)));
                CompletableFuture<Generation> bad =
                        engine.submit(
                                new GenerationRequest(
                                        prompt,
                                        Optional.of(constraint),
                                        EngineFixture.greedy(40),
                                        EngineFixture.NOBODY));
                submitted.countDown();
                assertThat(good.get().tokens()).isEqualTo(answer);
                assertFailed(bad, failure.getClass());
                engine.submit(EngineFixture.free(prompt, 1)).get();
                assertThat(cache.reservedBlocks()).isZero();
            }
        }
    }

    /// The grammar of an object, whose recognizer fails at that byte.
    private record FailingGrammar(Throwable failure, int failsAt) implements Grammar {

        private static final Grammar OBJECT =
                GrammarCompiler.compile(
                        "{\"type\": \"object\", \"properties\": {\"name\": {\"type\": \"string\"}},"
                                + " \"required\": [\"name\"]}");

        @Override
        public Recognizer start() {
            return new FailingRecognizer(OBJECT.start(), failure, failsAt);
        }

        @Override
        public int minimumBytes() {
            return OBJECT.minimumBytes();
        }
    }

    private static final class FailingRecognizer implements Recognizer {

        private final Recognizer recognizer;
        private final Throwable failure;
        private final int failsAt;
        private int length;

        private FailingRecognizer(Recognizer recognizer, Throwable failure, int failsAt) {
            this.recognizer = recognizer;
            this.failsAt = failsAt;
            this.failure = failure;
        }

        @Override
        public boolean push(int octet) {
            if (length == failsAt) {
                sneak(failure);
            }
            boolean pushed = recognizer.push(octet);
            length += pushed ? 1 : 0;
            return pushed;
        }

        @Override
        public void pop(int count) {
            recognizer.pop(count);
            length -= count;
        }

        @Override
        public boolean takesAnyCharacters() {
            return recognizer.takesAnyCharacters();
        }

        @Override
        public void settle(int count) {
            recognizer.settle(count);
        }

        @Override
        public boolean isComplete() {
            return recognizer.isComplete();
        }

        @Override
        public int forcedByte() {
            return recognizer.forcedByte();
        }

        @Override
        public int minimumBytes() {
            return recognizer.minimumBytes();
        }

        @Override
        public byte[] shortestCompletion() {
            return recognizer.shortestCompletion();
        }

        @Override
        public Object place() {
            return recognizer.place();
        }

        @Override
        public List<Reading> readings(int octets, int octetsAfterText) {
            return recognizer.readings(octets, octetsAfterText);
        }

        @Override
        public Recognizer fork() {
            return new FailingRecognizer(recognizer.fork(), failure, failsAt - length);
        }
    }

    /// The memory for a sequence's keys and values is allocated when it is admitted.
    @Test
    void aRequestWhoseMemoryIsNotThereIsRefusedWithTheNumbers() throws Exception {
        ModelConfiguration huge =
                new ModelConfiguration(
                        10_000,
                        256,
                        512,
                        10_000,
                        10_000,
                        10_000,
                        4096,
                        512,
                        100,
                        10_000,
                        1e-5f,
                        WHOLE_CONTEXT);
        KvCache cache = new KvCache(huge, Long.MAX_VALUE);
        try (Engine engine = fixture.engine(cache, 4)) {
            assertFailed(
                    engine.submit(EngineFixture.free(prompt, 12)), RequestTooLargeException.class);
            assertThatThrownBy(() -> engine.submit(EngineFixture.free(prompt, 12)))
                    .isInstanceOf(RequestTooLargeException.class)
                    .hasMessageContainingAll("20 tokens", "12 more", "cache of 0 tokens");
        }
    }

    private static void assertFailed(
            CompletableFuture<Generation> future, Class<? extends Throwable> type) {
        assertThatThrownBy(future::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(type);
    }
}

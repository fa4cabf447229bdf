package dev.talaria.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.decode.Constraints;
import dev.talaria.inference.decode.TokenConstraint;
import dev.talaria.inference.kernel.KvType;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.task.SamplingOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Many short requests through one engine, many of them cancelled: nothing is left behind.
///
/// A few hundred in the ordinary build; `./mvnw -Psoak -pl inference-operator -am test` sends ten
/// thousand and watches the memory, too.
@Timeout(1_800)
class SoakTest {

    private static final int REQUESTS = Integer.getInteger("talaria.soak.requests", 300);
    private static final int ENOUGH_FOR_MEMORY = 5_000;
    private static final long MOST_HEAP_GROWTH = 8L << 20;
    private static final long MOST_RESIDENT_GROWTH = 64L << 20;

    @TempDir private Path folder;

    @Test
    void nothingIsLeftOfManyRequests() throws Exception {
        long seed = System.nanoTime();
        try (EngineFixture fixture = new EngineFixture(folder, TensorType.Q8_0, KvType.F16);
                KvCache cache = fixture.cache(1_200);
                Engine engine = fixture.engine(cache, 8)) {
            Load load = new Load(fixture, engine, new SplittableRandom(seed));
            load.send(REQUESTS / 3);
            Memory before = Memory.now();
            load.send(REQUESTS - REQUESTS / 3);
            Memory after = Memory.now();
            engine.submit(EngineFixture.free(new int[] {1}, 1)).get(60, TimeUnit.SECONDS);
            String place = "seed %d, %s, then %s".formatted(seed, before, after);
            assertThat(cache.reservedBlocks()).as(place).isZero();
            assertThat(cache.availableBlocks()).as(place).isEqualTo(cache.capacityBlocks());
            assertThat(load.cancelled).as(place).isPositive();
            assertThat(load.finished).as(place).isPositive();
            // After a few hundred the compiler still allocates.
            if (REQUESTS >= ENOUGH_FOR_MEMORY) {
                assertThat(after.heap() - before.heap()).as(place).isLessThan(MOST_HEAP_GROWTH);
                assertThat(after.resident() - before.resident())
                        .as(place)
                        .isLessThan(MOST_RESIDENT_GROWTH);
            }
        }
    }

    /// @param heap bytes in use after a collection
    /// @param resident bytes of the whole process; 0 where the system does not tell
    private record Memory(long heap, long resident) {

        static Memory now() throws IOException {
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            Runtime runtime = Runtime.getRuntime();
            return new Memory(runtime.totalMemory() - runtime.freeMemory(), residentBytes());
        }

        private static long residentBytes() throws IOException {
            Path status = Path.of("/proc/self/status");
            if (!Files.isReadable(status)) {
                return 0;
            }
            // Without the heap, whose size is the collector's choice.
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                    .map(bytes -> bytes - Runtime.getRuntime().totalMemory())
                    .findFirst()
                    .orElse(0);
        }
    }

    private static final class Load {

        private static final int UNDER_WAY = 30;

        private final Engine engine;
        private final SplittableRandom random;
        private final Constraints constraints;
        private final Grammar grammar =
                GrammarCompiler.compile(
                        "{\"type\": \"array\", \"items\": {\"type\": \"integer\"}}");
        private final List<int[]> beginnings = new ArrayList<>();
        private int cancelled;
        private int finished;

        Load(EngineFixture fixture, Engine engine, SplittableRandom random) {
            this.engine = engine;
            this.random = random;
            this.constraints = fixture.constraints();
            for (int i = 0; i < 20; i++) {
                beginnings.add(fixture.prompt(random, random.nextInt(1, 120)));
            }
        }

        void send(int requests) throws Exception {
            ArrayDeque<CompletableFuture<Generation>> underWay = new ArrayDeque<>();
            for (int i = 0; i < requests; i++) {
                underWay.add(engine.submit(request()));
                if (random.nextInt(4) == 0) {
                    underWay.peekLast().cancel(false);
                } else if (random.nextInt(4) == 0) {
                    underWay.peekFirst().cancel(false);
                }
                while (underWay.size() > UNDER_WAY) {
                    settle(underWay.poll());
                }
            }
            while (!underWay.isEmpty()) {
                settle(underWay.poll());
            }
        }

        private void settle(CompletableFuture<Generation> future) throws Exception {
            if (future.isCancelled()) {
                cancelled++;
            } else {
                future.get(60, TimeUnit.SECONDS);
                finished++;
            }
        }

        private GenerationRequest request() {
            int[] beginning = beginnings.get(random.nextInt(beginnings.size()));
            int[] prompt = new int[beginning.length + random.nextInt(20)];
            System.arraycopy(beginning, 0, prompt, 0, beginning.length);
            int maxTokens = random.nextInt(4, 20);
            SamplingOptions sampling =
                    random.nextBoolean()
                            ? EngineFixture.greedy(maxTokens)
                            : new SamplingOptions(1f, 0, 0.9f, random.nextLong(), maxTokens);
            Optional<TokenConstraint> constraint =
                    random.nextInt(3) == 0
                            ? Optional.of(constraints.start(grammar, maxTokens))
                            : Optional.empty();
            Optional<Duration> timeout =
                    random.nextInt(10) == 0 ? Optional.of(Duration.ofMillis(2)) : Optional.empty();
            return new GenerationRequest(prompt, constraint, sampling, timeout, _ -> true);
        }
    }
}

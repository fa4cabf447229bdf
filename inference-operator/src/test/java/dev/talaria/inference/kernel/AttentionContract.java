package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// What every implementation promises of attention over stored keys and values, against the formula
/// in float64.
abstract class AttentionContract extends MultiplyContract {

    private static final int[] HEAD_LENGTHS = {1, 6, 8, 13, 40, 64, 80, 128};

    // Where keys begin in a block.
    private static final long KEYS = 8;

    /// @param first the first token attended to
    /// @param end one after the last
    private record Query(float[] x, int first, int end) {}

    /// Keys and values of one head for some tokens, in blocks of which the rest holds what an
    /// earlier sequence left.
    private static final class Head {

        private final KvType type;
        private final int length;
        private final int tokens;
        private final MemorySegment[] blocks;
        private final long valuesAt;
        private final float[][] plainKeys;
        private final float[][] plainValues;

        Head(KvType type, int length, int tokens, RandomTensors random, Arena arena) {
            this(type, length, tokens, 1, random, arena);
        }

        /// @param size of the values
        Head(KvType type, int length, int tokens, float size, RandomTensors random, Arena arena) {
            this.type = type;
            this.length = length;
            this.tokens = tokens;
            valuesAt = KEYS + type.headBytes(length);
            blocks = new MemorySegment[Math.ceilDiv(tokens, KV_BLOCK_TOKENS)];
            for (int i = 0; i < blocks.length; i++) {
                long bytes = valuesAt + type.headBytes(length);
                blocks[i] = arena.allocate(bytes).fill((byte) 0xFF);
            }
            plainKeys = new float[tokens][];
            plainValues = new float[tokens][];
            for (int token = 0; token < tokens; token++) {
                plainKeys[token] = random.activations(length + 3);
                plainValues[token] = random.activations(length + 3);
                for (int i = 0; i < length + 3; i++) {
                    plainValues[token][i] *= size;
                }
                int place = token % KV_BLOCK_TOKENS;
                MemorySegment block = blocks[token / KV_BLOCK_TOKENS];
                KvCodec.storeKeys(type, block, KEYS, place, plainKeys[token], 3, length);
                KvCodec.storeValues(type, block, valuesAt, place, plainValues[token], 3, length);
            }
        }

        float key(int token, int d) {
            int place = token % KV_BLOCK_TOKENS;
            MemorySegment block = blocks[token / KV_BLOCK_TOKENS];
            return KvCodec.element(type, block, KEYS, place, d * KV_BLOCK_TOKENS + place);
        }

        float value(int token, int d) {
            int place = token % KV_BLOCK_TOKENS;
            MemorySegment block = blocks[token / KV_BLOCK_TOKENS];
            return KvCodec.element(type, block, valuesAt, place, place * length + d);
        }

        double[] attention(Query query, float scale) {
            double[] weights = new double[query.end()];
            double greatest = Double.NEGATIVE_INFINITY;
            for (int token = query.first(); token < query.end(); token++) {
                for (int d = 0; d < length; d++) {
                    weights[token] += (double) query.x()[d] * scale * key(token, d);
                }
                greatest = Math.max(greatest, weights[token]);
            }
            double sum = 0;
            double[] out = new double[length];
            for (int token = query.first(); token < query.end(); token++) {
                double weight = Math.exp(weights[token] - greatest);
                sum += weight;
                for (int d = 0; d < length; d++) {
                    out[d] += weight * value(token, d);
                }
            }
            for (int d = 0; d < length; d++) {
                out[d] /= sum;
            }
            return out;
        }
    }

    private float[][] attend(Head head, List<Query> queries, float scale) {
        AttentionTile tile = new AttentionTile(queries.size(), head.length);
        queries.forEach(query -> tile.add(query.x(), 0, scale, query.first(), query.end()));
        int from = tile.firstToken() - tile.firstToken() % KV_BLOCK_TOKENS;
        for (; from < tile.endToken(); from += KV_BLOCK_TOKENS) {
            int block = from / KV_BLOCK_TOKENS;
            kernels().attend(tile, from, head.type, head.blocks[block], KEYS, head.valuesAt);
        }
        float[][] out = new float[queries.size()][head.length];
        for (int i = 0; i < out.length; i++) {
            tile.finish(i, out[i], 0);
        }
        return out;
    }

    private static List<Query> queries(SplittableRandom random, Head head, float size) {
        int[] ends = random.ints(random.nextInt(1, 14), 1, head.tokens + 1).sorted().toArray();
        int window = random.nextBoolean() ? head.tokens : random.nextInt(1, head.tokens + 1);
        List<Query> queries = new ArrayList<>();
        for (int end : ends) {
            float[] x = new RandomTensors(random.nextLong()).activations(head.length);
            for (int d = 0; d < x.length; d++) {
                x[d] *= size;
            }
            queries.add(new Query(x, Math.max(0, end - window), end));
        }
        return queries;
    }

    @ParameterizedTest
    @EnumSource(KvType.class)
    void attentionIsTheSoftmaxOverAllTokensOfAllBlocks(KvType type) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (Arena arena = Arena.ofConfined()) {
            for (int length : HEAD_LENGTHS) {
                for (float size : new float[] {0.1f, 1f, 30f}) {
                    int tokens = random.nextInt(1, 150);
                    Head head =
                            new Head(
                                    type,
                                    length,
                                    tokens,
                                    new RandomTensors(random.nextLong()),
                                    arena);
                    List<Query> queries = queries(random, head, size);
                    float[][] actual = attend(head, queries, 0.3f);
                    // Scores are rounded in proportion to their size, and weights by as much.
                    double tolerance = 2e-5 * Math.max(1, size / 3);
                    for (int i = 0; i < actual.length; i++) {
                        double[] expected = head.attention(queries.get(i), 0.3f);
                        for (int d = 0; d < length; d++) {
                            assertThat((double) actual[i][d])
                                    .as("%d of %d, query %d, seed %d", d, length, i, seed)
                                    .isCloseTo(expected[d], within(tolerance));
                        }
                    }
                }
            }
        }
    }

    /// The greatest halves, and those that are no longer normal.
    @ParameterizedTest
    @EnumSource(KvType.class)
    void valuesAtTheEdgesOfTheirTypeAreWeighedAsWell(KvType type) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (Arena arena = Arena.ofConfined()) {
            for (int length : HEAD_LENGTHS) {
                for (float size : new float[] {65_504f, 5e-6f}) {
                    RandomTensors numbers = new RandomTensors(random.nextLong());
                    Head head = new Head(type, length, 70, size, numbers, arena);
                    List<Query> queries = queries(random, head, 1f);
                    float[][] actual = attend(head, queries, 0.3f);
                    for (int i = 0; i < actual.length; i++) {
                        double[] expected = head.attention(queries.get(i), 0.3f);
                        for (int d = 0; d < length; d++) {
                            assertThat((double) actual[i][d])
                                    .as("%d of %d, query %d, seed %d", d, length, i, seed)
                                    .isCloseTo(expected[d], within(2e-5 * size));
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KvType.class)
    void aQueryThatIsNoNumberSpoilsNoOther(KvType type) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (Arena arena = Arena.ofConfined()) {
            Head head = new Head(type, 40, 70, new RandomTensors(seed), arena);
            List<Query> queries = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                float[] x = new RandomTensors(random.nextLong()).activations(head.length);
                queries.add(new Query(x, 0, 70));
            }
            float[][] before = attend(head, queries, 0.3f);
            int spoilt = random.nextInt(queries.size());
            queries.get(spoilt).x()[random.nextInt(head.length)] = Float.NaN;
            float[][] after = attend(head, queries, 0.3f);
            for (int i = 0; i < after.length; i++) {
                if (i == spoilt) {
                    assertThat(after[i]).as("seed %d", seed).containsOnly(Float.NaN);
                } else {
                    assertThat(after[i]).as("query %d, seed %d", i, seed).isEqualTo(before[i]);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KvType.class)
    void aQuerysBitsDoNotDependOnItsTile(KvType type) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (Arena arena = Arena.ofConfined()) {
            for (int length : HEAD_LENGTHS) {
                RandomTensors numbers = new RandomTensors(random.nextLong());
                Head head = new Head(type, length, 100, numbers, arena);
                List<Query> queries = queries(random, head, 2f);
                float[][] together = attend(head, queries, 0.3f);
                for (int i = 0; i < together.length; i++) {
                    assertThat(attend(head, List.of(queries.get(i)), 0.3f)[0])
                            .as("query %d of length %d, seed %d", i, length, seed)
                            .isEqualTo(together[i]);
                }
            }
        }
    }

    /// The interpreter, and every stage of the compiler, give the same bits.
    @Test
    void attentionStaysTheSameWhileItsCodeIsCompiled() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (Arena arena = Arena.ofConfined()) {
            Head head = new Head(KvType.F16, 64, 80, new RandomTensors(seed), arena);
            List<Query> queries = queries(random, head, 2f);
            float[][] first = attend(head, queries, 0.3f);
            for (int repeat = 0; repeat < 3_000; repeat++) {
                assertThat(Arrays.deepEquals(attend(head, queries, 0.3f), first))
                        .as("repeat %d, seed %d", repeat, seed)
                        .isTrue();
            }
        }
    }

    @Test
    void attentionToOneTokenIsItsValue() {
        try (Arena arena = Arena.ofConfined()) {
            Head head = new Head(KvType.F32, 16, 40, new RandomTensors(9), arena);
            float[] x = new float[16];
            Arrays.fill(x, 1e30f);
            float[][] out = attend(head, List.of(new Query(x, 37, 38)), 1e-3f);
            for (int d = 0; d < 16; d++) {
                assertThat(out[0][d]).isEqualTo(head.plainValues[37][3 + d]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KvType.class)
    void storedNumbersAreReadAsTheyMeanAndAreCloseToWhatTheyWere(KvType type) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (Arena arena = Arena.ofConfined()) {
            for (int length : HEAD_LENGTHS) {
                int tokens = random.nextInt(1, KV_BLOCK_TOKENS + 1);
                RandomTensors numbers = new RandomTensors(random.nextLong());
                Head head = new Head(type, length, tokens, numbers, arena);
                float[] keys = new float[length * KV_BLOCK_TOKENS];
                float[] values = new float[length * KV_BLOCK_TOKENS];
                kernels().loadKeys(type, head.blocks[0], KEYS, length, keys);
                kernels().loadValues(type, head.blocks[0], head.valuesAt, tokens, length, values);
                for (int token = 0; token < tokens; token++) {
                    for (int d = 0; d < length; d++) {
                        String place = "%d of %d, seed %d".formatted(d, length, seed);
                        float key = keys[d * KV_BLOCK_TOKENS + token];
                        float value = values[token * length + d];
                        assertThat(key).as(place).isEqualTo(head.key(token, d));
                        assertThat(value).as(place).isEqualTo(head.value(token, d));
                        assertClose(type, key, head.plainKeys[token], d, place);
                        assertClose(type, value, head.plainValues[token], d, place);
                    }
                }
            }
        }
    }

    // A half has 11 significant bits; a byte steps by 1/127 of the largest.
    private static void assertClose(KvType type, float actual, float[] plain, int d, String place) {
        float exact = plain[3 + d];
        float largest = 0;
        for (int i = 3; i < plain.length; i++) {
            largest = Math.max(largest, Math.abs(plain[i]));
        }
        double tolerance =
                switch (type) {
                    case F32 -> 0;
                    case F16 -> Math.abs(exact) / 2048 + 1e-7;
                    case INT8 -> largest / 253;
                };
        assertThat((double) actual).as(place).isCloseTo(exact, within(tolerance));
    }

    @Test
    void farNumbersStayFinite() {
        float[] far = {1e30f, -1e30f, 70_000f, 65_504f, 1e-8f, 6e-8f, -0f, 0f};
        try (Arena arena = Arena.ofConfined()) {
            for (KvType type : KvType.values()) {
                MemorySegment block = arena.allocate(type.headBytes(far.length));
                KvCodec.storeValues(type, block, 0, 0, far, 0, far.length);
                float[] values = new float[far.length];
                kernels().loadValues(type, block, 0, 1, far.length, values);
                for (int d = 0; d < far.length; d++) {
                    assertThat(values[d]).as("%s of %s", far[d], type).isFinite();
                    assertThat(values[d] * Math.signum(far[d]) >= 0f)
                            .as("sign of %s in %s", far[d], type)
                            .isTrue();
                }
            }
        }
    }
}

package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.x86.Interpreter;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/// Interpreted, the code of attention for AVX2 keeps to its memory and its registers, at every
/// height of groups, and makes the bits that this processor makes; what these are worth is in
/// [AttentionContract].
class Avx2AttentionTest extends OnAvx2 {

    private static final int GROUPS = 2;
    private static final int[] HEAD_LENGTHS = {1, 6, 13, 40, 72};

    @ParameterizedTest
    @EnumSource(KvType.class)
    void theCodeTouchesNothingThatIsNotItsOwn(KvType type) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (Arena arena = Arena.ofConfined()) {
            for (int length : HEAD_LENGTHS) {
                for (int height = 1; height <= Avx2AttentionCode.MOST_QUERIES; height++) {
                    int low = random.nextInt(KV_BLOCK_TOKENS);
                    int high = random.nextInt(low + 1, KV_BLOCK_TOKENS + 1);
                    MemorySegment block = block(type, length, high, random, arena);
                    AttentionTile actual = tile(length, height, low, high, random.nextLong());
                    AttentionTile expected = copy(actual);
                    String place =
                            "%d queries, %d elements, tokens %d to %d, seed %d"
                                    .formatted(height, length, low, high, seed);

                    interpret(actual, height, low, high, type, block, seed);
                    avx2.attend(expected, 0, type, block, 0, type.headBytes(length));

                    assertThat(actual.out).as(place).isEqualTo(expected.out);
                    assertThat(actual.weights).as(place).isEqualTo(expected.weights);
                    assertThat(actual.sums).as(place).isEqualTo(expected.sums);
                    assertThat(actual.greatest).as(place).isEqualTo(expected.greatest);
                }
            }
        }
    }

    // Keys, values, and not a byte more; tokens that nobody stored are no numbers.
    private static MemorySegment block(
            KvType type, int length, int tokens, SplittableRandom random, Arena arena) {
        long bytes = type.headBytes(length);
        MemorySegment block = arena.allocate(2 * bytes, 64).fill((byte) 0xFF);
        for (int token = 0; token < tokens; token++) {
            float[] x = new RandomTensors(random.nextLong()).activations(2 * length);
            KvCodec.storeKeys(type, block, 0, token, x, 0, length);
            KvCodec.storeValues(type, block, bytes, token, x, length, length);
        }
        return block;
    }

    private static AttentionTile tile(int length, int height, int low, int high, long seed) {
        RandomTensors random = new RandomTensors(seed);
        AttentionTile tile = new AttentionTile(GROUPS * height, length);
        for (int query = 0; query < GROUPS * height; query++) {
            tile.add(random.activations(length), 0, 0.3f, low, high);
            tile.greatest[query] = query % 3 == 0 ? Float.NEGATIVE_INFINITY : query - 2;
        }
        fill(tile.out, random);
        fill(tile.sums, random);
        return tile;
    }

    private static void fill(float[] to, RandomTensors random) {
        System.arraycopy(random.activations(to.length), 0, to, 0, to.length);
    }

    private static AttentionTile copy(AttentionTile tile) {
        AttentionTile copy = new AttentionTile(tile.count, tile.headLength);
        for (int query = 0; query < tile.count; query++) {
            int at = query * tile.headLength;
            copy.add(tile.queries, at, 1f, tile.first[query], tile.end[query]);
        }
        System.arraycopy(tile.out, 0, copy.out, 0, tile.out.length);
        System.arraycopy(tile.sums, 0, copy.sums, 0, tile.sums.length);
        System.arraycopy(tile.greatest, 0, copy.greatest, 0, tile.greatest.length);
        return copy;
    }

    private static void interpret(
            AttentionTile tile,
            int height,
            int low,
            int high,
            KvType type,
            MemorySegment block,
            long seed) {
        int length = tile.headLength;
        Interpreter interpreter = new Interpreter(Avx2AttentionCode.of(type, height), seed);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment queries = copy(tile.queries, arena);
            MemorySegment out = copy(tile.out, arena);
            MemorySegment weights = copy(tile.weights, arena);
            MemorySegment sums = copy(tile.sums, arena);
            MemorySegment greatest = copy(tile.greatest, arena);
            interpreter.allow(block.asReadOnly());
            interpreter.allow(queries.asReadOnly());
            interpreter.allow(out);
            interpreter.allow(weights);
            interpreter.allow(sums);
            interpreter.allow(greatest);
            long values = type.headBytes(length);
            long elements = values + (type == KvType.INT8 ? KvCodec.SCALE_BYTES : 0);
            interpreter.call(
                    block.address(),
                    0,
                    elements + low * type.elementBytes(length),
                    queries.address(),
                    out.address(),
                    weights.address(),
                    sums.address(),
                    greatest.address(),
                    values,
                    0,
                    length,
                    GROUPS,
                    (1L << high) - (1L << low),
                    low,
                    high - low,
                    (1L << length % 16) - 1);
            read(out, tile.out);
            read(weights, tile.weights);
            read(sums, tile.sums);
            read(greatest, tile.greatest);
        }
    }

    private static MemorySegment copy(float[] numbers, Arena arena) {
        MemorySegment copy = arena.allocate(numbers.length * 4L, 64);
        return copy.copyFrom(MemorySegment.ofArray(numbers));
    }

    private static void read(MemorySegment from, float[] to) {
        MemorySegment.copy(from, ValueLayout.JAVA_FLOAT, 0, to, 0, to.length);
    }
}

package dev.talaria.inference.model;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;
import static dev.talaria.inference.model.ModelConfiguration.WHOLE_CONTEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.KvType;
import dev.talaria.inference.kernel.ScalarKernels;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

class KvCacheTest {

    private static final int LAYERS = 3;
    private static final int KV_HEADS = 2;
    private static final int HEAD_WIDTH = 6;
    private static final ModelConfiguration SHAPE = shape(LAYERS, KV_HEADS, HEAD_WIDTH);
    private static final long BLOCK_BYTES =
            4L * 2 * LAYERS * KV_HEADS * HEAD_WIDTH * KV_BLOCK_TOKENS;

    private static ModelConfiguration shape(int layers, int kvHeads, int headWidth) {
        return new ModelConfiguration(
                layers,
                24,
                32,
                kvHeads,
                kvHeads,
                headWidth,
                100,
                512,
                4,
                10_000,
                1e-5f,
                WHOLE_CONTEXT);
    }

    @Test
    void theBudgetDecidesHowManyTokensThereMayBe() {
        assertThat(new KvCache(SHAPE, BLOCK_BYTES).capacityTokens()).isEqualTo(32);
        assertThat(new KvCache(SHAPE, 5 * BLOCK_BYTES - 1).capacityTokens()).isEqualTo(128);
        assertThat(new KvCache(SHAPE, Long.MAX_VALUE).capacityTokens())
                .isEqualTo(Integer.MAX_VALUE / 32 * 32);
    }

    @Test
    void aBudgetBelowOneBlockIsRefusedWithItsNumbers() {
        assertThatThrownBy(() -> new KvCache(SHAPE, BLOCK_BYTES - 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "inference.kv.bytes = " + (BLOCK_BYTES - 1), "32 tokens", "" + BLOCK_BYTES);
    }

    @Test
    void reservationsTakeWholeBlocksAndGiveThemBackOnce() {
        KvCache cache = new KvCache(SHAPE, 4 * BLOCK_BYTES);
        KvCache.Reservation first = cache.reserve(33);
        assertThat(cache.reservedBlocks()).isEqualTo(2);
        assertThat(cache.hasRoom(64)).isTrue();
        assertThat(cache.hasRoom(65)).isFalse();
        KvCache.Reservation second = cache.reserve(64);
        assertThat(cache.hasRoom(1)).isFalse();
        first.close();
        first.close();
        assertThat(cache.reservedBlocks()).isEqualTo(2);
        second.close();
        assertThat(cache.reservedBlocks()).isZero();
        assertThat(cache.hasRoom(128)).isTrue();
        assertThat(cache.hasRoom(129)).isFalse();
    }

    @Test
    void aReservationWithoutRoomIsRefusedAndChangesNothing() {
        KvCache cache = new KvCache(SHAPE, 4 * BLOCK_BYTES);
        cache.reserve(96);
        assertThatThrownBy(() -> cache.reserve(33))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("33 tokens", "3 of 4 blocks");
        assertThat(cache.reservedBlocks()).isEqualTo(3);
        assertThat(cache.hasRoom(32)).isTrue();
    }

    @Test
    void blocksAreUsedAgainAndNeverByTwoAtOnce() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        KvCache cache = new KvCache(SHAPE, 10 * BLOCK_BYTES);
        List<KvCache.Reservation> held = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        Set<Integer> everSeen = new HashSet<>();
        for (int step = 0; step < 2_000; step++) {
            int tokens = random.nextInt(1, 161);
            if (cache.hasRoom(tokens) && random.nextBoolean()) {
                held.add(cache.reserve(tokens));
                lengths.add(tokens);
            } else if (!held.isEmpty()) {
                int gone = random.nextInt(held.size());
                held.remove(gone).close();
                lengths.remove(/* index */ gone);
            }
            Set<Integer> blocks = new HashSet<>();
            int expected = 0;
            for (int i = 0; i < held.size(); i++) {
                for (int position = 0; position < lengths.get(i); position += KV_BLOCK_TOKENS) {
                    blocks.add(held.get(i).block(position));
                    expected++;
                }
            }
            assertThat(blocks).as("seed %d", seed).hasSize(expected);
            assertThat(cache.reservedBlocks()).as("seed %d", seed).isEqualTo(expected);
            everSeen.addAll(blocks);
        }
        assertThat(everSeen).as("seed %d", seed).hasSizeLessThanOrEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource(KvType.class)
    void everyTokensKeysAndValuesLieWhereTheKernelsReadThem(KvType type) {
        try (KvCache cache = KvCache.ofTokens(SHAPE, type, 128);
                KvCache.Reservation sequence = cache.reserve(70)) {
            store(sequence, 70);
            assertStored(sequence, type, 70);
        }
    }

    /// Also where the two lie in pieces of memory of their own.
    @ParameterizedTest
    @EnumSource(KvType.class)
    void aCopiedBlockHasTheKeysAndValuesOfTheOther(KvType type) {
        try (KvCache cache = KvCache.ofTokens(SHAPE, type, 100_000);
                KvCache.Reservation sequence = cache.reserve(70);
                KvCache.Reservation _ = cache.reserve(50_000);
                KvCache.Reservation copy = cache.reserve(70)) {
            store(sequence, 70);
            assertThat(copy.memory(0)).isNotEqualTo(sequence.memory(0));
            for (int position = 0; position < 70; position += KV_BLOCK_TOKENS) {
                copy.copyBlock(sequence.block(position), position);
            }
            assertStored(copy, type, 70);
            assertStored(sequence, type, 70);
        }
    }

    private static void store(KvCache.Reservation sequence, int tokens) {
        int width = KV_HEADS * HEAD_WIDTH;
        for (int layer = 0; layer < LAYERS; layer++) {
            for (int position = 0; position < tokens; position++) {
                float[] keys = new float[width + 3];
                float[] values = new float[width + 3];
                for (int i = 0; i < width; i++) {
                    keys[3 + i] = number(layer, position, i);
                    values[3 + i] = -number(layer, position, i);
                }
                for (int head = 0; head < KV_HEADS; head++) {
                    sequence.store(layer, position, head, keys, values, 3 + head * HEAD_WIDTH);
                }
            }
        }
    }

    private static void assertStored(KvCache.Reservation sequence, KvType type, int tokens) {
        for (int layer = 0; layer < LAYERS; layer++) {
            for (int head = 0; head < KV_HEADS; head++) {
                for (int position = 0; position < tokens; position++) {
                    assertStored(sequence, type, layer, head, position);
                }
            }
        }
    }

    private static void assertStored(
            KvCache.Reservation sequence, KvType type, int layer, int head, int position) {
        float[] keys = new float[HEAD_WIDTH * KV_BLOCK_TOKENS];
        float[] values = new float[HEAD_WIDTH * KV_BLOCK_TOKENS];
        long keysOffset = sequence.keysOffset(position, layer, head);
        long valuesOffset = sequence.valuesOffset(position, layer, head);
        Kernels kernels = new ScalarKernels();
        kernels.loadKeys(type, sequence.memory(position), keysOffset, HEAD_WIDTH, keys);
        kernels.loadValues(
                type, sequence.memory(position), valuesOffset, KV_BLOCK_TOKENS, HEAD_WIDTH, values);
        int token = position % KV_BLOCK_TOKENS;
        for (int d = 0; d < HEAD_WIDTH; d++) {
            float expected = number(layer, position, head * HEAD_WIDTH + d);
            Offset<Float> close = within(type == KvType.F32 ? 0f : expected / 100);
            assertThat(keys[d * KV_BLOCK_TOKENS + token]).isCloseTo(expected, close);
            assertThat(values[token * HEAD_WIDTH + d]).isCloseTo(-expected, close);
        }
    }

    // Halves hold it, and each differs from its neighbours.
    private static float number(int layer, int position, int element) {
        return 1000 + element * 7 + 50 * (position % 7) + 400 * layer;
    }

    @Test
    void aSharedBlockIsFreeWhenTheLastGivesItBack() {
        KvCache cache = new KvCache(SHAPE, 4 * BLOCK_BYTES);
        KvCache.Reservation first = cache.reserve(64);
        int[] shared = {first.block(0)};
        KvCache.Reservation second = cache.reserve(shared, 64);
        assertThat(second.block(0)).isEqualTo(first.block(0));
        assertThat(second.block(32)).isNotEqualTo(first.block(32));
        assertThat(cache.reservedBlocks()).isEqualTo(3);
        first.close();
        assertThat(cache.reservedBlocks()).isEqualTo(2);
        second.close();
        assertThat(cache.reservedBlocks()).isZero();
        assertThat(cache.idleBlocks()).isZero();
    }

    @Test
    void keptBlocksAreIdleUntilTheirRoomIsNeededAndTheOldestGoFirst() {
        KvCache cache = new KvCache(SHAPE, 4 * BLOCK_BYTES);
        List<Integer> evicted = new ArrayList<>();
        cache.onEviction(evicted::add);
        KvCache.Reservation first = cache.reserve(64);
        KvCache.Reservation second = cache.reserve(32);
        List<Integer> blocks = List.of(first.block(0), first.block(32), second.block(0));
        blocks.forEach(cache::keep);
        first.close();
        second.close();
        assertThat(cache.idleBlocks()).isEqualTo(3);
        assertThat(cache.availableBlocks()).isEqualTo(4);
        cache.reserve(32);
        assertThat(evicted).isEmpty();
        // Of one sequence the last goes first: without those before it, it is of no use.
        cache.reserve(32);
        assertThat(evicted).containsExactly(blocks.get(1));
        cache.reserve(64);
        assertThat(evicted).containsExactly(blocks.get(1), blocks.get(0), blocks.get(2));
        assertThat(cache.idleBlocks()).isZero();
    }

    @Test
    void aBlockThatIsHeldAgainIsNotEvicted() {
        KvCache cache = new KvCache(SHAPE, 3 * BLOCK_BYTES);
        List<Integer> evicted = new ArrayList<>();
        cache.onEviction(evicted::add);
        KvCache.Reservation first = cache.reserve(96);
        int[] blocks = {first.block(0), first.block(32), first.block(64)};
        Arrays.stream(blocks).forEach(cache::keep);
        first.close();
        KvCache.Reservation again = cache.reserve(new int[] {blocks[0]}, 32);
        assertThat(cache.availableBlocks()).isEqualTo(2);
        cache.reserve(64);
        assertThat(evicted).containsExactly(blocks[2], blocks[1]);
        assertThat(again.block(0)).isEqualTo(blocks[0]);
        assertThatThrownBy(() -> cache.reserve(1)).isInstanceOf(IllegalStateException.class);
    }

    /// Idle blocks that a reservation shares are not room for the rest of it.
    @Test
    void sharingIdleBlocksCountsThemOnce() {
        KvCache cache = new KvCache(SHAPE, 2 * BLOCK_BYTES);
        KvCache.Reservation first = cache.reserve(32);
        int shared = first.block(0);
        cache.keep(shared);
        first.close();
        assertThatThrownBy(() -> cache.reserve(new int[] {shared}, 96))
                .isInstanceOf(IllegalStateException.class);
        assertThat(cache.isIdle(shared)).isTrue();
        assertThat(cache.reserve(new int[] {shared}, 64).block(0)).isEqualTo(shared);
    }

    @Test
    void aForgottenBlockIsFreeAtOnce() {
        KvCache cache = new KvCache(SHAPE, 2 * BLOCK_BYTES);
        KvCache.Reservation first = cache.reserve(32);
        int block = first.block(0);
        cache.keep(block);
        first.close();
        cache.forget(block);
        assertThat(cache.idleBlocks()).isZero();
        assertThat(cache.availableBlocks()).isEqualTo(2);
    }

    /// Blocks larger than any machine's memory: the reservation fails, and nothing stays reserved.
    @Test
    void memoryThatIsNotThereIsNotReserved() {
        KvCache cache = new KvCache(shape(10_000, 10_000, 10_000), Long.MAX_VALUE);
        for (int repeat = 0; repeat < 2; repeat++) {
            assertThatThrownBy(() -> cache.reserve(1)).isInstanceOf(OutOfMemoryError.class);
            assertThat(cache.reservedBlocks()).isZero();
        }
    }
}

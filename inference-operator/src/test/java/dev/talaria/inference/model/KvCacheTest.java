package dev.talaria.inference.model;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;
import static dev.talaria.inference.model.ModelConfiguration.WHOLE_CONTEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
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
        Set<float[]> everSeen = Collections.newSetFromMap(new IdentityHashMap<>());
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
            Set<float[]> blocks = Collections.newSetFromMap(new IdentityHashMap<>());
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

    @Test
    void keysLieByElementAndValuesByToken() {
        KvCache cache = new KvCache(SHAPE, 4 * BLOCK_BYTES);
        KvCache.Reservation sequence = cache.reserve(70);
        int width = KV_HEADS * HEAD_WIDTH;
        for (int layer = 0; layer < LAYERS; layer++) {
            for (int position = 0; position < 70; position++) {
                float[] keys = new float[width + 3];
                float[] values = new float[width + 3];
                for (int i = 0; i < width; i++) {
                    keys[3 + i] = number(layer, position, i);
                    values[3 + i] = -number(layer, position, i);
                }
                sequence.store(layer, position, keys, values, 3);
            }
        }
        for (int layer = 0; layer < LAYERS; layer++) {
            for (int position = 0; position < 70; position++) {
                for (int i = 0; i < width; i++) {
                    int head = i / HEAD_WIDTH;
                    int d = i % HEAD_WIDTH;
                    int token = position % 32;
                    float[] block = sequence.block(position);
                    float expected = number(layer, position, i);
                    assertThat(block[sequence.keysOffset(layer, head) + d * 32 + token])
                            .isEqualTo(expected);
                    assertThat(block[sequence.valuesOffset(layer, head) + token * HEAD_WIDTH + d])
                            .isEqualTo(-expected);
                }
            }
        }
    }

    private static float number(int layer, int position, int element) {
        return 1 + element + 100 * position + 10_000 * layer;
    }

    /// Blocks larger than Java's heap: the reservation fails, and nothing stays reserved.
    @Test
    void memoryThatIsNotThereIsNotReserved() {
        KvCache cache = new KvCache(shape(1_000, 200, 100), Long.MAX_VALUE);
        for (int repeat = 0; repeat < 2; repeat++) {
            assertThatThrownBy(() -> cache.reserve(1)).isInstanceOf(OutOfMemoryError.class);
            assertThat(cache.reservedBlocks()).isZero();
        }
    }
}

package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// All that is to be read is read, and no more.
class PrefetchedReadTest {

    private static final int WORDS_OF_STEP = PrefetchedRead.STEP_BYTES / Integer.BYTES;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 191, 193, 1000})
    void everyWordIsAddedUp(int steps) {
        try (Arena arena = Arena.ofConfined()) {
            Optional<PrefetchedRead> read = NativePlatform.ofThisMachine().prefetchedRead(arena);
            assumeTrue(read.isPresent(), "machine code with AVX2 cannot be run here");
            MemorySegment memory = arena.allocate((steps + 2L) * PrefetchedRead.STEP_BYTES, 64);
            int[] expected = new int[PrefetchedRead.SUMS];
            for (int word = 0; word < (steps + 2) * WORDS_OF_STEP; word++) {
                int value = word * 0x9E37_79B9;
                memory.setAtIndex(ValueLayout.JAVA_INT, word, value);
                if (word / WORDS_OF_STEP >= 1 && word / WORDS_OF_STEP <= steps) {
                    expected[word % PrefetchedRead.SUMS] += value;
                }
            }
            int[] sums = {1, 1, 1, 1, 1, 1, 1, 1};

            read.get().read(memory, PrefetchedRead.STEP_BYTES, steps, sums);

            assertThat(sums).isEqualTo(expected);
        }
    }
}

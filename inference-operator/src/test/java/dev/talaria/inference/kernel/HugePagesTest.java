package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

class HugePagesTest {

    @Test
    void memoryIsAsGoodAfterTheWishAsBefore() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(3 * HugePages.BYTES, HugePages.BYTES);

            HugePages.ask(memory);
            memory.fill((byte) 7);

            assertThat(memory.get(ValueLayout.JAVA_BYTE, 3 * HugePages.BYTES - 1))
                    .isEqualTo((byte) 7);
        }
    }

    @Test
    void memoryThatDoesNotBeginWithAHugePageIsLeftAlone() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(2 * HugePages.BYTES, HugePages.BYTES);

            assertThat(HugePages.ask(memory.asSlice(4096))).isFalse();
        }
    }
}

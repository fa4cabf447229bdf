package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

class WeightMemoryTest {

    @Test
    void piecesDoNotOverlapAndAreZeroAndAligned() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (Arena arena = Arena.ofShared()) {
            WeightMemory memory = WeightMemory.of(8 << 20, 8, arena);
            List<MemorySegment> pieces = new ArrayList<>();
            // More than it was made for: the rest is the arena's own.
            for (int i = 0; i < 12; i++) {
                pieces.add(memory.allocate(1 + random.nextInt(1 << 20), 1L << random.nextInt(7)));
            }
            for (MemorySegment piece : pieces) {
                assertThat(piece.address() % 64).as("seed %d", seed).isZero();
                assertThat(piece.mismatch(MemorySegment.ofArray(new byte[(int) piece.byteSize()])))
                        .as("seed %d", seed)
                        .isEqualTo(-1);
                piece.fill((byte) 1);
            }
        }
    }

    @Test
    void whatWasTakenBackIsHandedOutAgain() {
        try (Arena arena = Arena.ofShared()) {
            WeightMemory memory = WeightMemory.of(8 << 20, 2, arena);
            memory.allocate(1000, 64);
            long used = memory.used();
            MemorySegment first = memory.allocate(4 << 20, 64);
            memory.takeBack(used);
            MemorySegment again = memory.allocate(4 << 20, 64);
            assertThat(again.byteSize()).isEqualTo(first.byteSize());
            assertThat(memory.used()).isLessThanOrEqualTo(used + 4096 + (4 << 20));
        }
    }

    @Test
    void whatIsSmallerThanALargePageIsTheArenas() {
        try (Arena arena = Arena.ofShared()) {
            WeightMemory memory = WeightMemory.of(100_000, 1, arena);
            assertThat(memory.allocate(100_000, 64).byteSize()).isEqualTo(100_000);
            assertThat(memory.scope()).isEqualTo(arena.scope());
        }
    }

    @Test
    void aFileIsMappedWholeOrNotAtAll(@TempDir Path folder) throws IOException {
        byte[] bytes = new byte[5 << 20];
        new SplittableRandom(1).nextBytes(bytes);
        Path file = Files.write(folder.resolve("file"), bytes);
        try (Arena arena = Arena.ofShared();
                FileChannel channel = FileChannel.open(file)) {
            Optional<MemorySegment> mapped = WeightMemory.of(0, 0, arena).map(channel);
            Files.delete(file);
            mapped.ifPresent(
                    it -> assertThat(it.mismatch(MemorySegment.ofArray(bytes))).isEqualTo(-1));
        }
    }

    @Test
    void aFileSmallerThanALargePageIsNotMapped(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[100_000]);
        try (Arena arena = Arena.ofShared();
                FileChannel channel = FileChannel.open(file)) {
            assertThat(WeightMemory.of(0, 0, arena).map(channel)).isEmpty();
        }
    }
}

package dev.talaria.inference.repack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

class WholePagesTest {

    @TempDir private Path folder;

    @Test
    void whatIsPutAndSkippedComesToLieInItsPlace() throws IOException {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        byte[] expected = new byte[40 << 20];
        Path file = folder.resolve("file");
        int end = 0;
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            WholePages pages = new WholePages(out);
            while (end < 20 << 20) {
                byte[] some = new byte[random.nextInt(random.nextBoolean() ? 100 : 10 << 20)];
                random.nextBytes(some);
                System.arraycopy(some, 0, expected, end, some.length);
                pages.put(MemorySegment.ofArray(some));
                end += some.length;
                end = Math.ceilDiv(end, 4096) * 4096;
                pages.skipTo(end);
            }
            pages.finish();
        }
        byte[] written = Files.readAllBytes(file);
        assertThat(written).as("seed %d", seed).hasSize(end);
        assertThat(MemorySegment.ofArray(written).mismatch(MemorySegment.ofArray(expected)))
                .as("seed %d", seed)
                .isEqualTo(end);
    }
}

package dev.talaria.inference.repack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// A digest is noted once, and believed only of the very files it is of.
class KeptDigestTest {

    private static final String DIGEST = "0123456789abcdef".repeat(4);
    private static final String OTHER = "f".repeat(64);

    @TempDir private Path folder;

    private Path model;
    private int readings;

    @BeforeEach
    void writeTheModel() throws IOException {
        model = Files.write(folder.resolve("model.gguf"), new byte[3_000]);
    }

    private String of(String digest) throws IOException {
        return new KeptDigest(folder.resolve("cache"), model, List.of(model))
                .of(() -> {
                    readings++;
                    return digest;
                });
    }

    private Path note() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.toList().getFirst();
        }
    }

    @Test
    void aModelIsReadOnce() throws IOException {
        assertThat(of(DIGEST)).isEqualTo(DIGEST);
        assertThat(of(OTHER)).isEqualTo(DIGEST);
        assertThat(readings).isEqualTo(1);
    }

    @Test
    void aModelThatChangedIsReadAgain() throws IOException {
        of(DIGEST);
        Files.write(model, new byte[] {1, 2, 3});
        assertThat(of(OTHER)).isEqualTo(OTHER);
        assertThat(of(DIGEST)).isEqualTo(OTHER);
    }

    @Test
    void everyFlippedBitAndEveryTruncationOfTheNoteIsNoticed() throws IOException {
        of(DIGEST);
        Path note = note();
        byte[] whole = Files.readAllBytes(note);
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(note, damaged);
            assertThat(of(OTHER)).as("bit %d", bit).isEqualTo(OTHER);
        }
        for (int length = 0; length < whole.length; length++) {
            Files.write(note, Arrays.copyOf(whole, length));
            assertThat(of(OTHER)).as("%d bytes", length).isEqualTo(OTHER);
        }
    }

    @Test
    void aModelThatChangesWhileItIsReadIsNotNoted() throws IOException {
        KeptDigest kept = new KeptDigest(folder.resolve("cache"), model, List.of(model));
        assertThat(
                        kept.of(() -> {
                            Files.write(model, new byte[] {1});
                            return DIGEST;
                        }))
                .isEqualTo(DIGEST);
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void aFolderThatCannotBeWrittenIsNoReasonToFail() throws IOException {
        Files.writeString(folder.resolve("cache"), "a file where the folder should be");
        assertThat(of(DIGEST)).isEqualTo(DIGEST);
        assertThat(of(OTHER)).isEqualTo(OTHER);
    }
}

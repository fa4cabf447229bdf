package dev.talaria.inference.repack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.SplittableRandom;

class ModelIdentityTest {

    // More than is read whole.
    private static final int LENGTH = 3 << 20;

    @TempDir private Path folder;

    private Path file(String name, long seed) throws IOException {
        byte[] bytes = new byte[LENGTH];
        new SplittableRandom(seed).nextBytes(bytes);
        return Files.write(folder.resolve(name), bytes);
    }

    @Test
    void filesNobodyTouchedKeepTheirs() throws IOException {
        List<Path> files =
                List.of(file("a", 1), file("b", 2), Files.createFile(folder.resolve("c")));
        byte[] identity = ModelIdentity.of(files);
        Files.readAllBytes(files.getFirst());
        assertThat(ModelIdentity.of(files)).isEqualTo(identity);
        assertThat(ModelIdentity.of(files.reversed())).isNotEqualTo(identity);
    }

    @Test
    void aFileWrittenAgainOrPutInPlaceWithTheSameTimesIsAnother() throws IOException {
        Path file = file("a", 1);
        FileTime time = Files.getLastModifiedTime(file);
        byte[] identity = ModelIdentity.of(List.of(file));
        Path other = file("b", 2);
        Files.setLastModifiedTime(other, time);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(time);
        assertThat(ModelIdentity.of(List.of(file))).isNotEqualTo(identity);
    }

    @Test
    void aFileOfAnotherTimeOrLengthIsAnother() throws IOException {
        Path file = file("a", 1);
        byte[] identity = ModelIdentity.of(List.of(file));
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
        byte[] older = ModelIdentity.of(List.of(file));
        assertThat(older).isNotEqualTo(identity);
        Files.write(file, new byte[LENGTH + 1]);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
        assertThat(ModelIdentity.of(List.of(file))).isNotEqualTo(older);
    }
}

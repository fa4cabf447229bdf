package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class ContainerFilesTest {

    @TempDir private Path mount;

    private long bytes(String groups) throws IOException {
        return ContainerFiles.bytes(Files.writeString(mount.resolve("groups"), groups), mount);
    }

    private void statistics(String folder, String lines) throws IOException {
        Files.createDirectories(mount.resolve(folder));
        Files.writeString(mount.resolve(folder).resolve("memory.stat"), lines);
    }

    @Test
    void filesCachedInTheGroupAreCounted() throws IOException {
        statistics(".", "anon 5\nfile 9\nactive_file 1000\n");
        statistics("a/b", "anon 5\nactive_file 30\ninactive_file 4\ntotal_active_file 7\n");
        assertThat(bytes("0::/a/b\n")).isEqualTo(34);
        assertThat(bytes("0::/\n")).isEqualTo(1000);
    }

    @Test
    void aGroupThatIsNotSeenUnderItsNameIsTheRootOfTheContainer() throws IOException {
        statistics("memory", "cache 9\ntotal_active_file 300\ntotal_inactive_file 40\n");
        assertThat(bytes("5:cpu,cpuacct:/x\n4:memory:/docker/0123\n0::/\n")).isEqualTo(340);
    }

    @Test
    void withoutGroupsThereIsNothingToCount() throws IOException {
        assertThat(bytes("")).isZero();
        assertThat(bytes("5:cpu:/\n0::/\n")).isZero();
        assertThat(ContainerFiles.bytes(mount.resolve("none"), mount)).isZero();
    }
}

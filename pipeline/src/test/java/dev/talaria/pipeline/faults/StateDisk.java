package dev.talaria.pipeline.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// A small file system that can be full: a tmpfs, where this user may mount one; elsewhere a folder
/// like any other.
final class StateDisk implements AutoCloseable {

    private static final int MEGABYTES = 64;

    private final Path folder;
    private final boolean isMounted;

    private StateDisk(Path folder, boolean isMounted) {
        this.folder = folder;
        this.isMounted = isMounted;
    }

    /// Mounts one, where that is allowed.
    static StateDisk mount(Path folder) throws IOException {
        Files.createDirectories(folder);
        boolean isMounted =
                run(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=" + MEGABYTES + "m",
                        "tmpfs",
                        folder.toString());
        return new StateDisk(folder, isMounted);
    }

    /// Whether it can be full without harm to others.
    boolean canBeFull() {
        return isMounted;
    }

    /// Where states may lie.
    Path folder() {
        return folder;
    }

    /// Writes until nothing fits any more.
    void fill() throws IOException {
        byte[] block = new byte[1 << 16];
        int length = block.length;
        try (OutputStream out = Files.newOutputStream(filling())) {
            while (length > 0) {
                try {
                    out.write(block, 0, length);
                } catch (IOException e) {
                    // The disk is full for this many bytes; perhaps not for fewer.
                    length /= 2;
                }
            }
        }
    }

    /// Makes room again.
    void free() throws IOException {
        Files.deleteIfExists(filling());
    }

    /// Deletes a folder of it that no process uses any more.
    void forget(Path states) throws IOException {
        if (Files.exists(states)) {
            try (Stream<Path> all = Files.walk(states)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        // Lazily: a process that was just killed may still hold a file.
        if (isMounted && !run("umount", "-l", folder.toString())) {
            throw new IOException(folder + " cannot be unmounted");
        }
    }

    private Path filling() {
        return folder.resolve("filling");
    }

    private static boolean run(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            // There is no such program here.
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

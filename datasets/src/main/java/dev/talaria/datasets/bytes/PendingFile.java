package dev.talaria.datasets.bytes;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/// A file that is written beside its place under another name and moved there when it is whole.
/// What stood there before is replaced then, in one step.
public final class PendingFile implements Closeable {

    private final Path target;
    private final Path partial;
    private boolean isCommitted;

    private PendingFile(Path target, Path partial) {
        this.target = target;
        this.partial = partial;
    }

    /// Begins the file.
    ///
    /// @throws NoSuchFileException where its folder is not there
    public static PendingFile at(Path target) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new NoSuchFileException(String.valueOf(folder), null, "there is no such folder");
        }
        if (Files.isDirectory(target)) {
            throw new IOException(target + ": is a folder; name a file");
        }
        String unique = Long.toHexString(ThreadLocalRandom.current().nextLong());
        Path partial = folder.resolve(".%s.%s.part".formatted(target.getFileName(), unique));
        Files.createFile(partial);
        return new PendingFile(target, partial);
    }

    /// Where to write.
    public Path path() {
        return partial;
    }

    /// Forces what was written to the disk and moves the file to its place.
    public void commit() throws IOException {
        try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        try {
            Files.move(
                    partial,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
        }
        isCommitted = true;
    }

    /// Deletes what was not committed.
    @Override
    public void close() throws IOException {
        if (!isCommitted) {
            Files.deleteIfExists(partial);
        }
    }
}

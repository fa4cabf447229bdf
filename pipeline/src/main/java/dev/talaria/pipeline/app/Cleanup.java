package dev.talaria.pipeline.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// What a command has to undo, undone in reverse, once: at its end, on failure, or where the
/// process is asked to stop (SIGINT, SIGTERM), whichever comes first.
///
/// It has a bound: where a step hangs, the process may end without it.
public final class Cleanup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);

    private final Deque<AutoCloseable> steps = new ArrayDeque<>();
    private final Thread hook = new Thread(this::undoWithinBound, "cleanup");
    private final Optional<Duration> bound;
    private boolean undone;

    /// For steps that end by themselves.
    public Cleanup() {
        this(Optional.empty());
    }

    /// @param bound the longest all steps together are waited for
    public Cleanup(Duration bound) {
        this(Optional.of(bound));
    }

    private Cleanup(Optional<Duration> bound) {
        this.bound = bound;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Notes something to close; closes it at once where everything was undone already.
    public synchronized <T extends AutoCloseable> T add(T resource) {
        if (undone) {
            close(resource);
            throw new IllegalStateException("stopped while starting");
        }
        steps.push(resource);
        return resource;
    }

    /// Makes a folder that is deleted, with its contents, at the end.
    public Path temporaryFolder(String prefix) {
        try {
            Path folder = Files.createTempDirectory(prefix);
            add(() -> deleteRecursively(folder));
            return folder;
        } catch (IOException e) {
            throw new StartException(
                    "temporary folder: it cannot be made in %s (%s); set TALARIA_OPTS=-Djava.io.tmpdir=…"
                            .formatted(System.getProperty("java.io.tmpdir"), e),
                    e);
        }
    }

    /// Undoes everything; waits where another thread is at it, within the bound.
    @Override
    public void close() {
        undoWithinBound();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("the process is stopping: the hook has run or will find nothing", e);
        }
    }

    private void undoWithinBound() {
        if (bound.isEmpty()) {
            undo();
            return;
        }
        Thread steps = Thread.ofPlatform().daemon().name("cleanup-steps").start(this::undo);
        try {
            if (!steps.join(bound.get())) {
                LOG.warn(
                        "stopping has taken {} s and is not over; the process ends without the"
                                + " rest",
                        bound.get().toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void undo() {
        undone = true;
        while (!steps.isEmpty()) {
            close(steps.pop());
        }
    }

    // One step that fails does not keep the others from being taken.
    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.warn("while stopping: {}", e.toString(), e);
        }
    }

    private static void deleteRecursively(Path folder) throws IOException {
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure)
                            throws IOException {
                        if (failure instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw failure;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                            throws IOException {
                        Files.deleteIfExists(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}

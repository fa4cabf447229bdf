package dev.talaria.inference.cached;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Results in files of a folder, each under its key, at most so many bytes in all; the least
/// recently used go first.
///
/// A file appears whole or not at all, and says by checksum whether it is what was written; one
/// that is not is deleted and counts as absent. What cannot be read or written is logged and counts
/// as absent too: a store never fails a request. One process uses a folder at a time. For any
/// number of threads.
final class ResultStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ResultStore.class);

    private static final String LOCK = "lock";
    private static final String ENDING = ".result";
    private static final String UNFINISHED = ".part";

    private record Entry(Path path, long bytes, FileTime used) {}

    private final Path folder;
    private final long maxBytes;
    private final FileChannel lock;
    private final LinkedHashMap<String, Long> sizes = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private long corrupt;
    private boolean writeFailureLogged;

    private ResultStore(Path folder, long maxBytes, FileChannel lock) {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.lock = lock;
    }

    /// Opens a folder, which is made where it is not there; what was being written when a process
    /// ended is deleted.
    ///
    /// @throws IOException where it cannot be used, or another process uses it
    static ResultStore open(Path folder, long maxBytes) throws IOException {
        Files.createDirectories(folder);
        FileChannel channel =
                FileChannel.open(
                        folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock taken = channel.tryLock();
            if (taken == null) {
                throw inUse(folder);
            }
            ResultStore store = new ResultStore(folder, maxBytes, channel);
            store.survey();
            return store;
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw inUse(folder);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static IOException inUse(Path folder) {
        return new IOException(
                folder + ": another process keeps its results there; give each its own folder");
    }

    private void survey() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder, 2)) {
            for (Iterator<Path> each = files.iterator(); each.hasNext(); ) {
                Path file = each.next();
                String name = file.getFileName().toString();
                if (name.endsWith(UNFINISHED)) {
                    Files.deleteIfExists(file);
                } else if (name.endsWith(ENDING)) {
                    BasicFileAttributes found =
                            Files.readAttributes(file, BasicFileAttributes.class);
                    entries.add(new Entry(file, found.size(), found.lastModifiedTime()));
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        entries.sort(Comparator.comparing(Entry::used).thenComparing(Entry::path));
        for (Entry entry : entries) {
            String name = entry.path().getFileName().toString();
            sizes.put(name.substring(0, name.length() - ENDING.length()), entry.bytes());
            bytes += entry.bytes();
        }
        evict();
    }

    /// The result of that key.
    synchronized Optional<CachedResult> find(ResultKey key) {
        if (sizes.get(key.sha256()) == null) {
            return Optional.empty();
        }
        Path file = file(key.sha256());
        try {
            CachedResult result = CachedResult.read(Files.readAllBytes(file), key);
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return Optional.of(result);
        } catch (CorruptResultException e) {
            corrupt++;
            LOG.warn("{}: {}; it is deleted and computed again", file, e.getMessage());
            forget(key.sha256());
        } catch (NoSuchFileException e) {
            forget(key.sha256());
        } catch (IOException e) {
            LOG.warn(
                    "{}: it cannot be read ({}); the answer is computed again", file, e.toString());
        }
        return Optional.empty();
    }

    /// Keeps a result; one that is larger than the store is not.
    synchronized void put(ResultKey key, CachedResult result) {
        byte[] content = result.bytes(key);
        if (content.length > maxBytes) {
            return;
        }
        Path file = file(key.sha256());
        Path unfinished = file.resolveSibling(key.sha256() + UNFINISHED);
        try {
            Files.createDirectories(file.getParent());
            Files.write(unfinished, content);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            failedToWrite(unfinished, e);
            return;
        }
        writeFailureLogged = false;
        Long before = sizes.put(key.sha256(), (long) content.length);
        bytes += content.length - (before == null ? 0 : before);
        evict();
    }

    private void failedToWrite(Path unfinished, IOException e) {
        if (!writeFailureLogged) {
            writeFailureLogged = true;
            LOG.warn("{}: results are not kept ({})", folder, e.toString());
        }
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException again) {
            LOG.debug("{}: not deleted", unfinished, again);
        }
    }

    private void evict() {
        Iterator<Map.Entry<String, Long>> oldest = sizes.entrySet().iterator();
        while (bytes > maxBytes && oldest.hasNext()) {
            Map.Entry<String, Long> entry = oldest.next();
            oldest.remove();
            bytes -= entry.getValue();
            delete(entry.getKey());
        }
    }

    private void forget(String name) {
        Long size = sizes.remove(name);
        bytes -= size == null ? 0 : size;
        delete(name);
    }

    private void delete(String name) {
        try {
            Files.deleteIfExists(file(name));
        } catch (IOException e) {
            LOG.warn("{}: it cannot be deleted ({})", file(name), e.toString());
        }
    }

    private Path file(String name) {
        return folder.resolve(name.substring(0, 2)).resolve(name + ENDING);
    }

    /// How many bytes the results take.
    synchronized long bytes() {
        return bytes;
    }

    /// How many results there are.
    synchronized int size() {
        return sizes.size();
    }

    /// How many files were found damaged.
    synchronized long corrupt() {
        return corrupt;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("{}: its lock cannot be given back ({})", folder, e.toString());
        }
    }
}

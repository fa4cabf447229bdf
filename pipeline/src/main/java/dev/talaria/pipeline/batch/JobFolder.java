package dev.talaria.pipeline.batch;

import dev.talaria.datasets.bytes.PendingFile;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/// Where a job keeps what it has done until its output is whole: a hidden folder beside the output.
///
/// `job.json` is the job. A split's parts are written under names of their own; then its record
/// appears in `done`, whole and once: of several who did the same split, the first counts. So a
/// process may end at any moment, and any number of them may share the folder.
public final class JobFolder implements Closeable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String JOB = "job.json";
    private static final String LOCK = "lock";

    private final Path folder;
    private FileChannel lockChannel;

    private JobFolder(Path folder) {
        this.folder = folder;
    }

    /// The folder of the job with that output; it need not be there.
    public static JobFolder of(Path output) {
        Path name = output.getFileName();
        return new JobFolder(output.resolveSibling("." + name + ".batch"));
    }

    /// The folder at that path, made by another process.
    ///
    /// @throws BatchException where there is no job in it
    public static JobFolder at(Path path) throws IOException {
        JobFolder folder = new JobFolder(path);
        if (folder.job().isEmpty()) {
            throw new BatchException(
                    "%s: there is no job; is this the same file system as the publisher's, and the job unfinished?"
                            .formatted(path));
        }
        return folder;
    }

    public Path path() {
        return folder;
    }

    /// Keeps others from the job until this is closed or the process ends.
    ///
    /// @throws BatchException where another process has it
    public void lock() throws IOException {
        while (lockChannel == null) {
            Files.createDirectories(folder);
            Path file = folder.resolve(LOCK);
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isLocked(channel)) {
                channel.close();
                throw new BatchException(
                        "%s: another process is at work on this output; wait for it, or write another file"
                                .formatted(folder));
            }
            // Whoever had it before may have finished and deleted the folder meanwhile.
            if (Files.exists(file)) {
                lockChannel = channel;
            } else {
                channel.close();
            }
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    /// The job, if one was begun.
    public Optional<BatchJob> job() throws IOException {
        Path file = folder.resolve(JOB);
        try {
            return Optional.of(BatchJob.of(Files.readString(file), file));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /// Begins a job: everything of an earlier one is deleted.
    public void begin(BatchJob job) throws IOException {
        clear();
        Files.createDirectories(parts());
        Files.createDirectories(rejected());
        Files.createDirectories(done());
        replace(folder.resolve(JOB), job.json());
    }

    /// Deletes what was written and not committed. Only where nobody else is at work.
    public void tidy(Map<Integer, SplitRecord> records) throws IOException {
        Set<String> committed = new HashSet<>();
        for (SplitRecord record : records.values()) {
            record.part().ifPresent(committed::add);
            record.rejectedPart().ifPresent(committed::add);
        }
        for (Path kind : List.of(parts(), rejected())) {
            for (Path file : files(kind)) {
                if (!committed.contains(file.getFileName().toString())) {
                    Files.deleteIfExists(file);
                }
            }
        }
        for (Path file : files(done())) {
            if (!file.getFileName().toString().endsWith(".json")) {
                Files.deleteIfExists(file);
            }
        }
    }

    Path parts() {
        return folder.resolve("parts");
    }

    Path rejected() {
        return folder.resolve("rejected");
    }

    private Path done() {
        return folder.resolve("done");
    }

    /// Where the output is put together.
    Path assembly(String name) {
        return folder.resolve(name);
    }

    /// A name for a split's part that nobody else has.
    static String partName(Split split, String ending) {
        return "%07d.%s.%s"
                .formatted(split.index(), UUID.randomUUID().toString().substring(0, 8), ending);
    }

    /// What is done, by index.
    public Map<Integer, SplitRecord> records() throws IOException {
        Map<Integer, SplitRecord> records = new TreeMap<>();
        for (Path file : files(done())) {
            if (file.getFileName().toString().endsWith(".json")) {
                SplitRecord record = record(file);
                records.put(record.split(), record);
            }
        }
        return records;
    }

    private static SplitRecord record(Path file) throws IOException {
        try {
            return JSON.readValue(Files.readString(file), SplitRecord.class);
        } catch (JacksonException e) {
            throw new BatchException(
                    file + ": the record is damaged; delete it to have its rows done again", e);
        }
    }

    /// What is done of a split; empty where it is not.
    public Optional<SplitRecord> record(int split) throws IOException {
        return isDone(split) ? Optional.of(record(recordFile(split))) : Optional.empty();
    }

    /// Whether the split is done.
    public boolean isDone(int split) {
        return Files.exists(recordFile(split));
    }

    private Path recordFile(int split) {
        return done().resolve("%07d.json".formatted(split));
    }

    /// Commits a split, unless someone else did so first: then what was done here is deleted.
    ///
    /// @return whether this is the record that counts
    boolean commit(SplitRecord record) throws IOException {
        force(parts());
        force(rejected());
        boolean isFirst = createOnce(recordFile(record.split()), JSON.writeValueAsString(record));
        if (!isFirst) {
            discard(record.part(), parts());
            discard(record.rejectedPart(), rejected());
        }
        return isFirst;
    }

    private static void discard(Optional<String> name, Path in) throws IOException {
        if (name.isPresent()) {
            Files.deleteIfExists(in.resolve(name.get()));
        }
    }

    /// Notes which model the job's answers come from; all have to come from the same.
    ///
    /// @throws BatchException where they come from another
    public void pinModel(String sha256) throws IOException {
        Path file = folder.resolve("model");
        createOnce(file, sha256);
        String pinned = Files.readString(file);
        if (!pinned.equals(sha256)) {
            throw new BatchException(
                    "%s: its first rows were answered by the model %s…, this one is %s…; use the same, or begin anew with --restart"
                            .formatted(folder, pinned.substring(0, 12), sha256.substring(0, 12)));
        }
    }

    /// Deletes the folder; the job is over.
    public void delete() throws IOException {
        clear();
        Files.deleteIfExists(folder.resolve(LOCK));
        Files.deleteIfExists(folder);
    }

    // The job goes first: without it nothing else counts.
    private void clear() throws IOException {
        Files.deleteIfExists(folder.resolve(JOB));
        for (Path file : files(folder)) {
            if (!file.getFileName().toString().equals(LOCK)) {
                deleteAll(file);
            }
        }
    }

    private static void deleteAll(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            for (Path file : files(path)) {
                deleteAll(file);
            }
        }
        Files.deleteIfExists(path);
    }

    private static List<Path> files(Path in) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            return files.sorted().toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    /// Writes a text file in one step, over what is there.
    static void replace(Path file, String text) throws IOException {
        try (PendingFile pending = PendingFile.at(file)) {
            Files.writeString(pending.path(), text);
            pending.commit();
        }
        force(file.toAbsolutePath().getParent());
    }

    // A link is made whole or not at all, and not over another; renaming would replace.
    private static boolean createOnce(Path file, String text) throws IOException {
        Path draft = file.resolveSibling("." + UUID.randomUUID());
        try {
            Files.write(draft, text.getBytes(StandardCharsets.UTF_8));
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            return link(file, draft);
        } finally {
            Files.deleteIfExists(draft);
            force(file.getParent());
        }
    }

    private static boolean link(Path file, Path draft) throws IOException {
        try {
            Files.createLink(file, draft);
            return true;
        } catch (FileAlreadyExistsException _) {
            return false;
        } catch (UnsupportedOperationException _) {
            boolean isFirst = !Files.exists(file);
            if (isFirst) {
                Files.move(draft, file);
            }
            return isFirst;
        }
    }

    /// Forces the names in a folder to the disk.
    static void force(Path in) throws IOException {
        try (FileChannel channel = FileChannel.open(in, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Lets others at the job.
    @Override
    public void close() throws IOException {
        if (lockChannel != null) {
            lockChannel.close();
            lockChannel = null;
        }
    }
}

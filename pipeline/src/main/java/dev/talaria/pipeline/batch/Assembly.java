package dev.talaria.pipeline.batch;

import dev.talaria.datasets.bytes.PendingFile;
import dev.talaria.datasets.file.RecordFiles;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordSink;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.RecordType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Makes the output of the committed parts. May be stopped and begun again at any moment.
final class Assembly {

    private final BatchJob job;
    private final JobFolder folder;

    Assembly(BatchJob job, JobFolder folder) {
        this.job = job;
        this.folder = folder;
    }

    /// Puts both outputs in their places, in the order of the splits.
    void run(Collection<SplitRecord> records, OutputRows rows) throws IOException {
        put(
                parts(records, SplitRecord::part, folder.parts()),
                rows.extractions(),
                job.outputPath(),
                "extractions");
        List<Path> rejected = parts(records, SplitRecord::rejectedPart, folder.rejected());
        if (rejected.isEmpty() && !Files.isDirectory(folder.assembly("rejections"))) {
            remove(job.rejectedPath());
        } else {
            put(rejected, rows.rejections(), job.rejectedPath(), "rejections");
        }
    }

    private static List<Path> parts(
            Collection<SplitRecord> records,
            Function<SplitRecord, Optional<String>> name,
            Path in) {
        List<Path> parts = new ArrayList<>();
        for (SplitRecord record : records) {
            name.apply(record).map(in::resolve).ifPresent(parts::add);
        }
        return parts;
    }

    private void put(List<Path> parts, RecordType type, Path target, String name)
            throws IOException {
        if (job.output().parts()) {
            moveAll(parts, target, name);
        } else if (isConcatenable()) {
            concatenate(parts, target);
        } else {
            copyAll(parts, type, target);
        }
        JobFolder.force(target.toAbsolutePath().getParent());
    }

    // Lines, also compressed ones, can follow each other.
    private boolean isConcatenable() {
        String ending = job.output().ending();
        return ending.startsWith("jsonl") || ending.startsWith("ndjson");
    }

    private static void concatenate(List<Path> parts, Path target) throws IOException {
        try (PendingFile pending = PendingFile.at(target)) {
            try (OutputStream out = Files.newOutputStream(pending.path())) {
                for (Path part : parts) {
                    Files.copy(part, out);
                }
            }
            pending.commit();
        }
    }

    // A part's columns may come back in the types that its format has for them.
    private static void copyAll(List<Path> parts, RecordType type, Path target) throws IOException {
        RecordType read = type;
        if (!parts.isEmpty()) {
            try (RecordSource first = RecordFiles.open(parts.getFirst(), ReadOptions.DEFAULT)) {
                read = first.type();
            }
        }
        try (RecordSink sink = RecordFiles.create(target, read, SplitWriter.options(target))) {
            for (Path part : parts) {
                try (RecordSource source = RecordFiles.open(part, ReadOptions.DEFAULT);
                        RecordCursor cursor = source.read()) {
                    RecordFiles.copy(cursor, sink);
                }
            }
            sink.finish();
        }
    }

    // Parts are moved into a folder of the job, which then takes the output's name as a whole.
    private void moveAll(List<Path> parts, Path target, String name) throws IOException {
        Path whole = folder.assembly(name);
        if (!parts.isEmpty()
                && areGone(parts)
                && !Files.isDirectory(whole)
                && Files.isDirectory(target)) {
            return;
        }
        Files.createDirectories(whole);
        for (int i = 0; i < parts.size(); i++) {
            Path part = parts.get(i);
            if (Files.exists(part)) {
                String file = "part-%05d.%s".formatted(i, job.output().ending());
                Files.move(part, whole.resolve(file), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        JobFolder.force(whole);
        remove(target);
        Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean areGone(List<Path> parts) {
        return parts.stream().noneMatch(Files::exists);
    }

    /// Deletes an output of before: a file, or a folder of parts.
    static void remove(Path output) throws IOException {
        if (Files.isDirectory(output)) {
            for (Path file : DocumentFolder.files(output, _ -> true)) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(output);
    }
}

package dev.talaria.pipeline.batch;

import dev.talaria.datasets.bytes.Compression;
import dev.talaria.datasets.file.RecordFiles;
import dev.talaria.datasets.record.RecordSink;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.WriteOptions;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Extraction.Extracted;
import dev.talaria.schemas.extraction.Extraction.Rejected;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.extraction.RejectionStage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Writes what became of a split's rows, in their order, and commits it.
final class SplitWriter implements Closeable {

    private final Split split;
    private final JobFolder folder;
    private final OutputRows rows;
    private final Part extractions;
    private final Part rejections;
    private long wanted;
    private long rejected;
    private long promptTokens;
    private long completionTokens;

    SplitWriter(Split split, JobFolder folder, OutputRows rows, String ending) {
        this.split = split;
        this.folder = folder;
        this.rows = rows;
        this.extractions =
                new Part(folder.parts(), JobFolder.partName(split, ending), rows.extractions());
        this.rejections =
                new Part(folder.rejected(), JobFolder.partName(split, ending), rows.rejections());
    }

    /// How a file of the job is written.
    static WriteOptions options(Path file) {
        return RecordFiles.isBinary(file)
                ? WriteOptions.DEFAULT.withCompression(Compression.ZSTD)
                : WriteOptions.DEFAULT;
    }

    /// A file that is begun with its first row.
    private static final class Part {

        private final Path file;
        private final RecordType type;
        private RecordSink sink;

        Part(Path in, String name, RecordType type) {
            this.file = in.resolve(name);
            this.type = type;
        }

        void write(Row row) throws IOException {
            if (sink == null) {
                sink = RecordFiles.create(file, type, options(file));
            }
            sink.write(row);
        }

        Optional<String> finish() throws IOException {
            if (sink == null) {
                return Optional.empty();
            }
            sink.finish();
            return Optional.of(file.getFileName().toString());
        }

        long bytes() throws IOException {
            return sink == null ? 0 : Files.size(file);
        }

        void close() throws IOException {
            if (sink != null) {
                sink.close();
            }
        }
    }

    /// An answer of the model, or its reason to have none.
    void write(Row row, Extraction extraction) throws IOException {
        Provenance from = extraction.provenance();
        promptTokens += from.promptTokens();
        completionTokens += from.completionTokens();
        switch (extraction) {
            case Extracted answer -> {
                wanted++;
                extractions.write(rows.extracted(row, answer));
            }
            case Rejected why ->
                    reject(
                            rows.rejected(
                                    row,
                                    why.stage().name(),
                                    why.errorClass(),
                                    why.message(),
                                    why.rawOutput()));
        }
    }

    /// A row that never came to the model.
    void write(Row row, DocumentRows.Request.Refused refused) throws IOException {
        reject(
                rows.rejected(
                        row,
                        RejectionStage.REQUEST.name(),
                        refused.errorClass(),
                        refused.message(),
                        Optional.empty()));
    }

    private void reject(Row row) throws IOException {
        wanted++;
        rejected++;
        rejections.write(row);
    }

    /// Commits the split.
    ///
    /// @return its record, and empty where someone else committed it first
    Optional<SplitRecord> commit() throws IOException {
        SplitRecord record =
                new SplitRecord(
                        split.index(),
                        split.rows(),
                        wanted,
                        rejected,
                        promptTokens,
                        completionTokens,
                        extractions.finish(),
                        rejections.finish(),
                        extractions.bytes(),
                        rejections.bytes());
        return folder.commit(record) ? Optional.of(record) : Optional.empty();
    }

    /// Deletes what was not committed.
    @Override
    public void close() throws IOException {
        extractions.close();
        rejections.close();
    }
}

package dev.talaria.pipeline.batch;

import dev.talaria.connectors.text.DocumentFormat;
import dev.talaria.datasets.file.FileFormat;
import dev.talaria.datasets.file.RecordFiles;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// What a job reads: files of records, or documents.
public final class BatchInput {

    private static final int BLOCK = 1 << 20;

    private BatchInput() {}

    /// How the path is to be read.
    ///
    /// @throws BatchException where it does not say so itself
    public static BatchJob.Kind kind(Path path, Optional<BatchJob.Kind> said) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (said.isPresent()) {
            return said.get();
        }
        if (!Files.isDirectory(path)) {
            return isDocument(path) ? BatchJob.Kind.DOCUMENTS : BatchJob.Kind.RECORDS;
        }
        int documents = DocumentFolder.documents(path).size();
        int records = records(path).size();
        if (documents > 0 && records > 0) {
            throw new BatchException(
                    "%s: it holds %d documents and %d files of records; say --read documents or --read records"
                            .formatted(path, documents, records));
        }
        if (documents == 0 && records == 0) {
            throw new BatchException(
                    "%s: it holds neither documents (%s) nor files of records (.parquet, .jsonl, …); name another folder"
                            .formatted(path, DocumentFormat.allEndings()));
        }
        return documents > 0 ? BatchJob.Kind.DOCUMENTS : BatchJob.Kind.RECORDS;
    }

    private static boolean isDocument(Path file) {
        return DocumentFormat.ofName(String.valueOf(file.getFileName())) != null;
    }

    private static List<Path> records(Path folder) throws IOException {
        return DocumentFolder.files(folder, file -> FileFormat.ofName(file) != null);
    }

    /// Opens it; files without groups of their own get groups of so many rows.
    public static RecordSource open(Path path, BatchJob.Kind kind, int rowsPerGroup)
            throws IOException {
        return switch (kind) {
            case RECORDS ->
                    RecordFiles.open(path, ReadOptions.DEFAULT.withRowsPerGroup(rowsPerGroup));
            case DOCUMENTS -> DocumentFolder.at(path, rowsPerGroup);
        };
    }

    /// Where the documents' paths begin, or relative names of files in records.
    public static Path folder(Path path) {
        return Files.isDirectory(path) ? path : path.getParent();
    }

    /// The digest of all that is read, names included: a job goes on only with what it began with.
    /// Reading it is nothing beside what a model takes for it.
    public static String sha256(Path path, BatchJob.Kind kind) throws IOException {
        MessageDigest digest = sha256();
        if (!Files.isDirectory(path)) {
            add(digest, path);
        } else {
            List<Path> files =
                    switch (kind) {
                        case RECORDS -> records(path);
                        case DOCUMENTS -> DocumentFolder.documents(path);
                    };
            for (Path file : files) {
                String name = path.relativize(file) + "\0" + Files.size(file) + "\0";
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                add(digest, file);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, Path file) throws IOException {
        byte[] block = new byte[BLOCK];
        try (InputStream bytes = Files.newInputStream(file)) {
            for (int n = bytes.read(block); n >= 0; n = bytes.read(block)) {
                digest.update(block, 0, n);
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

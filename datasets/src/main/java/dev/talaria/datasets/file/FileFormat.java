package dev.talaria.datasets.file;

import dev.talaria.datasets.bytes.Compression;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// A format of files of records.
public enum FileFormat {
    PARQUET("parquet", "pq", "parq"),
    ARROW("arrow", "feather", "ipc"),
    ARROW_STREAM("arrows"),
    JSONL("jsonl", "ndjson"),
    JSON("json"),
    CSV("csv"),
    TSV("tsv");

    private static final int MAGIC_BYTES = 6;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is.
    private final List<String> endings;

    FileFormat(String... endings) {
        this.endings = List.of(endings);
    }

    /// The endings of file names of this format, without the dot.
    public List<String> endings() {
        return endings;
    }

    /// The format of a file that is there: binary ones by their first bytes, whatever the name;
    /// text by its name's ending.
    ///
    /// @throws IllegalArgumentException where neither says it
    public static FileFormat of(Path file) throws IOException {
        byte[] first;
        try (InputStream bytes = Files.newInputStream(file)) {
            first = bytes.readNBytes(MAGIC_BYTES);
        }
        if (begins(first, 'P', 'A', 'R', '1') || begins(first, 'P', 'A', 'R', 'E')) {
            return PARQUET;
        }
        if (begins(first, 'A', 'R', 'R', 'O', 'W', '1')) {
            return ARROW;
        }
        if (begins(first, 0xFF, 0xFF, 0xFF, 0xFF)) {
            return ARROW_STREAM;
        }
        FileFormat named = ofName(file);
        if (named == null) {
            throw new IllegalArgumentException(
                    "%s: neither its first bytes nor its name say its format; let the name end in one of %s"
                            .formatted(file, allEndings()));
        }
        // What is binary begins as its format says; an empty file or text by that name does not.
        if (!named.isText() && (named != ARROW_STREAM || first.length < Integer.BYTES)) {
            throw new IllegalArgumentException(
                    "%s: the file does not begin as %s files do; is it whole?"
                            .formatted(file, named.endings.getFirst()));
        }
        return named;
    }

    /// The format that a file's name says, also where `.gz` or `.zst` follows; null where it says
    /// none.
    public static @Nullable FileFormat ofName(Path file) {
        String name = withoutCompression(name(file));
        for (FileFormat format : values()) {
            for (String ending : format.endings) {
                if (name.endsWith("." + ending)) {
                    return format;
                }
            }
        }
        return null;
    }

    /// The format that a file is to be written in.
    ///
    /// @throws IllegalArgumentException where its name says none
    static FileFormat toWrite(Path file) {
        FileFormat format = ofName(file);
        if (format == null) {
            throw new IllegalArgumentException(
                    "%s: the name says no format; let it end in one of %s"
                            .formatted(file, allEndings()));
        }
        return format;
    }

    /// The compression that a name's last ending says, null for none.
    static @Nullable Compression compressionOf(Path file) {
        String name = name(file);
        return name.endsWith(".gz")
                ? Compression.GZIP
                : name.endsWith(".zst") ? Compression.ZSTD : null;
    }

    /// Whether it is text, which may be compressed as a whole.
    boolean isText() {
        return switch (this) {
            case PARQUET, ARROW, ARROW_STREAM -> false;
            case JSONL, JSON, CSV, TSV -> true;
        };
    }

    static String allEndings() {
        return "."
                + String.join(
                        ", .",
                        List.of(values()).stream().flatMap(f -> f.endings.stream()).toList());
    }

    private static String name(Path file) {
        Path name = file.getFileName();
        return name == null ? "" : name.toString().toLowerCase(Locale.ROOT);
    }

    private static String withoutCompression(String name) {
        return name.endsWith(".gz")
                ? name.substring(0, name.length() - 3)
                : name.endsWith(".zst") ? name.substring(0, name.length() - 4) : name;
    }

    private static boolean begins(byte[] first, int... magic) {
        if (first.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (first[i] != (byte) magic[i]) {
                return false;
            }
        }
        return true;
    }
}

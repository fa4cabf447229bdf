package dev.talaria.datasets.record;

import dev.talaria.datasets.bytes.Compression;

import java.util.Map;

/// How a file is written.
///
/// @param compression of its bytes
/// @param rowsPerGroup a group ends after so many rows
/// @param bytesPerGroup and where its rows come to about so many bytes; a group is held in memory
///   until it is written
/// @param metadata keys and values that Parquet and Arrow files carry
public record WriteOptions(
        Compression compression,
        int rowsPerGroup,
        long bytesPerGroup,
        Map<String, String> metadata) {

    /// Not compressed, groups of at most 10,000 rows and about 32 MiB.
    public static final WriteOptions DEFAULT =
            new WriteOptions(Compression.NONE, 10_000, 32L << 20, Map.of());

    public WriteOptions {
        metadata = Map.copyOf(metadata);
        if (rowsPerGroup < 1) {
            throw new IllegalArgumentException("rows per group: " + rowsPerGroup + " is below 1");
        }
        if (bytesPerGroup < 1) {
            throw new IllegalArgumentException("bytes per group: " + bytesPerGroup + " is below 1");
        }
    }

    public WriteOptions withCompression(Compression how) {
        return new WriteOptions(how, rowsPerGroup, bytesPerGroup, metadata);
    }

    public WriteOptions withRowsPerGroup(int rows) {
        return new WriteOptions(compression, rows, bytesPerGroup, metadata);
    }

    public WriteOptions withBytesPerGroup(long bytes) {
        return new WriteOptions(compression, rowsPerGroup, bytes, metadata);
    }

    public WriteOptions withMetadata(Map<String, String> pairs) {
        return new WriteOptions(compression, rowsPerGroup, bytesPerGroup, pairs);
    }
}

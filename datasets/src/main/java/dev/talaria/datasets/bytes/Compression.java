package dev.talaria.datasets.bytes;

import java.util.Locale;

/// How the bytes of a file are compressed when it is written. Every format reads more than this.
public enum Compression {
    NONE,
    SNAPPY,
    GZIP,
    ZSTD;

    /// The name as options spell it.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

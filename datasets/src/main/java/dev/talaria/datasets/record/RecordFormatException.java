package dev.talaria.datasets.record;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// A file is not what its format asks for: `file, place: finding; remedy`.
public final class RecordFormatException extends IOException {

    private static final long serialVersionUID = 1L;

    /// @param place where in the file, such as `offset 4812` or `line 17`
    public RecordFormatException(String file, String place, String finding) {
        super(file + ", " + place + ": " + finding);
    }

    /// @param place where in the file, such as `offset 4812` or `line 17`
    /// @param finding that of the cause; its name where it says nothing
    public RecordFormatException(
            String file, String place, @Nullable String finding, Throwable cause) {
        super(file + ", " + place + ": " + (finding == null ? cause : finding), cause);
    }
}

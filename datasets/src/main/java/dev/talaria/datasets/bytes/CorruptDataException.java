package dev.talaria.datasets.bytes;

import java.io.IOException;

/// Compressed or encoded bytes that are not what they say. The reader that knows where they stand
/// adds the file and the place.
public final class CorruptDataException extends IOException {

    private static final long serialVersionUID = 1L;

    public CorruptDataException(String finding) {
        super(finding);
    }

    public CorruptDataException(String finding, Throwable cause) {
        super(finding, cause);
    }
}

package dev.talaria.inference.gguf;

import java.nio.file.Path;

/// The bytes of a model's file are not of the format it claims to be of, or not all of them.
///
/// Each format has its own descendant; callers that do not care which catch this one.
public abstract class MalformedModelException extends RuntimeException {

    /// What to try where bytes are missing.
    public static final String INCOMPLETE =
            "the download may be incomplete: compare its size or digest with the publisher's";

    private static final long serialVersionUID = 1L;

    private final long offset;

    /// @param file the file as it was named to the program
    /// @param offset the byte at which the finding was made
    /// @param finding what is wrong there and what may help
    protected MalformedModelException(Path file, long offset, String finding) {
        super(file + " at offset " + offset + ": " + finding);
        this.offset = offset;
    }

    /// The byte at which the finding was made, counted from the file's beginning.
    public long offset() {
        return offset;
    }
}

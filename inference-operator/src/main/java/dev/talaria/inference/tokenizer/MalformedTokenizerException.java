package dev.talaria.inference.tokenizer;

import java.nio.file.Path;

/// A tokenizer's file is damaged: its bytes or its contents are not what the format says.
public final class MalformedTokenizerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long offset;

    /// @param file the file as it was named to the program
    /// @param offset the byte at which the finding was made
    /// @param finding what is wrong there and what may help
    public MalformedTokenizerException(Path file, long offset, String finding) {
        super(file + " at offset " + offset + ": " + finding);
        this.offset = offset;
    }

    /// @param cause what a parser said
    public MalformedTokenizerException(Path file, long offset, String finding, Throwable cause) {
        super(file + " at offset " + offset + ": " + finding, cause);
        this.offset = offset;
    }

    /// The byte at which the finding was made, counted from the file's beginning.
    public long offset() {
        return offset;
    }
}

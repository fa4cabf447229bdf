package dev.talaria.inference.tokenizer;

import dev.talaria.inference.gguf.MalformedModelException;

import java.nio.file.Path;

/// A tokenizer's file is damaged: its bytes or its contents are not what the format says.
public final class MalformedTokenizerException extends MalformedModelException {

    private static final long serialVersionUID = 1L;

    /// @param file the file as it was named to the program
    /// @param offset the byte at which the finding was made
    /// @param finding what is wrong there and what may help
    public MalformedTokenizerException(Path file, long offset, String finding) {
        super(file, offset, finding);
    }

    /// @param cause what a parser said
    public MalformedTokenizerException(Path file, long offset, String finding, Throwable cause) {
        super(file, offset, finding);
        initCause(cause);
    }
}

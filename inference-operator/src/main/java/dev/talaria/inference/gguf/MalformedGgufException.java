package dev.talaria.inference.gguf;

import java.nio.file.Path;

/// The file's bytes are not a GGUF file, or not a whole one.
public final class MalformedGgufException extends MalformedModelException {

    private static final long serialVersionUID = 1L;

    /// @param file the file as it was named to the program
    /// @param offset the byte at which the finding was made
    /// @param finding what is wrong there and what may help
    public MalformedGgufException(Path file, long offset, String finding) {
        super(file, offset, finding);
    }
}

package dev.talaria.inference.safetensors;

import dev.talaria.inference.gguf.MalformedModelException;

import java.nio.file.Path;

/// A file of a Hugging Face folder is not what its name promises, or does not fit the others.
public final class MalformedFolderException extends MalformedModelException {

    private static final long serialVersionUID = 1L;

    /// @param file the file within the folder
    /// @param offset the byte at which the finding was made
    /// @param finding what is wrong there and what may help
    public MalformedFolderException(Path file, long offset, String finding) {
        super(file, offset, finding);
    }
}

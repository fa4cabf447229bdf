package dev.talaria.inference.gguf;

/// The model is well-formed, but this program cannot run it; the message says what it would need.
public final class UnsupportedModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnsupportedModelException(String message) {
        super(message);
    }
}

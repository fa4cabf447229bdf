package dev.talaria.pipeline.app;

/// Why a pipeline cannot start where it is. The message names the place, the finding and the
/// remedy.
public final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.talaria.pipeline.batch;

/// Why a job cannot begin or go on. The message names place, finding and remedy.
public final class BatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BatchException(String message) {
        super(message);
    }

    public BatchException(String message, Throwable cause) {
        super(message, cause);
    }
}

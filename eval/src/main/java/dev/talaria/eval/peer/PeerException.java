package dev.talaria.eval.peer;

/// Another engine cannot be fetched, started, or asked. The message says which, and what to do.
public final class PeerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PeerException(String message) {
        super(message);
    }

    PeerException(String message, Throwable cause) {
        super(message, cause);
    }
}

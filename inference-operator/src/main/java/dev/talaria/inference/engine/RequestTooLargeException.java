package dev.talaria.inference.engine;

/// A request that this engine could never hold; the message has the numbers.
public final class RequestTooLargeException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public RequestTooLargeException(String message) {
        super(message);
    }
}

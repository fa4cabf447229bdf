package dev.talaria.inference;

/// The operator ended before it could answer; nothing was decided about the document.
public final class OperatorClosedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    public OperatorClosedException(String message) {
        super(message);
    }
}

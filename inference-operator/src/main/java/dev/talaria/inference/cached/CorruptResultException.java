package dev.talaria.inference.cached;

/// A kept result that is not what was written.
final class CorruptResultException extends Exception {

    private static final long serialVersionUID = 1L;

    CorruptResultException(String message) {
        super(message);
    }
}

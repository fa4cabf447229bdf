package dev.talaria.inference.x86;

/// Interpreted code does what a processor would not let it do, or what its callers do not expect.
final class InvalidCodeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidCodeException(String message) {
        super(message);
    }
}

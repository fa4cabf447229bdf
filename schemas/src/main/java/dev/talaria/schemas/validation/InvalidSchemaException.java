package dev.talaria.schemas.validation;

/// A schema that cannot be used: not JSON, not a schema, or with a reference that cannot be
/// resolved. The message names the place, the finding and the remedy.
public final class InvalidSchemaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InvalidSchemaException(String message) {
        super(message);
    }

    public InvalidSchemaException(String message, Throwable cause) {
        super(message, cause);
    }
}

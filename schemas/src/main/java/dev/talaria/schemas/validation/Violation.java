package dev.talaria.schemas.validation;

import static java.util.Objects.requireNonNull;

/// One way in which a value does not satisfy its schema.
///
/// @param pointer JSON pointer to the offending value; empty for the root
/// @param keyword the schema keyword that failed, or `parse` where the text is not JSON
/// @param message what is wrong, for people and for the model
public record Violation(String pointer, String keyword, String message) {

    public Violation {
        requireNonNull(pointer, "pointer");
        requireNonNull(keyword, "keyword");
        requireNonNull(message, "message");
    }

    @Override
    public String toString() {
        return (pointer.isEmpty() ? "(root)" : pointer) + ": " + message;
    }
}

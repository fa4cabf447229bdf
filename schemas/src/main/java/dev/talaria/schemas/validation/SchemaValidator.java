package dev.talaria.schemas.validation;

import java.util.List;

/// Judges JSON texts against one schema. Safe for use by many threads.
public interface SchemaValidator {

    /// Every violation of the schema by the text; empty where it is valid. Text that is not
    /// strictly one JSON value gives a single violation with keyword `parse`.
    List<Violation> validate(String json);
}

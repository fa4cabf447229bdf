package dev.talaria.eval.extraction;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;
import dev.talaria.schemas.validation.Violation;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Validators by the text of their schema. Safe for use by many threads.
final class SchemaChecks {

    private final Map<String, SchemaValidator> validators = new ConcurrentHashMap<>();

    /// What an answer violates, in words; empty where it is valid. Nothing satisfies a schema that
    /// is none.
    List<String> violations(String schema, String answer) {
        return validators.computeIfAbsent(schema, SchemaChecks::validator).validate(answer).stream()
                .map(Violation::toString)
                .toList();
    }

    private static SchemaValidator validator(String schema) {
        try {
            return NetworkntValidator.of(schema);
        } catch (InvalidSchemaException e) {
            List<Violation> all =
                    List.of(new Violation("", "schema", String.valueOf(e.getMessage())));
            return _ -> all;
        }
    }
}

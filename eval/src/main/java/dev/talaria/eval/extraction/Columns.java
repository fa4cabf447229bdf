package dev.talaria.eval.extraction;

import dev.talaria.eval.suite.DatasetRow;

import java.util.List;
import java.util.Optional;

/// The columns of a dataset of documents.
///
/// @param text the document
/// @param gold its fields
/// @param schema of its fields; empty where rows have none
public record Columns(String text, String gold, Optional<String> schema) {

    private static final List<String> TEXTS =
            List.of("text", "document", "content", "body", "input");
    private static final List<String> GOLDS =
            List.of("gold", "expected", "fields", "labels", "target", "answer", "output");
    private static final List<String> SCHEMAS = List.of("schema", "json_schema");

    /// The columns that are named, the others by their usual names.
    ///
    /// @throws IllegalArgumentException naming the option to give, where none has a usual name, and
    ///   the columns there are
    public static Columns of(
            DatasetRow row, Optional<String> text, Optional<String> gold, Optional<String> schema) {
        return new Columns(
                found(row, text, TEXTS, "--text-column"),
                found(row, gold, GOLDS, "--gold-column"),
                schema.isPresent()
                        ? Optional.of(found(row, schema, SCHEMAS, "--schema-column"))
                        : SCHEMAS.stream().filter(row.values()::has).findFirst());
    }

    private static String found(
            DatasetRow row, Optional<String> named, List<String> usual, String option) {
        String there = String.join(", ", row.values().propertyNames());
        if (named.isPresent()) {
            if (!row.values().has(named.get())) {
                throw new IllegalArgumentException(
                        "%s: there is no column '%s'; there are %s"
                                .formatted(option, named.get(), there));
            }
            return named.get();
        }
        return usual.stream()
                .filter(row.values()::has)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "no column has a usual name (%s); name one with %s: there are %s"
                                        .formatted(String.join(", ", usual), option, there)));
    }
}

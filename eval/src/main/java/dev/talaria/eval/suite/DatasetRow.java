package dev.talaria.eval.suite;

import static java.util.Objects.requireNonNull;

import tools.jackson.databind.JsonNode;

import java.util.Optional;
import java.util.stream.Collectors;

/// One row of a dataset.
///
/// @param number its place in the dataset, from 0
/// @param values a JSON object of its columns. Where a file's types make a struct, members that
///   have no value are null, whether or not the file had them
public record DatasetRow(long number, JsonNode values) {

    public DatasetRow {
        requireNonNull(values, "values");
        if (!values.isObject()) {
            throw new IllegalArgumentException("the values of a row are no object");
        }
    }

    /// The value of a column; empty where the row has none, or null.
    public Optional<JsonNode> value(String column) {
        return Optional.ofNullable(values.get(column)).filter(node -> !node.isNull());
    }

    /// The value of a column that must be there.
    ///
    /// @throws IllegalArgumentException where it is not, naming the columns that are
    public JsonNode required(String column) {
        return value(column)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "there is no '%s'; there are %s"
                                        .formatted(
                                                column,
                                                values.propertyNames().stream()
                                                        .collect(Collectors.joining(", ")))));
    }

    /// The text of a column that must be there: a string's characters, anything else as JSON.
    ///
    /// @throws IllegalArgumentException where it is not, naming the columns that are
    public String text(String column) {
        JsonNode value = required(column);
        return value.isString() ? value.stringValue() : value.toString();
    }
}

package dev.talaria.eval.suite;

import static java.util.Objects.requireNonNull;

import dev.talaria.eval.python.PythonJson;
import dev.talaria.eval.python.PythonReader;
import dev.talaria.eval.python.PythonSyntaxException;
import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.python.PythonValue;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One row of a dataset.
///
/// @param number its place in the dataset, from 0
/// @param values a JSON object of its columns. Where a file's types make a struct, members that
///   have no value are null, whether or not the file had them
public record DatasetRow(long number, JsonNode values) {

    private static final JsonMapper JSON = JsonMapper.shared();

    // ['one' 'two'], which Python reads as one text.
    private static final Pattern NUMPY = Pattern.compile("^\\s*\\[[^,]*['\"]\\s+['\"]");

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

    /// The value that a column holds, as Python has it: datasets keep nested values as text, which
    /// is read as JSON or as a Python literal; where they do not, members without a value are left
    /// out.
    ///
    /// @throws IllegalArgumentException where there is none, or the text is neither
    public PythonValue literal(String column) {
        JsonNode value = required(column);
        try {
            return value.isString()
                    ? PythonReader.LENIENT.read(PythonText.strip(value.stringValue()))
                    : PythonJson.loads(withoutNulls(value).toString());
        } catch (PythonSyntaxException e) {
            throw new IllegalArgumentException(
                    "'%s' is neither JSON nor a Python literal: %s"
                            .formatted(column, e.getMessage()),
                    e);
        }
    }

    /// The list or map that a column holds. A file that has no such types, as CSV, has it as text:
    /// JSON, or a Python literal.
    ///
    /// @throws IllegalArgumentException where there is none, or the text is neither
    public JsonNode nested(String column) {
        JsonNode value = required(column);
        if (!value.isString()) {
            return value;
        }
        if (NUMPY.matcher(value.stringValue()).find()) {
            throw new IllegalArgumentException(
                    "'%s' is a list as numpy prints it, without commas; write the file as JSONL or Parquet"
                            .formatted(column));
        }
        return PythonText.json(literal(column))
                .map(JSON::readTree)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "'%s' holds what JSON has not".formatted(column)));
    }

    private static JsonNode withoutNulls(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode kept = object.objectNode();
            object.properties().stream()
                    .filter(it -> !it.getValue().isNull())
                    .forEach(it -> kept.set(it.getKey(), withoutNulls(it.getValue())));
            return kept;
        }
        if (value instanceof ArrayNode array) {
            ArrayNode kept = array.arrayNode();
            array.forEach(it -> kept.add(withoutNulls(it)));
            return kept;
        }
        return value;
    }
}

package dev.talaria.pipeline.admin;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;

/// Documents as lines of JSON: a text, an object that is an envelope, or an object that has the
/// document in a field.
///
/// @param textField the field with the document; where it is not named, objects are envelopes
/// @param keyField the field with the document's id; where it is not named, `id` or `key`
public record JsonLines(Optional<String> textField, Optional<String> keyField) {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();
    private static final List<String> USUAL_KEYS = List.of("id", "key");
    private static final List<String> CARRIERS = List.of("document", "messages", "prompt");

    /// One line.
    ///
    /// @param key the document's id, where the line says it
    /// @param value the document, or the envelope
    record Line(Optional<String> key, String value, boolean isEnvelope) {}

    /// @throws IllegalArgumentException finding and remedy, where the line is none of these
    Line read(String line) {
        JsonNode json;
        try {
            json = JSON.readTree(line);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "not JSON: %s; write a text or an object, one a line"
                            .formatted(e.getOriginalMessage().lines().findFirst().orElse("")),
                    e);
        }
        if (json.isString() && textField.isEmpty() && keyField.isEmpty()) {
            return new Line(Optional.empty(), json.asString(), false);
        }
        if (!(json instanceof ObjectNode object)) {
            throw new IllegalArgumentException(
                    "neither a text nor an object; write one of them, one a line");
        }
        Optional<String> key = key(object);
        return textField.isPresent()
                ? new Line(key, text(object, textField.get()), false)
                : new Line(key, envelope(object), true);
    }

    private Optional<String> key(ObjectNode object) {
        if (keyField.isPresent()) {
            return Optional.of(text(object, keyField.get()));
        }
        return USUAL_KEYS.stream().filter(object::has).findFirst().map(name -> text(object, name));
    }

    private static String text(ObjectNode object, String field) {
        JsonNode value = object.path(field);
        if (!value.isString() && !value.isNumber()) {
            throw new IllegalArgumentException(
                    "there is no field '%s' with a text; there are %s"
                            .formatted(field, String.join(", ", object.propertyNames())));
        }
        return value.asString();
    }

    // The id is the record's, not the envelope's.
    private String envelope(ObjectNode object) {
        if (CARRIERS.stream().noneMatch(object::has)) {
            throw new IllegalArgumentException(
                    "there is no field 'document'; name the field that has it with --text-field: %s"
                            .formatted(String.join(", ", object.propertyNames())));
        }
        ObjectNode envelope = object.deepCopy();
        if (keyField.isPresent()) {
            envelope.remove(keyField.get());
        } else {
            USUAL_KEYS.stream().filter(object::has).findFirst().ifPresent(envelope::remove);
        }
        return envelope.toString();
    }
}

package dev.talaria.eval.suite;

import static java.util.Objects.requireNonNull;

import tools.jackson.databind.JsonNode;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What is said of one answer.
///
/// @param published by the rules of the published evaluation
/// @param strict by our own stricter ones
/// @param attributes what else the suite wants to keep of it, by name, in this order
public record Judgement(Assessment published, Assessment strict, Map<String, JsonNode> attributes) {

    public Judgement {
        requireNonNull(published, "published");
        requireNonNull(strict, "strict");
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /// Without attributes.
    public Judgement(Assessment published, Assessment strict) {
        this(published, strict, Map.of());
    }
}

package dev.talaria.schemas.grammar;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// A draft, and the vocabularies of it that a schema uses.
///
/// @param draft the edition
/// @param leftOut keywords that mean nothing, because their vocabulary is not used
record Dialect(Draft draft, Set<String> leftOut) {

    private static final String COMMON = "https://json-schema.org/draft/";

    private static final Set<String> VALIDATION =
            Set.of(
                    "type",
                    "enum",
                    "const",
                    "multipleOf",
                    "maximum",
                    "exclusiveMaximum",
                    "minimum",
                    "exclusiveMinimum",
                    "maxLength",
                    "minLength",
                    "pattern",
                    "maxItems",
                    "minItems",
                    "uniqueItems",
                    "maxContains",
                    "minContains",
                    "maxProperties",
                    "minProperties",
                    "required",
                    "dependentRequired");

    private static final Set<String> APPLICATOR =
            Set.of(
                    "items",
                    "prefixItems",
                    "additionalItems",
                    "contains",
                    "properties",
                    "patternProperties",
                    "additionalProperties",
                    "propertyNames",
                    "dependentSchemas",
                    "allOf",
                    "anyOf",
                    "oneOf",
                    "not",
                    "if",
                    "then",
                    "else");

    private static final Set<String> UNEVALUATED =
            Set.of("unevaluatedItems", "unevaluatedProperties");

    private static final Set<String> WITHOUT_EFFECT = Set.of();

    /// The vocabularies of a draft, and the keywords of each that have an effect. Formats are
    /// asserted whether their vocabulary is used or not, which admits less and never more.
    private static final Map<Draft, Map<String, Set<String>>> VOCABULARIES =
            Map.of(
                    Draft.DRAFT_2019_09,
                    Map.of(
                            "core", WITHOUT_EFFECT,
                            "applicator", with(APPLICATOR, UNEVALUATED),
                            "validation", VALIDATION,
                            "meta-data", WITHOUT_EFFECT,
                            "format", WITHOUT_EFFECT,
                            "content", WITHOUT_EFFECT),
                    Draft.DRAFT_2020_12,
                    Map.of(
                            "core", WITHOUT_EFFECT,
                            "applicator", APPLICATOR,
                            "unevaluated", UNEVALUATED,
                            "validation", VALIDATION,
                            "meta-data", WITHOUT_EFFECT,
                            "format-annotation", WITHOUT_EFFECT,
                            "format-assertion", WITHOUT_EFFECT,
                            "content", WITHOUT_EFFECT));

    private static Set<String> with(Set<String> some, Set<String> more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(more);
        return Set.copyOf(all);
    }

    /// All of a draft.
    static Dialect of(Draft draft) {
        return new Dialect(draft, Set.of());
    }

    /// A draft as far as those vocabularies go.
    ///
    /// @param draft 2019-09 or later
    static Dialect of(Draft draft, Set<String> vocabularies) {
        Set<String> leftOut = new HashSet<>();
        VOCABULARIES
                .get(draft)
                .forEach((name, keywords) -> {
                    if (!vocabularies.contains(uri(draft, name))) {
                        leftOut.addAll(keywords);
                    }
                });
        return new Dialect(draft, Set.copyOf(leftOut));
    }

    /// Whether the vocabulary is one of that draft.
    static boolean knows(Draft draft, String vocabulary) {
        return VOCABULARIES.get(draft).keySet().stream()
                .anyMatch(name -> uri(draft, name).equals(vocabulary));
    }

    private static String uri(Draft draft, String name) {
        return COMMON + draft + "/vocab/" + name;
    }
}

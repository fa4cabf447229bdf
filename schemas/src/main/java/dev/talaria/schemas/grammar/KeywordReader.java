package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.Regex.UnsupportedRegexException;
import dev.talaria.schemas.grammar.SchemaNode.Contains;
import dev.talaria.schemas.validation.InvalidSchemaException;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads the keywords of one schema after the other.
///
/// A keyword is read, known to have no effect, or reported; a name no draft knows has no effect
/// unless it looks like a slip of the pen.
final class KeywordReader {

    private static final String UNKNOWN = "keyword '%s' is not supported";

    private final SchemaDocument document;
    private final Map<String, StringSet> expressions = new HashMap<>();

    KeywordReader(SchemaDocument document) {
        this.document = document;
    }

    void read(SchemaNode node) {
        if (node.json.isBoolean()) {
            node.never = !node.json.booleanValue();
            return;
        }
        JsonNode reference = node.json.get("$ref");
        if (reference != null && node.draft().isBefore(Draft.DRAFT_2019_09)) {
            // Up to draft-07 a reference stands alone: what is beside it is not read.
            readReference(node, "$ref", reference);
            return;
        }
        for (Map.Entry<String, JsonNode> keyword : node.json.properties()) {
            if (!node.place.resource().dialect().leftOut().contains(keyword.getKey())) {
                read(node, keyword.getKey(), keyword.getValue());
            }
        }
    }

    private void read(SchemaNode node, String name, JsonNode value) {
        switch (name) {
            case "type" -> readType(node, value);
            case "enum" -> readEnum(node, value);
            case "const" -> readConst(node, value);
            case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" ->
                    readBound(node, name, value);
            case "multipleOf" -> readMultipleOf(node, value);
            case "minLength" -> node.minLength = count(node, name, value);
            case "maxLength" -> node.maxLength = count(node, name, value);
            case "minItems" -> node.minItems = count(node, name, value);
            case "maxItems" -> node.maxItems = count(node, name, value);
            case "pattern" -> readPattern(node, value);
            case "format" -> readFormat(node, value);
            case "prefixItems" -> readPrefixItems(node, value);
            case "items" -> readItems(node, value);
            case "uniqueItems" -> node.uniqueItems = flag(node, name, value);
            case "contains" -> readContains(node, value);
            case "unevaluatedItems" -> readUnevaluatedItems(node, value);
            case "additionalItems" -> readAdditionalItems(node, value);
            case "properties" -> readProperties(node, value);
            case "required" -> readRequired(node, value);
            case "additionalProperties" -> node.additionalProperties = child(node, name, value);
            case "$ref" -> readReference(node, name, value);
            case "$dynamicRef" -> {
                if (since(node, name, Draft.DRAFT_2020_12)) {
                    readReference(node, name, value);
                }
            }
            case "$recursiveRef" -> readRecursiveReference(node, value);
            case "allOf" -> node.allOf.addAll(children(node, name, value));
            case "anyOf" -> node.anyOf = children(node, name, value);
            case "oneOf" -> node.oneOf = children(node, name, value);
            case "not" -> node.not.add(child(node, name, value));
            case "if", "then", "else" -> readConditional(node, name, value);
            case "dependencies" -> readDependencies(node, value);
            case "dependentRequired" -> readDependentRequired(node, value);
            case "dependentSchemas" -> readDependentSchemas(node, value);
            case "patternProperties" -> readPatternProperties(node, value);
            case "propertyNames" -> readPropertyNames(node, value);
            case "minProperties" -> node.minProperties = count(node, name, value);
            case "maxProperties" -> node.maxProperties = count(node, name, value);
            case "unevaluatedProperties" -> readUnevaluatedProperties(node, value);
            default -> readOther(node, name);
        }
    }

    private void readOther(SchemaNode node, String name) {
        if (KeywordList.isWithoutEffect(name)) {
            return;
        }
        String instead = KeywordList.insteadOf(name);
        if (instead != null) {
            reportMeaningless(node, name, UNKNOWN.formatted(name), instead);
            return;
        }
        String meant = KeywordList.meantBy(name);
        if (meant != null) {
            reportMeaningless(
                    node,
                    name,
                    "'" + name + "' is no keyword",
                    "write '" + meant + "' if that is meant, or 'x-" + name + "' if not");
        }
    }

    private void readType(SchemaNode node, JsonNode value) {
        List<JsonNode> names = value.isArray() ? value.valueStream().toList() : List.of(value);
        int types = 0;
        for (JsonNode name : names) {
            int type = name.isString() ? Types.named(name.stringValue()) : 0;
            if (type == 0) {
                throw invalid(node, "type", name + " is not a type; use one of the seven names");
            }
            types |= type;
        }
        if (types == 0) {
            throw invalid(node, "type", "no type is listed; list at least one");
        }
        node.types = types;
    }

    private void readEnum(SchemaNode node, JsonNode value) {
        if (!value.isArray()) {
            throw invalid(node, "enum", "not an array; list the values");
        }
        List<JsonNode> values = value.valueStream().toList();
        restrict(node, "enum", values);
    }

    private void readConst(SchemaNode node, JsonNode value) {
        if (since(node, "const", Draft.DRAFT_06)) {
            restrict(node, "const", List.of(value));
        }
    }

    private void restrict(SchemaNode node, String keyword, List<JsonNode> values) {
        Map<String, JsonNode> literals = new LinkedHashMap<>();
        for (JsonNode value : values) {
            String identity = CanonicalJson.identity(value);
            if (identity == null) {
                report(
                        node,
                        keyword,
                        "a value has no spelling: a lone surrogate, or a number of more than "
                                + CanonicalJson.MAX_DIGITS
                                + " digits",
                        "leave that value out");
            } else if (node.literals == null || node.literals.containsKey(identity)) {
                literals.put(identity, value);
            }
        }
        node.literals = literals;
    }

    private void readBound(SchemaNode node, String name, JsonNode value) {
        if (name.startsWith("exclusive") && node.draft() == Draft.DRAFT_04) {
            if (!value.isBoolean()) {
                throw invalid(node, name, "not a boolean, which it is in draft-04");
            }
            return;
        }
        if (!value.isNumber()) {
            throw invalid(node, name, "not a number; write the bound");
        }
        BigDecimal bound = value.decimalValue();
        if (NumberAutomaton.strip(bound).scale() > CanonicalJson.MAX_DIGITS) {
            report(
                    node,
                    name,
                    "the bound has more than " + CanonicalJson.MAX_DIGITS + " decimal places",
                    "round it");
            return;
        }
        boolean excluded = name.startsWith("exclusive") || isExclusiveInDraft04(node, name);
        node.range =
                name.endsWith("inimum")
                        ? node.range.atLeast(bound, excluded)
                        : node.range.atMost(bound, excluded);
    }

    private void readMultipleOf(SchemaNode node, JsonNode value) {
        if (!value.isNumber() || value.decimalValue().signum() <= 0) {
            throw invalid(node, "multipleOf", value + " is not above 0; write a positive number");
        }
        if (!NumberAutomaton.isSpellable(value.decimalValue())) {
            report(
                    node,
                    "multipleOf",
                    "the factor has more than " + CanonicalJson.MAX_DIGITS + " digits",
                    "use a factor with fewer digits, or an enum");
            return;
        }
        node.range = node.range.multiplesOf(value.decimalValue());
    }

    private boolean isExclusiveInDraft04(SchemaNode node, String name) {
        JsonNode flag =
                node.json.get(name.equals("minimum") ? "exclusiveMinimum" : "exclusiveMaximum");
        return node.draft() == Draft.DRAFT_04 && flag != null && flag.asBoolean(false);
    }

    private void readPattern(SchemaNode node, JsonNode value) {
        if (!value.isString()) {
            throw invalid(node, "pattern", "not a string; write a regular expression");
        }
        addExpression(node, "pattern", value.stringValue());
    }

    // A format that validation does not assert is an annotation.
    private void readFormat(SchemaNode node, JsonNode value) {
        if (!value.isString()) {
            throw invalid(node, "format", "not a string; name a format");
        }
        String format = value.stringValue();
        StringSet strings = Formats.named(format, node.pointer + "/format");
        if (strings != null) {
            node.strings = node.strings.and(strings);
        }
    }

    private void addExpression(SchemaNode node, String keyword, String expression) {
        StringSet matching = matching(node, keyword, expression);
        if (matching != null) {
            node.strings = node.strings.and(matching);
        }
    }

    /// The strings that a regular expression matches; null where it is not supported, which is
    /// reported.
    private StringSet matching(SchemaNode node, String keyword, String expression) {
        StringSet known = expressions.get(expression);
        if (known != null) {
            return known;
        }
        try {
            String pointer = node.pointer + "/" + SchemaDocument.escape(keyword);
            StringSet matching = Patterns.matching(expression, keyword, pointer);
            expressions.put(expression, matching);
            return matching;
        } catch (UnsupportedRegexException e) {
            report(
                    node,
                    keyword,
                    "the regular expression has " + e.getMessage(),
                    "write it without, or use enum, or minLength and maxLength");
            return null;
        }
    }

    private void readPrefixItems(SchemaNode node, JsonNode value) {
        if (since(node, "prefixItems", Draft.DRAFT_2020_12)) {
            node.prefixItems.addAll(children(node, "prefixItems", value));
        }
    }

    private void readItems(SchemaNode node, JsonNode value) {
        if (!value.isArray()) {
            node.items = child(node, "items", value);
        } else if (node.draft().isBefore(Draft.DRAFT_2020_12)) {
            node.prefixItems.addAll(elements(node, "items", value));
        } else {
            throw invalid(
                    node,
                    "items",
                    "an array is no schema in 2020-12; write prefixItems, or name an older draft"
                            + " in $schema");
        }
    }

    // Beside a single schema in `items`, and in 2020-12, it says nothing.
    private void readAdditionalItems(SchemaNode node, JsonNode value) {
        JsonNode items = node.json.get("items");
        if (node.draft().isBefore(Draft.DRAFT_2020_12) && items != null && items.isArray()) {
            node.items = child(node, "additionalItems", value);
        }
    }

    // Up to draft-07 nothing says how many.
    private void readContains(SchemaNode node, JsonNode value) {
        if (!since(node, "contains", Draft.DRAFT_06)) {
            return;
        }
        boolean counted = !node.draft().isBefore(Draft.DRAFT_2019_09);
        JsonNode least = counted ? node.json.get("minContains") : null;
        JsonNode most = counted ? node.json.get("maxContains") : null;
        long minimum = least == null ? 1 : count(node, "minContains", least);
        long maximum = most == null ? ArrayShape.UNBOUNDED : count(node, "maxContains", most);
        SchemaNode schema = child(node, "contains", value);
        // In 2019-09 it says nothing of the elements it finds.
        node.evaluatedItems = node.draft() == Draft.DRAFT_2020_12 ? schema : null;
        if (minimum > 0 || maximum != ArrayShape.UNBOUNDED) {
            node.contains.add(new Contains(schema, 0, minimum, maximum));
        }
    }

    private void readUnevaluatedItems(SchemaNode node, JsonNode value) {
        if (since(node, "unevaluatedItems", Draft.DRAFT_2019_09)) {
            node.unevaluatedItems = child(node, "unevaluatedItems", value);
        }
    }

    private static boolean flag(SchemaNode node, String keyword, JsonNode value) {
        if (!value.isBoolean()) {
            throw invalid(node, keyword, "not a boolean; write true or false");
        }
        return value.booleanValue();
    }

    private void readProperties(SchemaNode node, JsonNode value) {
        if (!value.isObject()) {
            throw invalid(node, "properties", "not an object; name the properties");
        }
        for (Map.Entry<String, JsonNode> property : value.properties()) {
            checkName(node, "properties", property.getKey());
            node.properties.put(property.getKey(), member(node, "properties", property));
        }
    }

    private void readRequired(SchemaNode node, JsonNode value) {
        node.required.addAll(names(node, "required", value));
    }

    private List<String> names(SchemaNode node, String keyword, JsonNode value) {
        if (!value.isArray()) {
            throw invalid(node, keyword, "not an array; list the names");
        }
        List<String> names = new ArrayList<>();
        for (JsonNode name : value) {
            if (!name.isString()) {
                throw invalid(node, keyword, name + " is not a name; list strings");
            }
            checkName(node, keyword, name.stringValue());
            names.add(name.stringValue());
        }
        return names;
    }

    private void checkName(SchemaNode node, String keyword, String name) {
        if (CanonicalJson.characters(name) == null) {
            report(node, keyword, "a name holds a lone surrogate", "leave that name out");
        }
    }

    private void readPatternProperties(SchemaNode node, JsonNode value) {
        String keyword = "patternProperties";
        if (!value.isObject()) {
            throw invalid(node, keyword, "not an object; write a pattern for each schema");
        }
        for (Map.Entry<String, JsonNode> property : value.properties()) {
            StringSet names = matching(node, keyword, property.getKey());
            SchemaNode schema = member(node, keyword, property);
            if (names != null) {
                node.patternProperties.add(new SchemaNode.PatternProperty(names, schema));
            }
        }
    }

    private void readPropertyNames(SchemaNode node, JsonNode value) {
        if (since(node, "propertyNames", Draft.DRAFT_06)) {
            node.propertyNames = child(node, "propertyNames", value);
        }
    }

    private void readUnevaluatedProperties(SchemaNode node, JsonNode value) {
        if (since(node, "unevaluatedProperties", Draft.DRAFT_2019_09)) {
            node.unevaluatedProperties = child(node, "unevaluatedProperties", value);
        }
    }

    // `then` and `else` say nothing without `if`.
    private void readConditional(SchemaNode node, String name, JsonNode value) {
        if (name.equals("if") && since(node, name, Draft.DRAFT_07)) {
            JsonNode then = node.json.get("then");
            JsonNode otherwise = node.json.get("else");
            node.conditional =
                    new SchemaNode.Conditional(
                            child(node, name, value),
                            then == null ? null : child(node, "then", then),
                            otherwise == null ? null : child(node, "else", otherwise));
        }
    }

    // Older than the two keywords it was divided into, and still understood beside them.
    private void readDependencies(SchemaNode node, JsonNode value) {
        for (Map.Entry<String, JsonNode> dependency : dependencies(node, "dependencies", value)) {
            if (dependency.getValue().isArray()) {
                addDependentNames(node, "dependencies", dependency);
            } else {
                SchemaNode schema = member(node, "dependencies", dependency);
                node.dependentSchemas.merge(dependency.getKey(), schema, this::both);
            }
        }
    }

    private void readDependentRequired(SchemaNode node, JsonNode value) {
        String keyword = "dependentRequired";
        if (since(node, keyword, Draft.DRAFT_2019_09)) {
            for (Map.Entry<String, JsonNode> dependency : dependencies(node, keyword, value)) {
                addDependentNames(node, keyword, dependency);
            }
        }
    }

    private void readDependentSchemas(SchemaNode node, JsonNode value) {
        String keyword = "dependentSchemas";
        if (since(node, keyword, Draft.DRAFT_2019_09)) {
            for (Map.Entry<String, JsonNode> dependency : dependencies(node, keyword, value)) {
                SchemaNode schema = member(node, keyword, dependency);
                node.dependentSchemas.merge(dependency.getKey(), schema, this::both);
            }
        }
    }

    private SchemaNode both(SchemaNode first, SchemaNode second) {
        SchemaNode both = document.made(second.pointer);
        both.allOf.add(first);
        both.allOf.add(second);
        return both;
    }

    private Set<Map.Entry<String, JsonNode>> dependencies(
            SchemaNode node, String keyword, JsonNode value) {
        if (!value.isObject()) {
            throw invalid(node, keyword, "not an object; name the properties that others need");
        }
        value.propertyNames().forEach(name -> checkName(node, keyword, name));
        return value.properties();
    }

    private void addDependentNames(
            SchemaNode node, String keyword, Map.Entry<String, JsonNode> dependency) {
        Set<String> names =
                node.dependentRequired.computeIfAbsent(
                        dependency.getKey(), none -> new LinkedHashSet<>());
        names.addAll(names(node, keyword, dependency.getValue()));
    }

    private SchemaNode member(SchemaNode node, String keyword, Map.Entry<String, JsonNode> member) {
        String name = SchemaDocument.escape(member.getKey());
        return document.inside(node, "/" + keyword + "/" + name, member.getValue());
    }

    private void readReference(SchemaNode node, String keyword, JsonNode value) {
        if (!value.isString()) {
            throw invalid(node, keyword, "not a string; write a reference such as #/$defs/name");
        }
        SchemaNode target = document.references().follow(node, keyword, value.stringValue());
        if (node.reference == null) {
            node.reference = target;
        } else if (target != null) {
            node.allOf.add(target);
        }
    }

    private void readRecursiveReference(SchemaNode node, JsonNode value) {
        if (node.draft() != Draft.DRAFT_2019_09) {
            reportMeaningless(
                    node,
                    "$recursiveRef",
                    "'$recursiveRef' is a keyword of 2019-09 only",
                    "use $dynamicRef, or $ref");
        } else if (!value.isString() || !value.stringValue().equals("#")) {
            throw invalid(node, "$recursiveRef", "'#' is the only value it can have");
        } else {
            readReference(node, "$recursiveRef", value);
        }
    }

    private SchemaNode child(SchemaNode node, String keyword, JsonNode value) {
        return document.inside(node, "/" + keyword, value);
    }

    private List<SchemaNode> children(SchemaNode node, String keyword, JsonNode value) {
        if (!value.isArray() || value.isEmpty()) {
            throw invalid(node, keyword, "not an array of schemas; list at least one");
        }
        return elements(node, keyword, value);
    }

    private List<SchemaNode> elements(SchemaNode node, String keyword, JsonNode value) {
        List<SchemaNode> children = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            children.add(document.inside(node, "/" + keyword + "/" + i, value.get(i)));
        }
        return children;
    }

    private long count(SchemaNode node, String name, JsonNode value) {
        boolean whole =
                value.isNumber()
                        && value.decimalValue().signum() >= 0
                        && Types.of(value) == Types.INTEGER;
        if (!whole) {
            throw invalid(node, name, value + " is not a count; write a whole number from 0");
        }
        BigDecimal count = value.decimalValue();
        return count.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) >= 0
                ? Long.MAX_VALUE
                : count.longValue();
    }

    private boolean since(SchemaNode node, String keyword, Draft first) {
        if (node.draft().isBefore(first)) {
            reportMeaningless(
                    node,
                    keyword,
                    "'" + keyword + "' is no keyword of " + node.draft(),
                    "name " + first + " or later in $schema");
            return false;
        }
        return true;
    }

    private void report(SchemaNode node, String keyword, String reason, String suggestion) {
        String pointer = node.pointer + "/" + SchemaDocument.escape(keyword);
        document.report(keyword, pointer, reason, suggestion);
    }

    // What the draft gives no meaning is not validated, either.
    private void reportMeaningless(SchemaNode node, String name, String reason, String suggestion) {
        String pointer = node.pointer + "/" + SchemaDocument.escape(name);
        document.reportBeyondValidation(name, pointer, reason, suggestion);
    }

    private static InvalidSchemaException invalid(SchemaNode node, String keyword, String text) {
        return new InvalidSchemaException("schema " + node.pointer + "/" + keyword + ": " + text);
    }
}

package dev.talaria.datasets.synthetic;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A field that documents tell: its name and schema, how documents call it, and how it is drawn.
///
/// @param optional documents may be without it
record Attribute(
        String name,
        List<String> labels,
        ObjectNode schema,
        boolean optional,
        Function<Vocabulary, Drawn> draw) {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /// A value, and how a document spells it.
    record Drawn(JsonNode value, String spelling) {

        static Drawn text(String text) {
            return new Drawn(JSON.stringNode(text), text);
        }
    }

    Attribute asOptional() {
        return new Attribute(name, labels, schema, true, draw);
    }

    static Attribute text(String name, String labels, Function<Vocabulary, String> draw) {
        return of(name, labels, type("string"), v -> Drawn.text(draw.apply(v)));
    }

    static Attribute choice(String name, String labels, String... values) {
        ObjectNode schema = type("string");
        ArrayNode list = schema.putArray("enum");
        List.of(values).forEach(list::add);
        return of(name, labels, schema, v -> Drawn.text(v.oneOf(values)));
    }

    static Attribute integer(String name, String labels, int from, int below) {
        ObjectNode schema = type("integer").put("minimum", from).put("maximum", below - 1);
        return of(
                name,
                labels,
                schema,
                v -> {
                    int number = v.random().nextInt(from, below);
                    return new Drawn(JSON.numberNode(number), Integer.toString(number));
                });
    }

    static Attribute amount(String name, String labels, int below) {
        return of(
                name,
                labels,
                type("number"),
                v -> {
                    BigDecimal amount = v.amount(below);
                    return new Drawn(JSON.numberNode(amount), v.spelled(amount));
                });
    }

    static Attribute date(String name, String labels) {
        return of(
                name,
                labels,
                type("string").put("format", "date"),
                v -> {
                    LocalDate date = v.date();
                    return new Drawn(JSON.stringNode(date.toString()), v.spelled(date));
                });
    }

    static Attribute flag(String name, String labels) {
        return of(
                name,
                labels,
                type("boolean"),
                v -> {
                    boolean flag = v.random().nextBoolean();
                    return new Drawn(JSON.booleanNode(flag), flag ? "yes" : "no");
                });
    }

    /// Up to four different texts.
    static Attribute list(String name, String labels, Words words) {
        ObjectNode schema = type("array");
        schema.putObject("items").put("type", "string");
        return of(
                name,
                labels,
                schema,
                v -> {
                    ArrayNode values = JSON.arrayNode();
                    List<String> seen = new ArrayList<>();
                    for (int i = v.random().nextInt(1, 5); i > 0; i--) {
                        String word = v.pick(words);
                        if (!seen.contains(word)) {
                            seen.add(word);
                            values.add(word);
                        }
                    }
                    return new Drawn(values, String.join(", ", seen));
                });
    }

    /// A postal address in its parts.
    static Attribute address(String name, String labels) {
        ObjectNode schema = type("object");
        ObjectNode parts = schema.putObject("properties");
        schema.putArray("required").add("street").add("city").add("postcode");
        schema.put("additionalProperties", false);
        for (String part : List.of("street", "city", "postcode")) {
            parts.putObject(part).put("type", "string");
        }
        return of(
                name,
                labels,
                schema,
                v -> {
                    ObjectNode value = JSON.objectNode();
                    String street = v.address();
                    String city = v.pick(Vocabulary.CITIES);
                    String postcode = "%05d".formatted(v.random().nextInt(1_000, 99_999));
                    value.put("street", street).put("city", city).put("postcode", postcode);
                    return new Drawn(value, street + ", " + postcode + " " + city);
                });
    }

    private static Attribute of(
            String name, String labels, ObjectNode schema, Function<Vocabulary, Drawn> draw) {
        return new Attribute(name, List.of(labels.split("\\|")), schema, false, draw);
    }

    static ObjectNode type(String type) {
        return JSON.objectNode().put("type", type);
    }
}

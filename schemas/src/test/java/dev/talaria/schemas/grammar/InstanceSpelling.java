package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// Looks for an order of members in which a grammar accepts a value.
final class InstanceSpelling {

    private static final int MAX_ATTEMPTS = 5_000;

    private final Recognizer recognizer;
    private final List<List<String>> orders = new ArrayList<>();
    private int attempts;

    private InstanceSpelling(Recognizer recognizer, JsonNode schema) {
        this.recognizer = recognizer;
        note(schema);
    }

    private void note(JsonNode schema) {
        for (JsonNode properties : schema.findValues("properties")) {
            orders.add(List.copyOf(properties.propertyNames()));
        }
        for (JsonNode child : schema) {
            note(child);
        }
    }

    // The order of the schema that knows most of the members; unknown ones last.
    private Comparator<Map.Entry<String, JsonNode>> order(JsonNode object) {
        List<String> best = List.of();
        long known = 0;
        for (List<String> order : orders) {
            long common = order.stream().filter(object::has).count();
            best = common > known ? order : best;
            known = Math.max(common, known);
        }
        List<String> names = best;
        return Comparator.comparingInt(member ->
                names.contains(member.getKey()) ? names.indexOf(member.getKey()) : names.size());
    }

    /// Whether the grammar of a schema has the value in any order of its members: first as they
    /// are, then as the schema names them, and around either a while.
    static boolean isAccepted(Grammar grammar, JsonNode schema, JsonNode value) {
        return new InstanceSpelling(grammar.start(), SharedData.JSON.createObjectNode())
                        .accepts(value)
                || new InstanceSpelling(grammar.start(), schema).accepts(value);
    }

    private boolean accepts(JsonNode value) {
        return put(value, recognizer::isComplete);
    }

    private boolean put(JsonNode value, BooleanSupplier then) {
        return switch (value.getNodeType()) {
            case OBJECT -> {
                List<Map.Entry<String, JsonNode>> members = new ArrayList<>(value.properties());
                members.sort(order(value));
                yield octets("{", () -> members(members, true, then));
            }
            case ARRAY -> octets("[", () -> elements(value, 0, then));
            case NULL, BOOLEAN, STRING, NUMBER, BINARY, POJO, MISSING -> {
                byte[] text = CanonicalJson.of(value);
                yield text != null && octets(text, then);
            }
        };
    }

    private boolean elements(JsonNode array, int index, BooleanSupplier then) {
        if (index == array.size()) {
            return octets("]", then);
        }
        BooleanSupplier put = () -> put(array.get(index), () -> elements(array, index + 1, then));
        return index == 0 ? put.getAsBoolean() : octets(", ", put);
    }

    private boolean members(
            List<Map.Entry<String, JsonNode>> left, boolean first, BooleanSupplier then) {
        if (left.isEmpty()) {
            return octets("}", then);
        }
        for (Map.Entry<String, JsonNode> member : left) {
            if (++attempts > MAX_ATTEMPTS) {
                return false;
            }
            byte[] name = CanonicalJson.characters(member.getKey());
            List<Map.Entry<String, JsonNode>> rest = new ArrayList<>(left);
            rest.remove(member);
            BooleanSupplier value = () -> put(member.getValue(), () -> members(rest, false, then));
            if (name != null
                    && octets(
                            first ? "\"" : ", \"",
                            () -> octets(name, () -> octets("\": ", value)))) {
                return true;
            }
        }
        return false;
    }

    private boolean octets(String text, BooleanSupplier then) {
        return octets(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), then);
    }

    private boolean octets(byte[] text, BooleanSupplier then) {
        int pushed = 0;
        while (pushed < text.length && recognizer.push(text[pushed] & 0xFF)) {
            pushed++;
        }
        boolean accepted = pushed == text.length && then.getAsBoolean();
        recognizer.pop(pushed);
        return accepted;
    }
}

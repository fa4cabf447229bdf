package dev.talaria.eval.schema;

import dev.talaria.schemas.grammar.CanonicalJson;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.PropertyOrder;
import dev.talaria.schemas.grammar.Recognizer;
import dev.talaria.schemas.grammar.Spelling;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Spells instances as grammars do, members in an order that the grammar accepts where there is
/// one. Where members may come in any order they stay as they are, and where there may be white
/// space there is as much as in an indented text.
final class InstanceSpelling {

    // Where a long value goes wrong at its end, every attempt is long.
    private static final int MAX_ATTEMPTS = 5_000;
    private static final long MAX_OCTETS = 200_000;

    /// Which of several lists of properties comes first, where several schemas apply to an object.
    private enum Turn {
        BEST_KNOWING,
        LEAST_KNOWING,
        AS_WRITTEN,
        AS_GIVEN
    }

    private Turn turn = Turn.BEST_KNOWING;
    private final GrammarOptions options;
    private final List<List<String>> orders = new ArrayList<>();
    private Recognizer recognizer;
    private byte[] text = new byte[1_024];
    private int length;
    private int attempts;
    private long octets;
    private boolean cut;

    /// Spells as usual.
    ///
    /// @param schema names the orders to try
    InstanceSpelling(JsonNode schema) {
        this(schema, GrammarOptions.DEFAULT);
    }

    /// @param schema names the orders to try
    /// @param options of the grammars
    InstanceSpelling(JsonNode schema, GrammarOptions options) {
        this.options = options;
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

    /// The spelling with members in the order of the schema that knows most of them; empty where a
    /// string holds a lone surrogate or a number has too many digits.
    Optional<String> ordered(JsonNode value) {
        return spelled(anyOrder() ? value : reordered(value));
    }

    private boolean anyOrder() {
        return options.order() == PropertyOrder.ANY;
    }

    private Optional<String> spelled(JsonNode value) {
        byte[] shortest = CanonicalJson.of(value, options.spelling());
        if (shortest == null) {
            return Optional.empty();
        }
        return Optional.of(
                gap(0).isEmpty()
                        ? new String(shortest, StandardCharsets.UTF_8)
                        : indented(value, 0));
    }

    private String indented(JsonNode value, int depth) {
        if (value.isEmpty() || !value.isContainer()) {
            return new String(CanonicalJson.of(value), StandardCharsets.UTF_8);
        }
        List<String> parts = new ArrayList<>();
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            byte[] name = CanonicalJson.characters(member.getKey());
            String key = "\"" + new String(name, StandardCharsets.UTF_8) + "\":" + separation();
            parts.add(key + indented(member.getValue(), depth + 1));
        }
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            parts.add(indented(value.get(i), depth + 1));
        }
        String inside = gap(depth + 1);
        String text = inside + String.join("," + inside, parts) + gap(depth);
        return value.isObject() ? "{" + text + "}" : "[" + text + "]";
    }

    // A line break and two spaces a level, as far as there may be so much.
    private String gap(int depth) {
        return switch (options.spelling()) {
            case Spelling.SingleSpace(), Spelling.Compact() -> "";
            case Spelling.Flexible(int most) ->
                    most == 0 ? "" : "\n" + " ".repeat(Math.min(most - 1, 2 * depth));
        };
    }

    private String separation() {
        return gap(0).isEmpty() ? options.spelling().separation() : " ";
    }

    private JsonNode reordered(JsonNode value) {
        if (value.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            value.forEach(element -> array.add(reordered(element)));
            return array;
        }
        if (value.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            members(value).forEach(each -> object.set(each.getKey(), reordered(each.getValue())));
            return object;
        }
        return value;
    }

    /// A spelling that the grammar accepts: members as they are, as the schema orders them, or in
    /// another order; empty where none was found.
    Optional<String> accepted(Grammar grammar, JsonNode value) {
        Optional<String> found = spelled(value).filter(text -> accepts(grammar, text));
        // One turn that tried every order leaves none to the others.
        cut = !anyOrder();
        for (Turn each : Turn.values()) {
            if (found.isEmpty() && cut) {
                turn = each;
                cut = false;
                found = search(grammar, value);
            }
        }
        turn = Turn.BEST_KNOWING;
        return found;
    }

    private static boolean accepts(Grammar grammar, String text) {
        Recognizer recognizer = grammar.start();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (!recognizer.push(octet & 0xFF)) {
                return false;
            }
        }
        return recognizer.isComplete();
    }

    private Optional<String> search(Grammar grammar, JsonNode value) {
        recognizer = grammar.start();
        length = 0;
        attempts = 0;
        octets = 0;
        String[] found = new String[1];
        boolean accepted =
                put(
                        value,
                        () -> {
                            found[0] = new String(text, 0, length, StandardCharsets.UTF_8);
                            return recognizer.isComplete();
                        });
        return accepted ? Optional.of(found[0]) : Optional.empty();
    }

    private List<Map.Entry<String, JsonNode>> members(JsonNode object) {
        List<String> names = new ArrayList<>();
        for (List<String> order : inTurn(object)) {
            order.stream().filter(name -> !names.contains(name)).forEach(names::add);
        }
        List<Map.Entry<String, JsonNode>> members = new ArrayList<>(object.properties());
        members.sort(
                Comparator.comparingInt(member ->
                        names.contains(member.getKey())
                                ? names.indexOf(member.getKey())
                                : names.size()));
        return members;
    }

    // The lists of properties that know any of the members, in the order they are tried in.
    private List<List<String>> inTurn(JsonNode object) {
        Comparator<List<String>> byShare =
                Comparator.comparingLong(order -> -order.stream().filter(object::has).count());
        List<List<String>> knowing =
                orders.stream().filter(order -> order.stream().anyMatch(object::has)).toList();
        return switch (turn) {
            case BEST_KNOWING -> knowing.stream().sorted(byShare).toList();
            case LEAST_KNOWING -> knowing.stream().sorted(byShare.reversed()).toList();
            case AS_WRITTEN -> knowing;
            case AS_GIVEN -> List.of();
        };
    }

    private boolean put(JsonNode value, BooleanSupplier then) {
        if (value.isObject()) {
            return octets("{", () -> members(members(value), true, then));
        }
        if (value.isArray()) {
            return octets("[", () -> elements(value, 0, then));
        }
        byte[] scalar = CanonicalJson.of(value);
        return scalar != null && octets(scalar, then);
    }

    private boolean elements(JsonNode array, int index, BooleanSupplier then) {
        if (index == array.size()) {
            return octets("]", then);
        }
        BooleanSupplier put = () -> put(array.get(index), () -> elements(array, index + 1, then));
        return index == 0 ? put.getAsBoolean() : octets("," + separation(), put);
    }

    private boolean members(
            List<Map.Entry<String, JsonNode>> left, boolean first, BooleanSupplier then) {
        if (left.isEmpty()) {
            return octets("}", then);
        }
        for (Map.Entry<String, JsonNode> member : left) {
            if (++attempts > MAX_ATTEMPTS || octets > MAX_OCTETS + 20L * text.length) {
                cut = true;
                return false;
            }
            byte[] name = CanonicalJson.characters(member.getKey());
            List<Map.Entry<String, JsonNode>> rest = new ArrayList<>(left);
            rest.remove(member);
            BooleanSupplier value = () -> put(member.getValue(), () -> members(rest, false, then));
            BooleanSupplier key = () -> octets(name, () -> octets("\":" + separation(), value));
            if (name != null && octets(first ? "\"" : "," + separation() + "\"", key)) {
                return true;
            }
        }
        return false;
    }

    private boolean octets(String part, BooleanSupplier then) {
        return octets(part.getBytes(StandardCharsets.UTF_8), then);
    }

    private boolean octets(byte[] part, BooleanSupplier then) {
        int pushed = 0;
        while (pushed < part.length && recognizer.push(part[pushed] & 0xFF)) {
            pushed++;
        }
        octets += pushed;
        boolean accepted = false;
        if (pushed == part.length) {
            append(part);
            accepted = then.getAsBoolean();
            length -= part.length;
        }
        recognizer.pop(pushed);
        return accepted;
    }

    private void append(byte[] part) {
        if (length + part.length > text.length) {
            text = Arrays.copyOf(text, 2 * (length + part.length));
        }
        System.arraycopy(part, 0, text, length, part.length);
        length += part.length;
    }
}

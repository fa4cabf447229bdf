package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// Spells a value as a grammar with some options has it, and where members come in order looks for
/// an order that the grammar accepts.
final class InstanceSpelling {

    // Where a long value goes wrong at its end, every attempt is long.
    private static final int MAX_ATTEMPTS = 5_000;
    private static final long MAX_OCTETS = 200_000;

    private final Recognizer recognizer;
    private final GrammarOptions options;
    private final RandomGenerator random;
    private final List<List<String>> orders = new ArrayList<>();
    private int attempts;
    private long octets;
    private boolean cut;

    private InstanceSpelling(
            Recognizer recognizer,
            GrammarOptions options,
            RandomGenerator random,
            JsonNode schema) {
        this.recognizer = recognizer;
        this.options = options;
        this.random = random;
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

    /// Whether the grammar of a schema, with the usual options, has the value in any order of its
    /// members: first as they are, then as the schema names them, and around either a while.
    static boolean isAccepted(Grammar grammar, JsonNode schema, JsonNode value) {
        return isAccepted(grammar, GrammarOptions.DEFAULT, null, schema, value);
    }

    /// As [#isAccepted(Grammar, JsonNode, JsonNode)], with options. Where members come in any order
    /// they are put into a random one, and where there may be white space there is some.
    static boolean isAccepted(
            Grammar grammar,
            GrammarOptions options,
            RandomGenerator random,
            JsonNode schema,
            JsonNode value) {
        if (options.order() == PropertyOrder.ANY) {
            return Walk.accepts(grammar, spelled(options, random, value));
        }
        JsonNode none = SharedData.JSON.createObjectNode();
        InstanceSpelling asItIs = new InstanceSpelling(grammar.start(), options, random, none);
        // Where every order was tried, no other way to begin finds one.
        return asItIs.accepts(value)
                || asItIs.cut
                        && new InstanceSpelling(grammar.start(), options, random, schema)
                                .accepts(value);
    }

    /// The value with its members in a random order, and some white space where there may be any.
    static String spelled(GrammarOptions options, RandomGenerator random, JsonNode value) {
        JsonNode none = SharedData.JSON.createObjectNode();
        return new InstanceSpelling(null, options, random, none).spelled(value);
    }

    private String spelled(JsonNode value) {
        if (value.isObject()) {
            List<String> members = new ArrayList<>();
            for (Map.Entry<String, JsonNode> member : value.properties()) {
                String name = utf8(CanonicalJson.characters(member.getKey()));
                String text = spelled(member.getValue());
                members.add("\"" + name + "\"" + space() + ":" + separation() + text + space());
            }
            Collections.shuffle(members, new Random(random.nextLong()));
            return "{" + space() + String.join("," + separation(), members) + "}";
        }
        if (value.isArray()) {
            List<String> elements = new ArrayList<>();
            value.forEach(element -> elements.add(spelled(element) + space()));
            return "[" + space() + String.join("," + separation(), elements) + "]";
        }
        return utf8(CanonicalJson.of(value));
    }

    private static String utf8(byte[] octets) {
        return new String(octets, StandardCharsets.UTF_8);
    }

    private String separation() {
        return options.spelling().separation() + space();
    }

    private String space() {
        return switch (options.spelling()) {
            case Spelling.SingleSpace(), Spelling.Compact() -> "";
            case Spelling.Flexible(int most) -> {
                StringBuilder space = new StringBuilder();
                for (int i = random.nextInt(most + 1); i > 0; i--) {
                    space.append(" \n\t".charAt(random.nextInt(3)));
                }
                yield space.toString();
            }
        };
    }

    private boolean accepts(JsonNode value) {
        return put(value, recognizer::isComplete);
    }

    private boolean put(JsonNode value, BooleanSupplier then) {
        return switch (value.getNodeType()) {
            case OBJECT -> {
                List<Map.Entry<String, JsonNode>> members = new ArrayList<>(value.properties());
                members.sort(order(value));
                yield octets("{" + space(), () -> members(members, true, then));
            }
            case ARRAY -> octets("[" + space(), () -> elements(value, 0, then));
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
        BooleanSupplier rest = () -> octets(space(), () -> elements(array, index + 1, then));
        BooleanSupplier put = () -> put(array.get(index), rest);
        return index == 0 ? put.getAsBoolean() : octets("," + separation(), put);
    }

    private boolean members(
            List<Map.Entry<String, JsonNode>> left, boolean first, BooleanSupplier then) {
        if (left.isEmpty()) {
            return octets("}", then);
        }
        for (Map.Entry<String, JsonNode> member : left) {
            if (++attempts > MAX_ATTEMPTS || octets > MAX_OCTETS) {
                cut = true;
                return false;
            }
            byte[] name = CanonicalJson.characters(member.getKey());
            List<Map.Entry<String, JsonNode>> rest = new ArrayList<>(left);
            rest.remove(member);
            BooleanSupplier further = () -> octets(space(), () -> members(rest, false, then));
            BooleanSupplier value = () -> put(member.getValue(), further);
            String colon = "\"" + space() + ":" + separation();
            BooleanSupplier key = () -> octets(name, () -> octets(colon, value));
            if (name != null && octets(first ? "\"" : "," + separation() + "\"", key)) {
                return true;
            }
        }
        return false;
    }

    private boolean octets(String text, BooleanSupplier then) {
        return octets(text.getBytes(StandardCharsets.UTF_8), then);
    }

    private boolean octets(byte[] text, BooleanSupplier then) {
        int pushed = 0;
        while (pushed < text.length && recognizer.push(text[pushed] & 0xFF)) {
            pushed++;
        }
        octets += pushed;
        boolean accepted = pushed == text.length && then.getAsBoolean();
        recognizer.pop(pushed);
        return accepted;
    }
}

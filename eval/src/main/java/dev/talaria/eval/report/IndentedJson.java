package dev.talaria.eval.report;

import dev.talaria.eval.suite.AnswerJson;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// JSON with a member on a line, and answers brought into that form where they hold JSON.
final class IndentedJson {

    private static final int SHORT = 60;
    private static final Pattern CALL =
            Pattern.compile("<tool_call>(.*?)</tool_call>", Pattern.DOTALL);

    private static final JsonMapper MAPPER = AnswerJson.MAPPER;

    private IndentedJson() {}

    /// The JSON that a text is, or that its tool calls are together; empty where it holds none.
    static Optional<JsonNode> in(String text) {
        Optional<JsonNode> whole = parsed(text);
        if (whole.isPresent()) {
            return whole;
        }
        List<JsonNode> calls = new ArrayList<>();
        Matcher call = CALL.matcher(text);
        while (call.find()) {
            Optional<JsonNode> one = parsed(call.group(1));
            if (one.isEmpty()) {
                return Optional.empty();
            }
            calls.add(one.get());
        }
        return calls.isEmpty()
                ? Optional.empty()
                : Optional.of(MAPPER.createArrayNode().addAll(calls));
    }

    private static Optional<JsonNode> parsed(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node == null || !node.isContainer() ? Optional.empty() : Optional.of(node);
        } catch (JacksonException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// The text of a value; that of a string is its characters.
    static String of(JsonNode value) {
        return value.isString() ? value.stringValue() : like(value, null);
    }

    /// The text of a value, with members in the order another has them, as far as it has.
    static String like(JsonNode value, @Nullable JsonNode other) {
        StringBuilder out = new StringBuilder();
        write(value, other, "", out);
        return out.toString();
    }

    private static void write(
            JsonNode value, @Nullable JsonNode other, String indent, StringBuilder out) {
        String line = value.toString();
        boolean isFlat = line.length() <= SHORT && isFlat(value);
        if (value.isObject() && !value.isEmpty()) {
            String separator = "{";
            for (String name : names(value, other)) {
                out.append(separator)
                        .append(
                                isFlat && separator.equals("{")
                                        ? ""
                                        : isFlat ? " " : "\n" + indent + "  ");
                out.append(quoted(name)).append(": ");
                write(value.get(name), other == null ? null : other.get(name), indent + "  ", out);
                separator = ",";
            }
            out.append(isFlat ? "}" : "\n" + indent + "}");
        } else if (value.isArray() && !value.isEmpty()) {
            String separator = "[";
            for (int i = 0; i < value.size(); i++) {
                out.append(separator)
                        .append(
                                isFlat && separator.equals("[")
                                        ? ""
                                        : isFlat ? " " : "\n" + indent + "  ");
                write(value.get(i), other == null ? null : other.get(i), indent + "  ", out);
                separator = ",";
            }
            out.append(isFlat ? "]" : "\n" + indent + "]");
        } else {
            out.append(value.isBigDecimal() ? value.decimalValue().toPlainString() : line);
        }
    }

    // Objects of one member and arrays of scalars fit on a line.
    private static boolean isFlat(JsonNode value) {
        if (value.isObject() && value.size() > 1) {
            return false;
        }
        for (JsonNode child : value) {
            if (child.isContainer()) {
                return false;
            }
        }
        return true;
    }

    private static Set<String> names(JsonNode value, @Nullable JsonNode other) {
        Set<String> names = new LinkedHashSet<>();
        if (other != null && other.isObject()) {
            names.addAll(other.propertyNames());
            names.retainAll(new LinkedHashSet<>(value.propertyNames()));
        }
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            names.add(member.getKey());
        }
        return names;
    }

    private static String quoted(String name) {
        return MAPPER.getNodeFactory().stringNode(name).toString();
    }
}

package dev.talaria.eval.extraction;

import dev.talaria.eval.suite.AnswerJson;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// JSON of answers, gold fields and schemas.
final class FieldJson {

    private static final Pattern FENCE =
            Pattern.compile("\\s*```(?:json)?\\s*\\n(.*?)\\n?\\s*```\\s*", Pattern.DOTALL);

    private static final JsonMapper MAPPER = AnswerJson.MAPPER;

    private FieldJson() {}

    /// One JSON value and nothing else.
    ///
    /// @throws IllegalArgumentException saying where it is none
    static JsonNode parse(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node == null || node.isMissingNode()) {
                throw new IllegalArgumentException("there is no text");
            }
            return node;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "line %d, column %d: %s"
                            .formatted(
                                    e.getLocation().getLineNr(),
                                    e.getLocation().getColumnNr(),
                                    finding(e)),
                    e);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "a number's exponent has more digits than are read", e);
        }
    }

    private static String finding(JacksonException e) {
        String message = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
        // The library adds where it read from, which is always a string.
        int source = message.indexOf(" (for ");
        return source < 0 ? message : message.substring(0, source);
    }

    /// The text of an answer without a Markdown fence that is around all of it.
    static String unfenced(String answer) {
        Matcher fence = FENCE.matcher(answer);
        return fence.matches() ? fence.group(1) : answer;
    }

    /// A tree without members that are null. Files with types have them where a row has none.
    static JsonNode withoutNulls(JsonNode node) {
        if (node.isObject()) {
            ObjectNode object = MAPPER.createObjectNode();
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                if (!member.getValue().isNull()) {
                    object.set(member.getKey(), withoutNulls(member.getValue()));
                }
            }
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = MAPPER.createArrayNode();
            node.forEach(element -> array.add(withoutNulls(element)));
            return array;
        }
        return node;
    }

    /// JSON on one line with a space after `,` and `:`, as models were trained on it.
    static String oneLine(@Nullable JsonNode node) {
        if (node == null) {
            return "null";
        }
        if (node.isObject()) {
            StringJoiner members = new StringJoiner(", ", "{", "}");
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                String name = MAPPER.getNodeFactory().stringNode(member.getKey()).toString();
                members.add(name + ": " + oneLine(member.getValue()));
            }
            return members.toString();
        }
        if (node.isArray()) {
            StringJoiner elements = new StringJoiner(", ", "[", "]");
            node.forEach(element -> elements.add(oneLine(element)));
            return elements.toString();
        }
        return node.isBigDecimal() ? node.decimalValue().toPlainString() : node.toString();
    }
}

package dev.talaria.datasets.synthetic;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

import java.util.Map;
import java.util.StringJoiner;

/// JSON on one line with a space after `,` and `:`, as the models were trained on it.
final class Spelling {

    private Spelling() {}

    static String of(JsonNode node) {
        if (node.isObject()) {
            StringJoiner members = new StringJoiner(", ", "{", "}");
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                members.add(name(member.getKey()) + ": " + of(member.getValue()));
            }
            return members.toString();
        }
        if (node instanceof ArrayNode array) {
            StringJoiner elements = new StringJoiner(", ", "[", "]");
            array.forEach(element -> elements.add(of(element)));
            return elements.toString();
        }
        return node.isBigDecimal() ? node.decimalValue().toPlainString() : node.toString();
    }

    private static String name(String name) {
        return JsonNodeFactory.instance.stringNode(name).toString();
    }
}

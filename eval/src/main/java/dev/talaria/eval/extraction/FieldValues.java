package dev.talaria.eval.extraction;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The values of a JSON tree by field.
///
/// A field is a path: `total`, `address.city`, `lines[].price`, where `[]` stands for every element
/// of an array, so values of all elements belong to one field and their order does not count. What
/// is null, blank, or an empty object or array is not there.
final class FieldValues {

    /// The field of a document whose gold or answer is a scalar.
    static final String WHOLE = "(value)";

    private FieldValues() {}

    /// Every scalar that is there, by field, in the tree's order.
    static Map<String, List<JsonNode>> of(JsonNode tree) {
        Map<String, List<JsonNode>> values = new LinkedHashMap<>();
        collect(tree, "", values);
        return values;
    }

    private static void collect(JsonNode node, String path, Map<String, List<JsonNode>> values) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                collect(member.getValue(), member(path, member.getKey()), values);
            }
        } else if (node.isArray()) {
            for (JsonNode element : node) {
                collect(element, element(path), values);
            }
        } else if (isThere(node)) {
            values.computeIfAbsent(path.isEmpty() ? WHOLE : path, _ -> new ArrayList<>()).add(node);
        }
    }

    static String member(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    static String element(String path) {
        return path + "[]";
    }

    /// Whether a tree holds anything.
    static boolean isThere(JsonNode node) {
        if (node.isObject() || node.isArray()) {
            for (JsonNode child : node) {
                if (isThere(child)) {
                    return true;
                }
            }
            return false;
        }
        return !node.isNull()
                && !node.isMissingNode()
                && !(node.isString() && node.stringValue().isBlank());
    }
}

package dev.talaria.eval.bfcl;

import static java.util.Objects.requireNonNull;

import dev.talaria.eval.python.PythonJson;
import dev.talaria.eval.python.PythonSyntaxException;
import dev.talaria.eval.python.PythonValue;
import dev.talaria.eval.python.PythonValue.Sequence;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A call as it should be.
///
/// @param name with the dots it may have
/// @param allowed the values each parameter may have; the empty string among them says that it may
///   be left out
record RightCall(String name, Map<String, List<PythonValue>> allowed) {

    RightCall {
        requireNonNull(name, "name");
        allowed = Collections.unmodifiableMap(new LinkedHashMap<>(allowed));
    }

    /// The calls of a `ground_truth`: each a map of one function to its parameters.
    ///
    /// @throws IllegalArgumentException where it is none
    static List<RightCall> listOf(JsonNode groundTruth) {
        if (!groundTruth.isArray()) {
            throw new IllegalArgumentException("the ground_truth is no list of calls");
        }
        List<RightCall> calls = new ArrayList<>();
        for (JsonNode each : groundTruth) {
            if (!each.isObject() || each.size() != 1) {
                throw new IllegalArgumentException(
                        "call %d of the ground_truth is no object of one function"
                                .formatted(calls.size() + 1));
            }
            Map.Entry<String, JsonNode> call = each.properties().iterator().next();
            calls.add(of(call.getKey(), call.getValue()));
        }
        return calls;
    }

    private static RightCall of(String name, JsonNode parameters) {
        Map<String, List<PythonValue>> allowed = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> parameter : parameters.properties()) {
            if (!(python(parameter.getValue()) instanceof Sequence(List<PythonValue> values))) {
                throw new IllegalArgumentException(
                        "the ground_truth of '%s' has no list of values for '%s'"
                                .formatted(name, parameter.getKey()));
            }
            allowed.put(parameter.getKey(), values);
        }
        return new RightCall(name, allowed);
    }

    private static PythonValue python(JsonNode node) {
        try {
            return PythonJson.loads(node.toString());
        } catch (PythonSyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}

package dev.talaria.eval.functioncalling;

import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.python.PythonValue;
import dev.talaria.eval.python.PythonValue.Bool;
import dev.talaria.eval.python.PythonValue.Dict;
import dev.talaria.eval.python.PythonValue.Int;
import dev.talaria.eval.python.PythonValue.None;
import dev.talaria.eval.python.PythonValue.Real;
import dev.talaria.eval.python.PythonValue.Sequence;
import dev.talaria.eval.python.PythonValue.Text;
import dev.talaria.eval.python.PythonValue.Tuple;
import dev.talaria.eval.suite.Reason;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tools of a row, and the published check of a call against them. It is less than validation:
/// only the types of declared arguments are looked at, and of those only where the value is truthy.
record ToolSignatures(List<Dict> functions) {

    /// The tools of a list, each in OpenAI's layout or as its function alone.
    ///
    /// @throws IllegalArgumentException where it is no list of maps with names
    static ToolSignatures of(PythonValue tools) {
        List<Dict> functions = new ArrayList<>();
        List<PythonValue> values =
                switch (tools) {
                    case Sequence(List<PythonValue> list) -> list;
                    case Tuple(List<PythonValue> list) -> list;
                    case PythonValue one -> List.of(one);
                };
        for (PythonValue value : values) {
            Dict function =
                    value instanceof Dict tool && tool.get("function") instanceof Dict inner
                            ? inner
                            : value instanceof Dict tool ? tool : new Dict(Map.of());
            if (!(function.get("name") instanceof Text)) {
                throw new IllegalArgumentException(
                        "the tools have one without a 'name': " + PythonText.repr(value));
            }
            functions.add(function);
        }
        return new ToolSignatures(functions);
    }

    /// The parameters of a tool, where there is one of that name.
    Optional<PythonValue> parameters(String name) {
        return functions.stream()
                .filter(function -> function.get("name").equals(new Text(name)))
                .findFirst()
                .map(function -> Optional.ofNullable(function.get("parameters")))
                .map(parameters -> parameters.orElse(new Dict(Map.of())));
    }

    /// What is wrong with a call; empty where nothing is.
    Optional<Reason> check(PythonValue call) {
        if (!(call instanceof Dict map)) {
            return invalid("Invalid function call: a %s is no map".formatted(call.typeName()));
        }
        if (!(map.get("name") instanceof Text(String name))) {
            return invalid("Invalid function call: no string 'name'");
        }
        if (!(map.get("arguments") instanceof Dict arguments)) {
            return invalid("Invalid function call: no map 'arguments'");
        }
        Optional<PythonValue> parameters = parameters(name);
        if (parameters.isEmpty()) {
            return Optional.of(
                    new Reason(
                            "unknown-function",
                            "No matching function signature found for function: " + name));
        }
        if (!(parameters.get() instanceof Dict schema)) {
            return unusable("the parameters are no map");
        }
        return checkArguments(schema, arguments).or(() -> missing(schema, arguments));
    }

    private static Optional<Reason> invalid(String text) {
        return Optional.of(new Reason("invalid-call", text));
    }

    private static Optional<Reason> unusable(String finding) {
        return Optional.of(
                new Reason("unusable-tool", "Error validating function call: " + finding));
    }

    private static Optional<Reason> checkArguments(Dict schema, Dict arguments) {
        PythonValue declared = schema.get("properties");
        if (declared == null) {
            return Optional.empty();
        }
        if (!(declared instanceof Dict(Map<PythonValue, PythonValue> properties))) {
            return unusable("the properties are no map");
        }
        for (Map.Entry<PythonValue, PythonValue> property : properties.entrySet()) {
            PythonValue value = arguments.entries().get(property.getKey());
            if (value != null && value.isTruthy()) {
                String name = PythonText.str(property.getKey());
                Optional<String> finding = finding(name, value, property.getValue());
                if (finding.isPresent()) {
                    String text = "Invalid argument '%s': %s".formatted(name, finding.get());
                    return Optional.of(new Reason("invalid-argument", text));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> finding(String name, PythonValue value, PythonValue schema) {
        if (!(schema instanceof Dict property)) {
            return Optional.of("its schema is no map");
        }
        PythonValue type = property.get("type");
        if (type == null || !type.isTruthy()) {
            return Optional.empty();
        }
        if (type.equals(new Text("string")) && property.get("enum") != null) {
            Optional<String> finding = enumFinding(name, value, property.get("enum"));
            if (finding.isPresent()) {
                return finding;
            }
        }
        String typeName = PythonText.str(type);
        if (!(type instanceof Text) || !isKnown(typeName)) {
            return Optional.of("'%s' is no type".formatted(typeName));
        }
        return isInstance(value, typeName)
                ? Optional.empty()
                : Optional.of(
                        "Type mismatch for parameter %s. Expected: %s, Got: <class '%s'>"
                                .formatted(name, typeName, value.typeName()));
    }

    private static Optional<String> enumFinding(
            String name, PythonValue value, PythonValue declared) {
        if (!(declared instanceof Sequence(List<PythonValue> allowed))) {
            return Optional.of("its enum is no list");
        }
        boolean isChecked = !allowed.isEmpty() && !allowed.contains(None.NONE);
        if (!isChecked || allowed.contains(value)) {
            return Optional.empty();
        }
        String list = String.join(", ", allowed.stream().map(PythonText::str).toList());
        return Optional.of(
                "Error validating function call: Invalid value '%s' for parameter %s. Expected one of %s"
                        .formatted(PythonText.str(value), name, list));
    }

    private static boolean isKnown(String type) {
        return switch (type) {
            case "string", "number", "integer", "boolean", "array", "object", "null" -> true;
            default -> false;
        };
    }

    // In Python a bool is an int.
    private static boolean isInstance(PythonValue value, String type) {
        return switch (type) {
            case "string" -> value instanceof Text;
            case "number" -> value instanceof Int || value instanceof Bool || value instanceof Real;
            case "integer" -> value instanceof Int || value instanceof Bool;
            case "boolean" -> value instanceof Bool;
            case "array" -> value instanceof Sequence;
            case "object" -> value instanceof Dict;
            default -> value instanceof None;
        };
    }

    private static Optional<Reason> missing(Dict schema, Dict arguments) {
        PythonValue declared = schema.get("required");
        if (declared == null) {
            return Optional.empty();
        }
        if (!(declared instanceof Sequence(List<PythonValue> required))) {
            return unusable("the required arguments are no list");
        }
        List<PythonValue> missing =
                required.stream().filter(it -> !arguments.entries().containsKey(it)).toList();
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        String names = PythonText.repr(new Sequence(missing));
        return Optional.of(new Reason("missing-argument", "Missing required arguments: " + names));
    }
}

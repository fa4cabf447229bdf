package dev.talaria.eval.bfcl;

import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.python.PythonValue;
import dev.talaria.eval.python.PythonValue.Dict;
import dev.talaria.eval.python.PythonValue.Int;
import dev.talaria.eval.python.PythonValue.Real;
import dev.talaria.eval.python.PythonValue.Sequence;
import dev.talaria.eval.python.PythonValue.Text;
import dev.talaria.eval.python.PythonValue.Tuple;
import dev.talaria.eval.suite.Reason;

import tools.jackson.databind.JsonNode;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether one argument is among the values its parameter may have, by the leaderboard's rules.
///
/// The type is that of the function's description; where the right values are of another type, as
/// names of variables are, it may be that one, and then strings must be the same to the letter.
final class ArgumentRule {

    private static final Text OPTIONAL = new Text("");

    private final String parameter;
    private final List<PythonValue> allowed;
    private final String described;
    private final String type;
    private final Optional<String> innerType;
    private final StringRule strings;

    /// @param schema of the parameter, as the function's description has it
    ArgumentRule(String parameter, JsonNode schema, List<PythonValue> allowed, StringRule strings) {
        this.parameter = parameter;
        this.allowed = allowed;
        this.described = schema.path("type").asString("string");
        this.type = pythonType(described);
        JsonNode inner = schema.path("items").path("type");
        this.innerType =
                type.equals("list") && inner.isString()
                        ? Optional.of(pythonType(inner.stringValue()))
                        : Optional.empty();
        this.strings = strings;
    }

    /// What Python calls values of a described type; what is not known is described to models as a
    /// string.
    private static String pythonType(String described) {
        return switch (described) {
            case "integer" -> "int";
            case "float", "number" -> "float";
            case "boolean", "bool" -> "bool";
            case "array", "tuple", "list" -> "list";
            case "dict", "object" -> "dict";
            default -> "str";
        };
    }

    /// What is wrong with a value; empty where it is right.
    Optional<Reason> check(PythonValue written) {
        PythonValue value = promoted(written);
        boolean hasType = value.typeName().equals(type);
        if (hasType && innerType.isPresent() && !hasInnerTypes(value)) {
            return wrong(
                    "wrong-inner-type",
                    value,
                    "is no list whose values are of type %s".formatted(innerType.get()));
        }
        Optional<String> rightType = typeOf(allowed);
        if (!hasType && !rightType.equals(Optional.of(value.typeName()))) {
            return wrong(
                    "wrong-type",
                    value,
                    "is of type %s, not %s".formatted(value.typeName(), described));
        }
        boolean isVariable = !hasType || rightType.isPresent() && !rightType.get().equals(type);
        return isRight(value, isVariable)
                ? Optional.empty()
                : wrong(
                        "wrong-value",
                        value,
                        "is none of %s".formatted(PythonText.repr(new Sequence(allowed))));
    }

    // A whole number is a float as well, and JSON has no tuples.
    private PythonValue promoted(PythonValue value) {
        if (value instanceof Int(BigInteger number) && described.equals("float")) {
            return new Real(number.doubleValue());
        }
        return value instanceof Tuple(List<PythonValue> values) && described.equals("tuple")
                ? new Sequence(values)
                : value;
    }

    /// The type of the right values: of the first that is more than the mark of an optional one.
    private static Optional<String> typeOf(List<PythonValue> values) {
        return values.stream()
                .filter(it -> !it.equals(OPTIONAL))
                .findFirst()
                .map(PythonValue::typeName);
    }

    // One of the right lists must do; its values are to this list's what the right ones are to an
    // argument. What is no list, such as the mark of an optional one, does.
    private boolean hasInnerTypes(PythonValue value) {
        List<PythonValue> values = ((Sequence) value).values();
        return allowed.stream()
                .anyMatch(right ->
                        !(right instanceof Sequence(List<PythonValue> others))
                                || values.stream().allMatch(it -> hasInnerType(it, others)));
    }

    private boolean hasInnerType(PythonValue value, List<PythonValue> others) {
        String found = value.typeName();
        return found.equals(innerType.orElseThrow()) || typeOf(others).equals(Optional.of(found));
    }

    private boolean isRight(PythonValue value, boolean isVariable) {
        if (isVariable) {
            return allowed.contains(value);
        }
        return switch (value) {
            case Dict dict -> allowed.stream().anyMatch(right -> isRightDict(dict, right));
            case Sequence list when innerType.equals(Optional.of("dict")) ->
                    allowed.stream().anyMatch(right -> isRightListOfDicts(list, right));
            case Sequence list -> allowed.stream().anyMatch(right -> isRightList(list, right));
            case Text text ->
                    allowed.stream()
                            .filter(Text.class::isInstance)
                            .map(strings::compared)
                            .anyMatch(strings.compared(text)::equals);
            case PythonValue other -> allowed.contains(other);
        };
    }

    private boolean isRightDict(Dict dict, PythonValue right) {
        if (!(right instanceof Dict(Map<PythonValue, PythonValue> entries))) {
            return false;
        }
        boolean hasRightValues =
                dict.entries().entrySet().stream()
                        .allMatch(it -> isRightMember(it.getValue(), entries.get(it.getKey())));
        return hasRightValues
                && entries.entrySet().stream()
                        .allMatch(it ->
                                dict.entries().containsKey(it.getKey())
                                        || it.getValue()
                                                        instanceof
                                                        Sequence(List<PythonValue> values)
                                                && values.contains(OPTIONAL));
    }

    private boolean isRightMember(PythonValue value, PythonValue right) {
        return right instanceof Sequence(List<PythonValue> values)
                && values.stream().map(strings::compared).anyMatch(strings.compared(value)::equals);
    }

    // The mark of an optional one is a list without dicts here, as it has no length.
    private boolean isRightListOfDicts(Sequence list, PythonValue right) {
        List<PythonValue> rights = elements(right);
        if (rights == null || rights.size() != list.values().size()) {
            return false;
        }
        for (int i = 0; i < rights.size(); i++) {
            if (!(list.values().get(i) instanceof Dict dict) || !isRightDict(dict, rights.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean isRightList(Sequence list, PythonValue right) {
        List<PythonValue> rights = elements(right);
        return rights != null
                && rights.stream()
                        .map(strings::compared)
                        .toList()
                        .equals(list.values().stream().map(strings::compared).toList());
    }

    // Python takes a string for the list of its characters, and the leaderboard lets it.
    private static List<PythonValue> elements(PythonValue right) {
        return switch (right) {
            case Sequence(List<PythonValue> values) -> values;
            case Text(String text) ->
                    text.codePoints()
                            .mapToObj(it -> (PythonValue) new Text(Character.toString(it)))
                            .toList();
            case PythonValue _ -> null;
        };
    }

    private Optional<Reason> wrong(String kind, PythonValue value, String finding) {
        return Optional.of(
                new Reason(
                        kind,
                        "'%s' = %s %s".formatted(parameter, PythonText.repr(value), finding)));
    }
}

package dev.talaria.eval.jsonmode;

import dev.talaria.eval.python.PythonJson;
import dev.talaria.eval.python.PythonReader;
import dev.talaria.eval.python.PythonSyntaxException;
import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.python.PythonValue;
import dev.talaria.eval.python.PythonValue.Dict;
import dev.talaria.eval.python.PythonValue.Sequence;
import dev.talaria.eval.suite.Assessment;
import dev.talaria.eval.suite.Reason;
import dev.talaria.schemas.validation.FormatAssertion;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.Violation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/// The two verdicts on an answer in JSON mode.
///
/// Published: JSON, else a Python literal; satisfies the schema (of a list, every element does),
/// formats left aside; and is a map with the keys and values of the reference, as Python compares
/// them. Strict: JSON by the letter, formats asserted, values equal as JSON has it.
record JsonRules(Schemas schemas, PythonValue reference) {

    private static final int MOST_SHOWN = 200;

    Assessment published(String answer) {
        try {
            PythonValue value = PythonReader.LENIENT.read(PythonText.strip(answer));
            List<Reason> violations = violations(value);
            return Assessment.of(
                    violations.isEmpty() ? differences(value, PythonValue::equals) : violations);
        } catch (PythonSyntaxException e) {
            return Assessment.failed(
                    "not-json", "neither JSON nor a Python literal: " + e.getMessage());
        }
    }

    Assessment strict(String answer) {
        try {
            String text = PythonText.strip(answer);
            PythonValue value = PythonJson.strict(text);
            List<Reason> reasons = new ArrayList<>(violations(text, FormatAssertion.ASSERTED, ""));
            reasons.addAll(differences(value, PythonValue::sameJson));
            return Assessment.of(reasons);
        } catch (PythonSyntaxException e) {
            return Assessment.failed("not-json", "no JSON: " + e.getMessage());
        }
    }

    private List<Reason> violations(PythonValue value) {
        if (!(value instanceof Sequence(List<PythonValue> elements))) {
            return violations(value, "");
        }
        for (int i = 0; i < elements.size(); i++) {
            List<Reason> reasons = violations(elements.get(i), "element %d: ".formatted(i));
            if (!reasons.isEmpty()) {
                return reasons;
            }
        }
        return List.of();
    }

    private List<Reason> violations(PythonValue value, String place) {
        Optional<String> json = PythonText.json(value);
        if (json.isEmpty()) {
            String text = "%sJSON has no value such as %s".formatted(place, shown(value));
            return List.of(new Reason("no-json-value", text));
        }
        return violations(json.get(), FormatAssertion.IGNORED, place);
    }

    private List<Reason> violations(String json, FormatAssertion formats, String place) {
        try {
            List<Violation> violations = schemas.violations(json, formats);
            return violations.stream()
                    .map(it -> new Reason("schema-" + it.keyword(), place + it))
                    .toList();
        } catch (InvalidSchemaException e) {
            String text = String.valueOf(e.getMessage()).replace("\n", "; ");
            return List.of(new Reason("invalid-schema", text));
        }
    }

    private List<Reason> differences(
            PythonValue value, BiPredicate<PythonValue, PythonValue> isSame) {
        if (!(value instanceof Dict(Map<PythonValue, PythonValue> got))) {
            String text = "a %s has no keys".formatted(value.typeName());
            return List.of(new Reason("no-map", text));
        }
        if (!(reference instanceof Dict(Map<PythonValue, PythonValue> wanted))) {
            return List.of(
                    new Reason("no-reference", "the reference is no map, so nothing equals it"));
        }
        List<Reason> reasons = new ArrayList<>();
        wanted.keySet().stream()
                .filter(key -> !got.containsKey(key))
                .forEach(key -> reasons.add(new Reason("missing-key", shown(key) + " is missing")));
        got.keySet().stream()
                .filter(key -> !wanted.containsKey(key))
                .forEach(key -> reasons.add(new Reason("extra-key", shown(key) + " is too much")));
        wanted.forEach((key, expected) -> {
            PythonValue there = got.get(key);
            if (there != null && !isSame.test(there, expected)) {
                String text =
                        "%s: %s instead of %s".formatted(shown(key), shown(there), shown(expected));
                reasons.add(new Reason("wrong-value", text));
            }
        });
        return reasons;
    }

    private static String shown(PythonValue value) {
        String text = PythonText.repr(value);
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
    }
}

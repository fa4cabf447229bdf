package dev.talaria.eval.functioncalling;

import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.python.PythonValue;
import dev.talaria.eval.python.PythonValue.Dict;
import dev.talaria.eval.python.PythonValue.Text;
import dev.talaria.eval.suite.Assessment;
import dev.talaria.eval.suite.Reason;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;
import dev.talaria.schemas.validation.Violation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Our own verdict on calls: JSON by the letter, arguments that satisfy the tool's whole schema
/// (formats asserted), every expected call made once with its arguments and no others, values equal
/// as JSON has it.
///
/// Safe for use by one thread.
final class StrictRules {

    private final ToolSignatures tools;
    private final List<Call> expected;

    // The validator of a tool's parameters; empty where they are no schema.
    private final Map<String, Optional<SchemaValidator>> validators = new HashMap<>();

    StrictRules(ToolSignatures tools, List<Call> expected) {
        this.tools = tools;
        this.expected = expected;
    }

    Assessment assess(CallBlocks blocks) {
        List<Reason> reasons = new ArrayList<>();
        blocks.findings().forEach(finding -> reasons.add(new Reason("not-json", finding)));
        List<Call> calls = new ArrayList<>();
        for (PythonValue value : blocks.values()) {
            Optional<Call> call = call(value);
            if (call.isPresent()) {
                calls.add(call.get());
                reasons.addAll(validate(call.get()));
            } else {
                String text = "no call is " + PythonText.repr(value);
                reasons.add(new Reason("invalid-call", text));
            }
        }
        if (blocks.values().isEmpty() && blocks.findings().isEmpty()) {
            reasons.add(new Reason("no-call", "there is no call"));
        } else if (calls.size() != expected.size()) {
            String text = "%d calls instead of %d".formatted(calls.size(), expected.size());
            reasons.add(new Reason("number-of-calls", text));
        }
        compare(calls, reasons);
        return Assessment.of(reasons);
    }

    private static Optional<Call> call(PythonValue value) {
        return value instanceof Dict map
                        && map.entries().size() == 2
                        && map.get("name") instanceof Text(String name)
                        && map.get("arguments") instanceof Dict arguments
                ? Optional.of(new Call(name, arguments))
                : Optional.empty();
    }

    private List<Reason> validate(Call call) {
        Optional<PythonValue> parameters = tools.parameters(call.name());
        if (parameters.isEmpty()) {
            return List.of(new Reason("unknown-function", call.name() + " is no tool"));
        }
        Optional<SchemaValidator> validator =
                validators.computeIfAbsent(call.name(), _ -> validator(parameters.get()));
        if (validator.isEmpty()) {
            return List.of(
                    Reason.remark("the parameters of %s are no schema".formatted(call.name())));
        }
        List<Violation> violations =
                validator.get().validate(PythonText.json(call.arguments()).orElse(""));
        return violations.stream()
                .map(it ->
                        new Reason("schema-" + it.keyword(), "%s: %s".formatted(call.name(), it)))
                .toList();
    }

    private static Optional<SchemaValidator> validator(PythonValue parameters) {
        try {
            return PythonText.json(parameters).map(NetworkntValidator::of);
        } catch (InvalidSchemaException e) {
            return Optional.empty();
        }
    }

    // Every call answers one that is expected, the order left aside.
    private void compare(List<Call> calls, List<Reason> reasons) {
        List<Call> left = new ArrayList<>(calls);
        List<Call> unanswered = new ArrayList<>();
        for (Call reference : expected) {
            Optional<Call> same = left.stream().filter(it -> isSame(it, reference)).findFirst();
            if (same.isPresent()) {
                left.remove(same.get());
            } else {
                unanswered.add(reference);
            }
        }
        for (Call reference : unanswered) {
            Optional<Call> namesake =
                    left.stream().filter(it -> it.name().equals(reference.name())).findFirst();
            if (namesake.isPresent()) {
                left.remove(namesake.get());
                differences(reference, namesake.get(), reasons);
            } else {
                String text = "%s is not called as expected".formatted(reference.name());
                reasons.add(new Reason("function-not-found", text));
            }
        }
    }

    private static boolean isSame(Call call, Call reference) {
        return call.name().equals(reference.name())
                && call.arguments().sameJson(reference.arguments());
    }

    private static void differences(Call reference, Call call, List<Reason> reasons) {
        Map<PythonValue, PythonValue> wanted = reference.arguments().entries();
        Map<PythonValue, PythonValue> got = call.arguments().entries();
        wanted.forEach((name, value) -> {
            String argument = "%s, %s: ".formatted(call.name(), PythonText.str(name));
            if (!got.containsKey(name)) {
                reasons.add(new Reason("absent-argument", argument + "is not there"));
            } else if (!got.get(name).sameJson(value)) {
                String text =
                        "%s instead of %s"
                                .formatted(PythonText.repr(got.get(name)), PythonText.repr(value));
                reasons.add(new Reason("wrong-value", argument + text));
            }
        });
        got.keySet().stream()
                .filter(name -> !wanted.containsKey(name))
                .forEach(name -> {
                    String text =
                            "%s, %s: is not expected".formatted(call.name(), PythonText.str(name));
                    reasons.add(new Reason("extra-argument", text));
                });
    }
}

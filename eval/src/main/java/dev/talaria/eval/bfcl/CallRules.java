package dev.talaria.eval.bfcl;

import dev.talaria.eval.bfcl.DecodedCalls.Calls;
import dev.talaria.eval.bfcl.DecodedCalls.Unreadable;
import dev.talaria.eval.python.PythonValue;
import dev.talaria.eval.python.PythonValue.Text;
import dev.talaria.eval.suite.Reason;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether the calls of an answer are the right ones, by the leaderboard's rules.
///
/// @param functions the model was told of
/// @param right the calls it should make; not looked at where none or any is right
/// @param names how it has to write names
/// @param strings when two strings are the same
record CallRules(
        Category category,
        List<FunctionDoc> functions,
        List<RightCall> right,
        NameStyle names,
        StringRule strings) {

    private static final Text OPTIONAL = new Text("");

    CallRules {
        functions = List.copyOf(functions);
        right = List.copyOf(right);
        if (category.hasAnswers()) {
            requireCount(category, right.size());
            for (RightCall each : right) {
                if (functions.stream().noneMatch(it -> it.name().equals(each.name()))) {
                    throw new IllegalArgumentException(
                            "the ground_truth calls '%s', which is none of the functions"
                                    .formatted(each.name()));
                }
            }
        }
    }

    private static void requireCount(Category category, int count) {
        boolean isOne = category.expectation() != Category.Expectation.ALL_CALLS;
        if (count == 0 || isOne && count > 1) {
            throw new IllegalArgumentException(
                    "the ground_truth has %d calls, not %s"
                            .formatted(count, isOne ? "one" : "one or more"));
        }
    }

    /// What is wrong; empty where all is right.
    Optional<Reason> check(DecodedCalls decoded) {
        return switch (category.expectation()) {
            case NO_CALL -> noCall(decoded);
            case ANY_CALL -> anyCall(decoded);
            case ONE_CALL, ONE_OF_SEVERAL -> calls(decoded, this::theCall);
            case ALL_CALLS -> calls(decoded, this::allCalls);
        };
    }

    // What cannot be read is no call.
    private static Optional<Reason> noCall(DecodedCalls decoded) {
        return decoded instanceof Calls(List<FunctionCall> calls) && !calls.isEmpty()
                ? Optional.of(
                        new Reason(
                                "called",
                                "'%s' was called, and none of the functions fits"
                                        .formatted(calls.getFirst().name())))
                : Optional.empty();
    }

    private static Optional<Reason> anyCall(DecodedCalls decoded) {
        return switch (decoded) {
            case Unreadable(String finding) -> Optional.of(new Reason("unreadable-call", finding));
            case Calls(List<FunctionCall> calls) ->
                    calls.isEmpty()
                            ? Optional.of(new Reason("no-call", "no function was called"))
                            : Optional.empty();
        };
    }

    private interface Comparison {
        Optional<Reason> check(List<FunctionCall> calls);
    }

    private Optional<Reason> calls(DecodedCalls decoded, Comparison comparison) {
        return switch (decoded) {
            case Unreadable(String finding) -> Optional.of(new Reason("unreadable-call", finding));
            case Calls(List<FunctionCall> calls) ->
                    calls.size() == right.size()
                            ? comparison.check(calls)
                            : Optional.of(
                                    new Reason(
                                            "wrong-count",
                                            "%d calls, not %d"
                                                    .formatted(calls.size(), right.size())));
        };
    }

    private Optional<Reason> theCall(List<FunctionCall> calls) {
        return check(calls.getFirst(), right.getFirst());
    }

    // Each right call takes the first of the calls left that does; it is not given back.
    private Optional<Reason> allCalls(List<FunctionCall> calls) {
        Map<Integer, FunctionCall> left = new LinkedHashMap<>();
        for (int i = 0; i < calls.size(); i++) {
            left.put(i, calls.get(i));
        }
        for (int wanted = 0; wanted < right.size(); wanted++) {
            List<String> findings = new ArrayList<>();
            Integer found = null;
            for (Map.Entry<Integer, FunctionCall> each : left.entrySet()) {
                Optional<Reason> reason = check(each.getValue(), right.get(wanted));
                if (reason.isEmpty()) {
                    found = each.getKey();
                    break;
                }
                findings.add("call %d: %s".formatted(each.getKey() + 1, reason.get().text()));
            }
            if (found == null) {
                return Optional.of(
                        new Reason(
                                "no-match",
                                "no call is the right one number %d: %s"
                                        .formatted(wanted + 1, String.join("; ", findings))));
            }
            left.remove(found);
        }
        return Optional.empty();
    }

    private FunctionDoc function(String name) {
        return functions.stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
    }

    private Optional<Reason> check(FunctionCall call, RightCall wanted) {
        FunctionDoc function = function(wanted.name());
        String name = names.shown(function.name());
        if (!call.name().equals(name)) {
            return wrong("wrong-name", "'%s' was called, not '%s'".formatted(call.name(), name));
        }
        for (String parameter : function.required()) {
            if (!call.arguments().containsKey(parameter)) {
                return wrong(
                        "missing-required", "the required '%s' is missing".formatted(parameter));
            }
        }
        for (Map.Entry<String, PythonValue> argument : call.arguments().entrySet()) {
            Optional<Reason> reason = check(function, wanted, argument);
            if (reason.isPresent()) {
                return reason;
            }
        }
        for (Map.Entry<String, List<PythonValue>> each : wanted.allowed().entrySet()) {
            if (!call.arguments().containsKey(each.getKey())
                    && !each.getValue().contains(OPTIONAL)) {
                return wrong(
                        "missing-optional",
                        "'%s' is missing and may not be left out".formatted(each.getKey()));
            }
        }
        return Optional.empty();
    }

    private Optional<Reason> check(
            FunctionDoc function, RightCall wanted, Map.Entry<String, PythonValue> argument) {
        String parameter = argument.getKey();
        if (!function.properties().containsKey(parameter)
                || !wanted.allowed().containsKey(parameter)) {
            return wrong("unexpected-parameter", "there is no parameter '%s'".formatted(parameter));
        }
        return new ArgumentRule(
                        parameter,
                        function.properties().get(parameter),
                        wanted.allowed().get(parameter),
                        strings)
                .check(argument.getValue());
    }

    private static Optional<Reason> wrong(String kind, String text) {
        return Optional.of(new Reason(kind, text));
    }
}

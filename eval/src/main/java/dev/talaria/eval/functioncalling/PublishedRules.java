package dev.talaria.eval.functioncalling;

import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.python.PythonValue;
import dev.talaria.eval.python.PythonValue.Dict;
import dev.talaria.eval.python.PythonValue.None;
import dev.talaria.eval.python.PythonValue.Text;
import dev.talaria.eval.suite.Assessment;
import dev.talaria.eval.suite.Reason;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The published verdict on calls, with the reasons that its log gives, in its words.
final class PublishedRules {

    private final ToolSignatures tools;
    private final List<Call> expected;
    private final List<Reason> reasons = new ArrayList<>();

    private PublishedRules(ToolSignatures tools, List<Call> expected) {
        this.tools = tools;
        this.expected = expected;
    }

    static Assessment assess(ToolSignatures tools, List<Call> expected, CallBlocks blocks) {
        if (blocks.values().isEmpty()) {
            String kind = blocks.findings().isEmpty() ? "no-call" : "unreadable-call";
            return Assessment.failed(kind, "Function call validation failed");
        }
        PublishedRules rules = new PublishedRules(tools, expected);
        rules.judge(blocks.values());
        return Assessment.of(rules.reasons);
    }

    private void judge(List<PythonValue> calls) {
        if (calls.size() != expected.size()) {
            fail("number-of-calls", "Number of tool calls doesn't match");
            remark("Expected: %d tool calls; Got: %d".formatted(expected.size(), calls.size()));
        }
        expected.forEach(reference -> search(reference, calls));
    }

    // Ends with the first call that is invalid or has the name, whichever comes first.
    private void search(Call reference, List<PythonValue> calls) {
        String notFound = "Function '%s' not found".formatted(reference.name());
        for (PythonValue call : calls) {
            Optional<Reason> finding = tools.check(call);
            if (finding.isPresent()) {
                reasons.add(finding.get());
                remark(notFound);
                return;
            }
            Dict map = (Dict) call;
            if (new Text(reference.name()).equals(map.get("name"))) {
                compare(reference, (Dict) map.get("arguments"));
                return;
            }
        }
        fail("function-not-found", notFound);
    }

    private void compare(Call reference, Dict arguments) {
        for (Map.Entry<PythonValue, PythonValue> wanted :
                reference.arguments().entries().entrySet()) {
            PythonValue got = arguments.entries().get(wanted.getKey());
            if (got == null || !got.equals(wanted.getValue())) {
                remark("Expected: " + PythonText.str(wanted.getValue()));
                remark("Got: " + PythonText.str(got == null ? None.NONE : got));
                fail(
                        got == null ? "absent-argument" : "wrong-value",
                        reference.name() + " validation: failed");
                return;
            }
        }
        remark(reference.name() + " validation: passed");
    }

    private void fail(String kind, String text) {
        reasons.add(new Reason(kind, text));
    }

    private void remark(String text) {
        reasons.add(Reason.remark(text));
    }
}

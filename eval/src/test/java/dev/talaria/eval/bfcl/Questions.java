package dev.talaria.eval.bfcl;

import dev.talaria.eval.python.PythonReader;
import dev.talaria.eval.suite.Answer;
import dev.talaria.eval.suite.DatasetRow;
import dev.talaria.eval.suite.Judgement;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.Reason;
import dev.talaria.inference.ChatFormat;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Questions written by hand, with single quotes where JSON has double ones.
final class Questions {

    private static final JsonMapper JSON = JsonMapper.shared();

    private Questions() {}

    static JsonNode json(String text) {
        return JSON.readTree(text.replace('\'', '"'));
    }

    static BfclOptions options(NameStyle names) {
        return new BfclOptions(
                Optional.empty(),
                Set.of(),
                names,
                ChatFormat.AUTO,
                PythonReader.LENIENT,
                List.of(Mode.UNCONSTRAINED, Mode.CONSTRAINED),
                0,
                64);
    }

    static BfclItem item(String category, String functions, String groundTruth) {
        return item(category, functions, groundTruth, NameStyle.UNDERSCORED);
    }

    static BfclItem item(String category, String functions, String groundTruth, NameStyle names) {
        String row =
                "{'id':'%s_0','category':'%s','question':[[{'role':'user','content':'Do it.'}]],'function':%s,'ground_truth':%s}"
                        .formatted(category, category, functions, groundTruth);
        return new BfclSuite(options(names)).item(new DatasetRow(0, json(row)));
    }

    static String call(String name, String arguments) {
        return "<tool_call>\n{'name':'%s','arguments':%s}\n</tool_call>\n"
                .formatted(name, arguments)
                .replace('\'', '"');
    }

    /// What the published rules find, by kind; empty where the answer is right.
    static Optional<String> published(BfclItem item, String answer) {
        return kind(judge(item, answer).published().reasons());
    }

    static Optional<String> strict(BfclItem item, String answer) {
        return kind(judge(item, answer).strict().reasons());
    }

    static Judgement judge(BfclItem item, String answer) {
        return item.judge(Answer.recorded(answer));
    }

    private static Optional<String> kind(List<Reason> reasons) {
        return reasons.stream().map(Reason::kind).findFirst();
    }
}

package dev.talaria.eval.functioncalling;

import dev.talaria.eval.python.PythonSyntaxException;
import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.python.PythonValue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What stands between `<tool_call>` and `</tool_call>` in a text.
///
/// @param values of the blocks that could be read, in order
/// @param findings about the others
record CallBlocks(List<PythonValue> values, List<String> findings) {

    static final String OPEN = "<tool_call>";

    private static final Pattern BLOCK =
            Pattern.compile(OPEN + "(.*?)</tool_call>", Pattern.DOTALL);

    /// How the text of a block is read.
    interface Reader {
        PythonValue read(String text) throws PythonSyntaxException;
    }

    static CallBlocks of(String answer, Reader reader) {
        List<PythonValue> values = new ArrayList<>();
        List<String> findings = new ArrayList<>();
        Matcher block = BLOCK.matcher(answer);
        while (block.find()) {
            try {
                values.add(reader.read(PythonText.strip(block.group(1))));
            } catch (PythonSyntaxException e) {
                findings.add(
                        "call %d: %s"
                                .formatted(values.size() + findings.size() + 1, e.getMessage()));
            }
        }
        return new CallBlocks(values, findings);
    }
}

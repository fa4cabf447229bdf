package dev.talaria.eval.bfcl;

import dev.talaria.eval.python.PythonSyntaxException;
import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.python.PythonValue;
import dev.talaria.eval.python.PythonValue.Dict;
import dev.talaria.eval.python.PythonValue.Text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What calls an answer holds.
///
/// They stand between `<tool_call>` and `</tool_call>`, each an object with `name` and `arguments`;
/// the last may lack its end. An answer of which one call cannot be read counts as unreadable, as
/// on the leaderboard.
sealed interface DecodedCalls {

    /// All of them, in their order; none where the answer calls nothing.
    record Calls(List<FunctionCall> calls) implements DecodedCalls {

        public Calls {
            calls = List.copyOf(calls);
        }
    }

    /// One is no call.
    ///
    /// @param finding what is wrong, for people
    record Unreadable(String finding) implements DecodedCalls {}

    /// Takes a text for a value.
    interface Reader {

        /// @throws PythonSyntaxException where it is none
        PythonValue read(String text) throws PythonSyntaxException;
    }

    Pattern CALL = Pattern.compile("<tool_call>(.*?)(?:</tool_call>|\\z)", Pattern.DOTALL);

    /// The calls of an answer.
    ///
    /// @param reader takes what stands between the marks for a value
    static DecodedCalls of(String answer, Reader reader) {
        List<FunctionCall> calls = new ArrayList<>();
        Matcher blocks = CALL.matcher(answer);
        while (blocks.find()) {
            String block = PythonText.strip(blocks.group(1));
            try {
                calls.add(call(reader.read(block)));
            } catch (PythonSyntaxException | IllegalArgumentException e) {
                return new Unreadable(
                        "call %d cannot be read: %s".formatted(calls.size() + 1, e.getMessage()));
            }
        }
        return new Calls(calls);
    }

    private static FunctionCall call(PythonValue value) {
        if (!(value instanceof Dict call)) {
            throw new IllegalArgumentException(
                    "it is a %s, not an object".formatted(value.typeName()));
        }
        if (!(call.get("name") instanceof Text(String name))) {
            throw new IllegalArgumentException("it has no string 'name'");
        }
        if (!(call.get("arguments") instanceof Dict(Map<PythonValue, PythonValue> entries))) {
            throw new IllegalArgumentException("it has no object 'arguments'");
        }
        Map<String, PythonValue> arguments = new LinkedHashMap<>();
        entries.forEach((key, argument) -> arguments.put(PythonText.str(key), argument));
        return new FunctionCall(name, arguments);
    }
}

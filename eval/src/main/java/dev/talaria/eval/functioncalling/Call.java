package dev.talaria.eval.functioncalling;

import dev.talaria.eval.python.PythonReader;
import dev.talaria.eval.python.PythonSyntaxException;
import dev.talaria.eval.python.PythonText;
import dev.talaria.eval.python.PythonValue;
import dev.talaria.eval.python.PythonValue.Dict;
import dev.talaria.eval.python.PythonValue.Sequence;
import dev.talaria.eval.python.PythonValue.Text;
import dev.talaria.eval.python.PythonValue.Tuple;

import java.util.ArrayList;
import java.util.List;

/// A tool's name and what it is called with.
record Call(String name, Dict arguments) {

    /// Calls that are expected: a list of maps with `name` and `arguments`, or one such map; the
    /// arguments a map, or the text of one.
    ///
    /// @throws IllegalArgumentException where it is something else
    static List<Call> expected(PythonValue value) {
        return switch (value) {
            case Sequence(List<PythonValue> values) -> each(values);
            case Tuple(List<PythonValue> values) -> each(values);
            case PythonValue one -> each(List.of(one));
        };
    }

    private static List<Call> each(List<PythonValue> values) {
        List<Call> calls = new ArrayList<>();
        for (PythonValue value : values) {
            if (!(value instanceof Dict entry)
                    || !(entry.get("name") instanceof Text(String name))) {
                throw new IllegalArgumentException(
                        "the completion has a call without a 'name': " + PythonText.repr(value));
            }
            calls.add(new Call(name, arguments(entry.get("arguments"))));
        }
        return calls;
    }

    private static Dict arguments(PythonValue value) {
        try {
            PythonValue read =
                    value instanceof Text(String text)
                            ? PythonReader.LENIENT.read(PythonText.strip(text))
                            : value;
            if (read instanceof Dict arguments) {
                return arguments;
            }
        } catch (PythonSyntaxException e) {
            throw new IllegalArgumentException(
                    "the completion has arguments that cannot be read: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("the completion has a call whose arguments are no map");
    }
}

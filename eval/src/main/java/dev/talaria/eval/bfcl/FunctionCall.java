package dev.talaria.eval.bfcl;

import static java.util.Objects.requireNonNull;

import dev.talaria.eval.python.PythonValue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// A call that a model wrote.
///
/// @param arguments by name, in the order they were written
record FunctionCall(String name, Map<String, PythonValue> arguments) {

    FunctionCall {
        requireNonNull(name, "name");
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }
}

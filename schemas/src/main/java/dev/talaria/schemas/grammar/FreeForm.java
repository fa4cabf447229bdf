package dev.talaria.schemas.grammar;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Any JSON value, nested 64 deep at most: the limit keeps a free-form place from opening brackets
/// without end.
final class FreeForm {

    static final int MAX_DEPTH = 64;
    static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

    private static final Automaton NUMBER = NumberAutomaton.of(NumberRange.ALL);

    /// Any value.
    static final Value VALUE = nested();

    private FreeForm() {}

    private static Value nested() {
        Value value = null;
        for (int depth = 0; depth <= MAX_DEPTH; depth++) {
            Value outer = new Value();
            outer.add(LiteralSet.of(List.of(NULL, TRUE, FALSE)));
            outer.addNumber(NUMBER);
            outer.add(StringShape.ANY);
            outer.add(ArrayShape.of(value));
            outer.add(ObjectShape.of(value));
            outer.lowerCost();
            outer.seal();
            value = outer;
        }
        return value;
    }
}

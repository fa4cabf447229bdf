package dev.talaria.schemas.grammar;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Any JSON value, nested 64 deep at most: the limit keeps a free-form place from opening brackets
/// without end.
final class FreeForm {

    static final int MAX_DEPTH = 64;
    static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

    private static final Automaton NUMBER = NumberAutomaton.of(NumberRange.ALL);

    private static final Map<Gaps, Value> VALUES = new ConcurrentHashMap<>();

    private FreeForm() {}

    /// Any value, with such white space.
    static Value value(Gaps gaps) {
        return VALUES.computeIfAbsent(gaps, FreeForm::nested);
    }

    private static Value nested(Gaps gaps) {
        Value value = null;
        for (int depth = 0; depth <= MAX_DEPTH; depth++) {
            Value outer = new Value();
            outer.add(LiteralSet.of(List.of(NULL, TRUE, FALSE), gaps));
            outer.addNumber(NUMBER);
            outer.add(StringShape.ANY);
            outer.add(ArrayShape.of(value, gaps));
            outer.add(ObjectShape.of(value, gaps));
            outer.lowerCost();
            outer.seal();
            value = outer;
        }
        return value;
    }
}

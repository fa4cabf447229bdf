package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.List;

/// The options that every property of grammars has to hold for: each spelling with each order.
final class EveryOption {

    static final List<Spelling> SPELLINGS =
            List.of(Spelling.SINGLE_SPACE, Spelling.COMPACT, Spelling.flexible(2));

    static final List<GrammarOptions> ALL = all();

    private EveryOption() {}

    private static List<GrammarOptions> all() {
        List<GrammarOptions> all = new ArrayList<>();
        for (Spelling spelling : SPELLINGS) {
            for (PropertyOrder order : PropertyOrder.values()) {
                all.add(new GrammarOptions(Enforcement.STRICT, order, spelling));
            }
        }
        return all;
    }

    /// The grammar of a schema with each of them.
    static List<Grammar> grammars(String schema) {
        return ALL.stream().map(options -> GrammarCompiler.compile(schema, options)).toList();
    }
}

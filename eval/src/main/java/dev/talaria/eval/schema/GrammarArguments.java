package dev.talaria.eval.schema;

import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.PropertyOrder;
import dev.talaria.schemas.grammar.Spelling;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// How values are spelled, as it is typed.
final class GrammarArguments {

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            defaultValue = "schema",
            description =
                    "Members in the order of the schema, or in any order (default:"
                            + " ${DEFAULT-VALUE}).")
    private PropertyOrder order;

    @Option(
            names = "--spelling",
            paramLabel = "SPELLING",
            defaultValue = "single-space",
            description =
                    "White space between tokens: single-space after ',' and ':', compact or"
                            + " flexible (default: ${DEFAULT-VALUE}).")
    private String spelling;

    @Option(
            names = "--whitespace-max",
            paramLabel = "BYTES",
            defaultValue = "" + Spelling.Flexible.USUAL,
            description =
                    "With --spelling flexible: the most white space between two tokens (default:"
                            + " ${DEFAULT-VALUE}).")
    private int most;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /// The usual options with that order and spelling.
    GrammarOptions options() {
        try {
            return GrammarOptions.DEFAULT.with(order).with(Spelling.named(spelling, most));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}

package dev.talaria.pipeline.cli;

import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.PropertyOrder;
import dev.talaria.schemas.grammar.Spelling;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// How answers that satisfy a schema are spelled, as it is typed.
final class GrammarArguments {

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            defaultValue = "schema",
            description =
                    "With --schema: schema for members in its order, any to leave it to the model"
                            + " (default: ${DEFAULT-VALUE}).")
    private String order;

    @Option(
            names = "--spelling",
            paramLabel = "SPELLING",
            defaultValue = "single-space",
            description =
                    "With --schema: white space is single-space after ',' and ':', compact for none"
                            + " or flexible, as the model likes it (default: ${DEFAULT-VALUE}).")
    private String spelling;

    @Option(
            names = "--whitespace-max",
            paramLabel = "BYTES",
            defaultValue = "" + Spelling.Flexible.USUAL,
            description =
                    "With --spelling flexible: the most white space between two tokens of JSON"
                            + " (default: ${DEFAULT-VALUE}).")
    private int most;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /// The usual options with that order and spelling.
    GrammarOptions options() {
        return GrammarOptions.DEFAULT.with(order()).with(spelling());
    }

    /// The order's name, checked.
    String orderName() {
        order();
        return order;
    }

    /// The spelling's name, checked.
    String spellingName() {
        spelling();
        return spelling;
    }

    /// The most white space between two tokens, where it is flexible.
    int whitespaceMax() {
        return most;
    }

    private PropertyOrder order() {
        try {
            return PropertyOrder.named(order);
        } catch (IllegalArgumentException e) {
            throw refused("--order: ", e);
        }
    }

    private Spelling spelling() {
        try {
            return Spelling.named(spelling, most);
        } catch (IllegalArgumentException e) {
            throw refused("--spelling: ", e);
        }
    }

    private ParameterException refused(String option, IllegalArgumentException e) {
        return new ParameterException(spec.commandLine(), option + e.getMessage(), e);
    }
}

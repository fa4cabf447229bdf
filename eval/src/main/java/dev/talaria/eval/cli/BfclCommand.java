package dev.talaria.eval.cli;

import dev.talaria.eval.bfcl.BfclOptions;
import dev.talaria.eval.bfcl.BfclSuite;
import dev.talaria.eval.bfcl.NameStyle;
import dev.talaria.eval.python.PythonReader;
import dev.talaria.inference.ChatFormat;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/// The Berkeley Function-Calling Leaderboard.
@Command(
        name = "bfcl",
        mixinStandardHelpOptions = true,
        description =
                "The Berkeley Function-Calling Leaderboard's files of questions, judged by its"
                        + " rules for comparing calls.")
final class BfclCommand implements Callable<Integer> {

    // The leaderboard's own, as near to none as its servers take.
    private static final float USUAL_TEMPERATURE = 0.001f;
    private static final int USUAL_MAX_TOKENS = 4096;

    @Mixin private RunArguments run;

    @Mixin private SamplingArguments sampling;

    @Option(
            names = "--category",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Only these: simple, multiple, parallel, parallel_multiple, irrelevance, and"
                            + " those with live_ before them (default: all that there are).")
    private List<String> categories = List.of();

    @Option(
            names = "--answers",
            paramLabel = "PATH",
            description =
                    "The right calls: a file, or a folder of files named as the questions"
                            + " (default: possible_answer beside the questions).")
    private Path answers;

    @Option(
            names = "--constraint",
            defaultValue = "both",
            paramLabel = "on|off|both",
            description =
                    "Whether calls are held to the functions' schemas while they are written"
                            + " (default: ${DEFAULT-VALUE}).")
    private ConstraintChoice constraint;

    @Option(
            names = "--names",
            defaultValue = "underscored",
            paramLabel = "underscored|dotted",
            description = "How the model is told names that have dots (default: ${DEFAULT-VALUE}).")
    private NameStyle names;

    @Option(
            names = "--format",
            defaultValue = "hermes-tools-json",
            paramLabel = "FORMAT",
            description =
                    "How the conversation is laid out: hermes-tools, hermes-tools-json,"
                        + " hermes-tools-evaluator, hermes-tools-llama3, model (the template that"
                        + " came with it), auto (default: ${DEFAULT-VALUE}).")
    private String format;

    @Option(
            names = "--parse",
            defaultValue = "lenient",
            paramLabel = "strict|lenient",
            description =
                    "Whether calls must be JSON, or may be Python literals"
                            + " (default: ${DEFAULT-VALUE}).")
    private PythonReader reader;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        return run.run(new BfclSuite(options()));
    }

    private BfclOptions options() {
        ChatFormat layout =
                ChatFormat.named(format.toLowerCase(Locale.ROOT))
                        .orElseThrow(
                                () -> wrong("--format: there is no format '%s'".formatted(format)));
        try {
            return new BfclOptions(
                    Optional.ofNullable(answers),
                    Set.copyOf(categories),
                    names,
                    layout,
                    reader,
                    constraint.modes(),
                    sampling.temperature(USUAL_TEMPERATURE),
                    sampling.maxTokens(USUAL_MAX_TOKENS));
        } catch (IllegalArgumentException e) {
            throw wrong("--category: " + e.getMessage());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}

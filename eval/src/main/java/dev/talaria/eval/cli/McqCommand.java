package dev.talaria.eval.cli;

import dev.talaria.eval.choice.ChoiceSuite;
import dev.talaria.inference.ScoringRequest.BeginToken;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;

/// Multiple choice by log-likelihood.
@Command(
        name = "mcq",
        mixinStandardHelpOptions = true,
        description =
                "Multiple choice by log-likelihood, as lm-evaluation-harness does it without"
                        + " examples: ARC, HellaSwag, PIQA, BoolQ, OpenBookQA, WinoGrande,"
                        + " TruthfulQA, AGIEval.")
final class McqCommand implements Callable<Integer> {

    @Mixin private RunArguments run;

    @Option(
            names = "--task",
            paramLabel = "NAME",
            description =
                    "As the harness calls it: arc_challenge, hellaswag, agieval_sat_math, …"
                            + " (default: what the columns of the rows say).")
    private String task;

    @Option(
            names = "--begin-token",
            paramLabel = "model|none",
            defaultValue = "model",
            description =
                    "Whether a prompt begins with the token that begins a text: where the model's"
                            + " files ask for one, or never, as the harness had it when the Hermes"
                            + " cards were made (default: ${DEFAULT-VALUE}).")
    private String begin;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        return run.run(suite());
    }

    private ChoiceSuite suite() {
        BeginToken beginToken = beginToken();
        try {
            return new ChoiceSuite(Optional.ofNullable(task), beginToken);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--task: " + e.getMessage(), e);
        }
    }

    private BeginToken beginToken() {
        return switch (begin) {
            case "model" -> BeginToken.AS_MODEL;
            case "none" -> BeginToken.NONE;
            default ->
                    throw new ParameterException(
                            spec.commandLine(),
                            "--begin-token: '%s' is neither model nor none".formatted(begin));
        };
    }
}

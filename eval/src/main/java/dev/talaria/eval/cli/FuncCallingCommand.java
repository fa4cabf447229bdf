package dev.talaria.eval.cli;

import dev.talaria.eval.functioncalling.FunctionCallingSuite;
import dev.talaria.eval.functioncalling.PromptLayout;
import dev.talaria.eval.python.PythonReader;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.util.concurrent.Callable;

/// Calls of tools.
@Command(
        name = "func-calling",
        mixinStandardHelpOptions = true,
        description = {
            "Calls of tools, judged as the evaluator of Hermes 2 Pro judges them.",
            "Rows as in NousResearch/func-calling-eval: prompt, tools, completion."
        })
final class FuncCallingCommand implements Callable<Integer> {

    @Mixin private RunArguments run;

    @Mixin private SamplingArguments sampling;

    @Option(
            names = "--layout",
            paramLabel = "NAME",
            defaultValue = "card",
            description =
                    "How the tools are told to the model: card (the paragraph of the model's card)"
                            + " or evaluator (the published evaluator's lines) (default:"
                            + " ${DEFAULT-VALUE}).")
    private PromptLayout layout;

    @Option(
            names = "--parse",
            paramLabel = "HOW",
            defaultValue = "lenient",
            description =
                    "What is taken for a call: lenient (JSON, else a Python literal, as published)"
                            + " or strict (JSON) (default: ${DEFAULT-VALUE}).")
    private PythonReader reader;

    @Option(
            names = "--constraint",
            paramLabel = "HOW",
            defaultValue = "both",
            description =
                    "on holds the model to calls that satisfy the tools' schemas, off lets it write"
                            + " what it likes, both measures the gain (default: ${DEFAULT-VALUE}).")
    private ConstraintChoice constraint;

    @Override
    public Integer call() throws IOException {
        return run.run(
                new FunctionCallingSuite(
                        layout,
                        reader,
                        constraint.modes(),
                        sampling.temperature(FunctionCallingSuite.TEMPERATURE),
                        sampling.maxTokens(FunctionCallingSuite.MAX_TOKENS)));
    }
}

package dev.talaria.eval.cli;

import dev.talaria.eval.jsonmode.JsonModeSuite;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.util.concurrent.Callable;

/// JSON that satisfies a schema.
@Command(
        name = "json-mode",
        mixinStandardHelpOptions = true,
        description = {
            "JSON by a schema, judged as the evaluator of Hermes 2 Pro judges it.",
            "Rows as in NousResearch/json-mode-eval: prompt, schema, completion."
        })
final class JsonModeCommand implements Callable<Integer> {

    @Mixin private RunArguments run;

    @Mixin private SamplingArguments sampling;

    @Option(
            names = "--constraint",
            paramLabel = "HOW",
            defaultValue = "both",
            description =
                    "on holds the model to the schema, off lets it write what it likes, both"
                            + " measures the gain (default: ${DEFAULT-VALUE}).")
    private ConstraintChoice constraint;

    @Override
    public Integer call() throws IOException {
        return run.run(
                new JsonModeSuite(
                        constraint.modes(),
                        sampling.temperature(JsonModeSuite.TEMPERATURE),
                        sampling.maxTokens(JsonModeSuite.MAX_TOKENS)));
    }
}

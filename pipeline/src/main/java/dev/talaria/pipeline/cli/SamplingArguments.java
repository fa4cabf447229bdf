package dev.talaria.pipeline.cli;

import dev.talaria.schemas.task.Penalties;
import dev.talaria.schemas.task.SamplingOptions;

import picocli.CommandLine.Option;

/// How tokens are chosen and how many there may be, as it is typed.
final class SamplingArguments {

    @Option(
            names = {"-t", "--temperature"},
            defaultValue = "0",
            description = "0 takes the most probable token (default: ${DEFAULT-VALUE}).")
    private float temperature;

    @Option(
            names = "--top-k",
            defaultValue = "0",
            description =
                    "Keep the K most probable tokens; 0 keeps all (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Option(
            names = "--top-p",
            defaultValue = "1",
            description =
                    "Keep the fewest tokens that reach this probability (default:"
                            + " ${DEFAULT-VALUE}).")
    private float topP;

    @Option(
            names = "--min-p",
            defaultValue = "0",
            description =
                    "Keep tokens at least this share as probable as the most probable one (default:"
                            + " ${DEFAULT-VALUE}).")
    private float minP;

    @Option(
            names = "--repetition-penalty",
            defaultValue = "1",
            description =
                    "Divide the logits of tokens of prompt and answer; 1 is none (default:"
                            + " ${DEFAULT-VALUE}).")
    private float repetitionPenalty;

    @Option(
            names = "--frequency-penalty",
            defaultValue = "0",
            description =
                    "Taken off a token's logit for every time the answer has it (default:"
                            + " ${DEFAULT-VALUE}).")
    private float frequencyPenalty;

    @Option(
            names = "--presence-penalty",
            defaultValue = "0",
            description =
                    "Taken off a token's logit where the answer has it (default:"
                            + " ${DEFAULT-VALUE}).")
    private float presencePenalty;

    @Option(
            names = "--seed",
            defaultValue = "0",
            description = "Of the random numbers (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = {"-n", "--max-tokens"},
            defaultValue = "512",
            description = "The most tokens of the answer (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    /// The options.
    ///
    /// @throws IllegalArgumentException where one is out of range
    SamplingOptions options() {
        return new SamplingOptions(temperature, topK, topP, seed, maxTokens)
                .withMinP(minP)
                .withPenalties(new Penalties(repetitionPenalty, frequencyPenalty, presencePenalty));
    }
}

package dev.talaria.eval.cli;

import picocli.CommandLine.Option;

/// How the model's tokens are chosen; a suite has its own usual values.
final class SamplingArguments {

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "0 takes the most probable token (default: that of the published run).")
    private Float temperature;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "The most tokens of an answer (default: that of the published run).")
    private Integer maxTokens;

    float temperature(float usual) {
        return temperature == null ? usual : temperature;
    }

    int maxTokens(int usual) {
        return maxTokens == null ? usual : maxTokens;
    }
}

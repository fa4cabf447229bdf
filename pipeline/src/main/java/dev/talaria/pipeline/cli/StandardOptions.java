package dev.talaria.pipeline.cli;

import picocli.CommandLine.Option;

/// The options every command has.
public final class StandardOptions {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Option(
            names = StandardOptions.VERBOSE,
            description = "Show stack traces where something goes wrong.")
    private boolean verbose;

    static final String VERBOSE = "--verbose";
}

package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.config.PipelineConfig;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;

/// Prints the table of settings.
@Command(
        name = "config",
        description = "List every setting of 'run' with its type, default and meaning.")
final class ConfigCommand implements Runnable {

    @Mixin private StandardOptions standard;
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        for (PipelineConfig.Row row : PipelineConfig.table()) {
            String fallback = row.fallback().isEmpty() ? "none" : row.fallback();
            out.printf("%s  (%s; default: %s)%n", row.name(), row.type(), fallback);
            out.printf("    %s%n", row.text());
        }
        out.println("kafka.*");
        out.println("    Goes to the Kafka clients, the prefix removed (TLS, SASL, time limits).");
        out.printf(
                "An environment variable overrides the file: %s for inference.threads.%n",
                "TALARIA_INFERENCE_THREADS");
    }
}

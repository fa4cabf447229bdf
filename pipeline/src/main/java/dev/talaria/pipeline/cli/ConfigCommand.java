package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.config.PipelineConfig;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import tools.jackson.databind.json.JsonMapper;

import java.io.PrintWriter;

/// Prints the table of settings.
@Command(
        name = "config",
        description = {
            "List every setting with its type, default and meaning.",
            "'config check FILE' says what is wrong with a file of settings."
        },
        subcommands = ConfigCheckCommand.class,
        footer = {
            "",
            "Examples:",
            "  talaria config | less",
            "  talaria config --json | jq -r '.[].name'",
            "  talaria config check talaria.yaml"
        })
final class ConfigCommand implements Runnable {

    @Mixin private StandardOptions standard;

    @Option(names = "--json", description = "Write the table as JSON.")
    private boolean json;

    @Option(
            names = "--markdown",
            description = "Write it as Markdown, as docs/configuration.md has it.")
    private boolean markdown;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (json && markdown) {
            throw new ParameterException(
                    spec.commandLine(), "--json and --markdown: choose one of them");
        }
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(PipelineConfig.table()));
        } else if (markdown) {
            out.print(markdown());
        } else {
            printTable(out);
        }
        out.flush();
    }

    private static void printTable(PrintWriter out) {
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
        out.println(
                "${file:PATH} in a value is the text of that file, ${file:PATH:KEY} a key of a"
                        + " properties file: so secrets stay out of the settings.");
    }

    /// The table of `docs/configuration.md`.
    static String markdown() {
        StringBuilder table = new StringBuilder();
        table.append("| Setting | Type | Default | Meaning |\n|---|---|---|---|\n");
        for (PipelineConfig.Row row : PipelineConfig.table()) {
            String fallback = row.fallback().isEmpty() ? "" : "`" + row.fallback() + "`";
            table.append(
                    "| `%s` | %s | %s | %s |\n"
                            .formatted(
                                    row.name(),
                                    cell(row.type()),
                                    cell(fallback),
                                    cell(row.text())));
        }
        return table.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}

package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.config.ConfigCheck;
import dev.talaria.pipeline.config.Problem;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import tools.jackson.databind.json.JsonMapper;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/// Says everything that is wrong with settings, at once.
@Command(
        name = "check",
        description = {
            "Say everything that is wrong with a file of settings and the TALARIA_… variables of"
                    + " this environment, each with its place and what to do. No broker is asked.",
            "Exit codes: 0 it can be used (there may be warnings), 1 it cannot."
        },
        footer = {
            "",
            "Examples:",
            "  talaria config check talaria.yaml",
            "  talaria config check --json talaria.yaml | jq -r '.errors[].place'"
        })
final class ConfigCheckCommand implements Callable<Integer> {

    private static final int UNUSABLE = 1;

    @Mixin private StandardOptions standard;

    @Parameters(paramLabel = "FILE", description = "YAML or properties file with the settings.")
    private Path file;

    @Option(names = "--json", description = "Write what is found as JSON.")
    private boolean json;

    @Spec private CommandSpec spec;

    /// What is written with `--json`.
    private record Report(
            String file, boolean usable, List<Problem> errors, List<Problem> warnings) {}

    @Override
    public Integer call() {
        ConfigCheck check = ConfigCheck.of(file, System.getenv());
        boolean usable = check.errors().isEmpty();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(
                    JsonMapper.shared()
                            .writeValueAsString(
                                    new Report(
                                            file.toString(),
                                            usable,
                                            check.errors(),
                                            check.warnings())));
        } else {
            print("error", check.errors());
            print("warning", check.warnings());
            out.println(summary(check, usable));
        }
        out.flush();
        return usable ? 0 : UNUSABLE;
    }

    private void print(String kind, List<Problem> problems) {
        for (Problem problem : problems) {
            spec.commandLine().getOut().printf("%s: %s%n", kind, problem);
        }
    }

    private String summary(ConfigCheck check, boolean usable) {
        return "%s: %s%s"
                .formatted(
                        file,
                        usable
                                ? "can be used"
                                : "cannot be used, " + counted(check.errors(), "error"),
                        check.warnings().isEmpty()
                                ? ""
                                : ", " + counted(check.warnings(), "warning"));
    }

    private static String counted(List<Problem> problems, String kind) {
        return problems.size() + " " + kind + (problems.size() == 1 ? "" : "s");
    }
}

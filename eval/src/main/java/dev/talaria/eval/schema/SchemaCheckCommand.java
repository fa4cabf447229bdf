package dev.talaria.eval.schema;

import dev.talaria.schemas.grammar.Enforcement;
import dev.talaria.schemas.grammar.EnforcementReport;
import dev.talaria.schemas.grammar.GrammarOptions;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/// Says what is enforced of a schema.
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Say of every keyword of a schema whether answers are held to it while they are"
                    + " written, and what is wrong where the schema is refused.",
            "Exit code 0 if the schema can be used, 3 if it is refused, 1 if the file is no schema."
        })
final class SchemaCheckCommand implements Callable<Integer> {

    private static final int REFUSED = 3;

    @Parameters(paramLabel = "FILE", description = "A JSON Schema.")
    private Path file;

    @Option(names = "--json", description = "Write the report as JSON.")
    private boolean json;

    @Option(
            names = "--enforce",
            paramLabel = "POLICY",
            defaultValue = "strict",
            description =
                    "strict: refuse what is not enforced; hybrid: leave it to validation after the"
                            + " answer (default: ${DEFAULT-VALUE}).")
    private Enforcement enforcement;

    @Mixin private GrammarArguments grammar;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        GrammarOptions options = grammar.options().with(enforcement);
        EnforcementReport report = EnforcementReport.of(read(), options);
        SchemaReportText text = new SchemaReportText(file.toString(), report);
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? text.json() : text.text());
        return report.isUsable() ? 0 : REFUSED;
    }

    private String read() throws IOException {
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(file + ": there is no such file; check the path");
        }
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException(
                    file + ": is a folder; name a schema's file, or use schema bench");
        }
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + ": is not UTF-8; save it as UTF-8 text", e);
        }
    }
}

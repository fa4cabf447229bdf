package dev.talaria.eval.schema;

import dev.talaria.inference.embedded.VocabularyMasks;
import dev.talaria.schemas.grammar.Enforcement;
import dev.talaria.schemas.grammar.EnforcementReport;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;

/// Says what is enforced of schemas, and what they cost.
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Say of every keyword of a schema whether answers are held to it while they are"
                    + " written, and what is wrong where the schema is refused.",
            "Several files may refer to each other by their names, as registered schemas do:"
                    + " address@1.json is address@1.",
            "Exit code 0 if every schema can be used, 3 if one is refused, 1 if a file is no"
                    + " schema."
        })
final class SchemaCheckCommand implements Callable<Integer> {

    private static final int REFUSED = 3;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "JSON Schemas, or folders of them.")
    private List<Path> paths;

    @Option(
            names = "--vocabulary",
            paramLabel = "PATH",
            description =
                    "Say how many tokens the shortest answer has: of a GGUF file, a folder in"
                            + " Hugging Face's layout, a tokenizer.json or a tokenizer.model.")
    private Path vocabulary;

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
        SchemaFileSet set = SchemaFileSet.read(paths);
        VocabularyMasks masks = vocabulary == null ? null : VocabularyMasks.open(vocabulary);
        List<SchemaReportText> reports = new ArrayList<>();
        Map<Path, String> failures = new LinkedHashMap<>();
        for (Path file : set.files()) {
            try {
                reports.add(report(file, set.text(file), options, masks));
            } catch (InvalidSchemaException e) {
                String failure = String.valueOf(e.getMessage());
                failures.put(file, failure);
                spec.commandLine().getErr().println("talaria: " + file + ": " + failure);
            }
        }
        write(reports, failures);
        boolean usable = reports.stream().allMatch(report -> report.report().isUsable());
        return !failures.isEmpty() ? 1 : usable ? 0 : REFUSED;
    }

    private static SchemaReportText report(
            Path file, String text, GrammarOptions options, VocabularyMasks masks) {
        EnforcementReport report = EnforcementReport.of(text, options);
        if (report.isUsable()) {
            // Answers are validated, too: a schema that this refuses is none to anybody.
            NetworkntValidator.of(text);
        }
        OptionalInt tokens =
                masks == null || !report.isUsable()
                        ? OptionalInt.empty()
                        : OptionalInt.of(
                                masks.minimumTokens(GrammarCompiler.compile(text, options)));
        return new SchemaReportText(file.toString(), report, tokens);
    }

    private void write(List<SchemaReportText> reports, Map<Path, String> failures) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            boolean alone = reports.size() == 1 && failures.isEmpty();
            out.println(
                    alone ? reports.getFirst().json() : SchemaReportText.json(reports, failures));
            return;
        }
        for (int i = 0; i < reports.size(); i++) {
            out.print(i == 0 ? "" : System.lineSeparator());
            out.println(reports.get(i).text());
        }
    }
}

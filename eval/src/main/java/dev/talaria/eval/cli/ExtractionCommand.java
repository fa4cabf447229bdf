package dev.talaria.eval.cli;

import dev.talaria.eval.extraction.DateOrder;
import dev.talaria.eval.extraction.DecimalMark;
import dev.talaria.eval.extraction.ExtractionOptions;
import dev.talaria.eval.extraction.ExtractionSuite;
import dev.talaria.eval.extraction.FieldType;
import dev.talaria.schemas.task.ExtractionTask;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/// Documents whose fields are known.
@Command(
        name = "extraction",
        mixinStandardHelpOptions = true,
        description = {
            "Extract the fields of documents, and judge them by the fields they are known to have.",
            "Passed is a document whose every field is right, dates, amounts and texts in any usual"
                    + " spelling; precision, recall and F1 are given by field."
        })
final class ExtractionCommand implements Callable<Integer> {

    @Mixin private RunArguments run;

    @Mixin private SamplingArguments sampling;

    @Option(
            names = "--constraint",
            paramLabel = "on|off|both",
            defaultValue = "both",
            description = "Whether answers are held to the schema (default: ${DEFAULT-VALUE}).")
    private ConstraintChoice constraint;

    @Option(
            names = "--schema",
            paramLabel = "FILE",
            description =
                    "The JSON Schema of the fields. Without it, each row's own; where rows have"
                            + " none, one that is derived from the gold fields of the set.")
    private Path schema;

    @Option(
            names = "--text-column",
            paramLabel = "NAME",
            description = "The column of the document (default: text, document, content, …).")
    private String textColumn;

    @Option(
            names = "--gold-column",
            paramLabel = "NAME",
            description = "The column of its fields (default: gold, expected, fields, …).")
    private String goldColumn;

    @Option(
            names = "--schema-column",
            paramLabel = "NAME",
            description = "The column of its schema (default: schema, where there is one).")
    private String schemaColumn;

    @Option(
            names = "--group-column",
            paramLabel = "NAME",
            description =
                    "Give figures for each value of this column (default: kind, category, split).")
    private String groupColumn;

    @Option(
            names = "--field-type",
            paramLabel = "FIELD=TYPE",
            description =
                    "What a field is, where the schema and the gold values do not tell: text,"
                            + " amount, date or boolean. Fields are paths: total, address.city,"
                            + " lines[].price.")
    private Map<String, FieldType> fieldTypes = new LinkedHashMap<>();

    @Option(
            names = "--date-order",
            paramLabel = "dmy|mdy|ymd",
            defaultValue = "dmy",
            description =
                    "How 03/04/05 is read, where more than one order is possible (default:"
                            + " ${DEFAULT-VALUE}).")
    private DateOrder dateOrder;

    @Option(
            names = "--decimal-mark",
            paramLabel = "point|comma",
            defaultValue = "point",
            description =
                    "How 1.234 and 1,234 are read, where nothing else tells (default:"
                            + " ${DEFAULT-VALUE}).")
    private DecimalMark decimalMark;

    @Option(
            names = "--instruction",
            paramLabel = "TEXT",
            defaultValue = ExtractionTask.DEFAULT_INSTRUCTION,
            description = "What the model is told before the document (default: ${DEFAULT-VALUE}).")
    private String instruction;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        ExtractionOptions options = options();
        return run.run(dataset -> ExtractionSuite.over(dataset, options));
    }

    private ExtractionOptions options() throws IOException {
        return new ExtractionOptions(
                Optional.ofNullable(textColumn),
                Optional.ofNullable(goldColumn),
                Optional.ofNullable(schemaColumn),
                schema(),
                fieldTypes,
                dateOrder,
                decimalMark,
                instruction,
                sampling.temperature(0f),
                sampling.maxTokens(ExtractionOptions.MAX_TOKENS),
                constraint.modes(),
                Optional.ofNullable(groupColumn));
    }

    private Optional<JsonNode> schema() throws IOException {
        if (schema == null) {
            return Optional.empty();
        }
        if (schemaColumn != null) {
            throw new ParameterException(
                    spec.commandLine(), "--schema is for all rows; leave out --schema-column");
        }
        if (!Files.isRegularFile(schema)) {
            throw new ParameterException(
                    spec.commandLine(), "--schema: %s: there is no such file".formatted(schema));
        }
        try {
            JsonNode json = JsonMapper.shared().readTree(Files.readString(schema));
            if (!json.isObject()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--schema: %s: a schema of fields is a JSON object".formatted(schema));
            }
            return Optional.of(json);
        } catch (JacksonException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--schema: %s: line %d is no JSON: %s"
                            .formatted(schema, e.getLocation().getLineNr(), e.getOriginalMessage()),
                    e);
        }
    }
}

package dev.talaria.pipeline.batch;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.grammar.Enforcement;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.PropertyOrder;
import dev.talaria.schemas.grammar.Spelling;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SamplingOptions;
import dev.talaria.schemas.task.SchemaReference;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything that decides what a job writes: the same job writes the same bytes, whenever it is
/// stopped and started and whoever works on it.
///
/// @param version of this program
/// @param input what is read
/// @param selection of its rows and columns
/// @param question that is asked about each document
/// @param engine what else answers depend on
/// @param output what is written
public record BatchJob(
        String version,
        Input input,
        Selection selection,
        Question question,
        Engine engine,
        Output output) {

    /// How an input is read.
    public enum Kind {
        /// Files of records.
        RECORDS,
        /// Documents, each a file.
        DOCUMENTS
    }

    /// @param path absolute
    /// @param kind how it is read
    /// @param sha256 of all that is read
    public record Input(String path, Kind kind, String sha256) {}

    /// @param text column with the document; unused where files are read
    /// @param file column that names a file with the document instead
    /// @param folder that those names begin in
    /// @param schema column with a JSON Schema for each row
    /// @param id column that messages call a document by
    /// @param kept columns that the output repeats
    /// @param where a filter, see [dev.talaria.datasets.filter.RowFilter]
    /// @param rows of the input that are looked at, from the first
    public record Selection(
            Optional<String> text,
            Optional<String> file,
            Optional<String> folder,
            Optional<String> schema,
            Optional<String> id,
            List<String> kept,
            Optional<String> where,
            long rows) {
        public Selection {
            kept = List.copyOf(kept);
        }
    }

    /// @param schema JSON Schema of all rows; empty where a column has it
    /// @param instruction before each document
    /// @param sampling token choice and limits
    /// @param maxAttempts answers in all
    /// @param enforce `strict` or `hybrid`
    /// @param order `schema` or `any`
    /// @param spelling `single-space`, `compact` or `flexible`
    /// @param whitespaceMax where it is flexible
    public record Question(
            Optional<String> schema,
            String instruction,
            SamplingOptions sampling,
            int maxAttempts,
            String enforce,
            String order,
            String spelling,
            int whitespaceMax) {

        /// The task for a schema.
        ExtractionTask task(OutputSchema of) {
            Enforcement enforcement =
                    enforce.equals("hybrid") ? Enforcement.HYBRID : Enforcement.STRICT;
            return new ExtractionTask(
                    of,
                    instruction,
                    sampling,
                    maxAttempts,
                    new GrammarOptions(
                            enforcement,
                            PropertyOrder.named(order),
                            Spelling.named(spelling, whitespaceMax)));
        }
    }

    /// @param modelSha256 of the weights; empty where whoever comes first decides
    /// @param kvType storage of keys and values
    /// @param contextTokens the longest prompt and answer together; 0 for the model's own
    /// @param maxChunks parts a document may be asked in that is longer than the model's window
    public record Engine(
            Optional<String> modelSha256, String kvType, int contextTokens, int maxChunks) {}

    /// @param path absolute; a file, or a folder of parts
    /// @param rejected absolute; the same for rows without an extraction
    /// @param parts whether folders of parts are written
    /// @param ending of the files' names, which says their format
    /// @param typed whether members of flat schemas get columns
    /// @param timings whether columns are written that differ from run to run
    /// @param rowsPerSplit the most rows that are committed together
    public record Output(
            String path,
            String rejected,
            boolean parts,
            String ending,
            boolean typed,
            boolean timings,
            int rowsPerSplit) {}

    // What a schema given as text is called in messages.
    private static final SchemaReference UNNAMED = new SchemaReference("schema", 1);

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public BatchJob {
        requireNonNull(version, "version");
        requireNonNull(input, "input");
        requireNonNull(selection, "selection");
        requireNonNull(question, "question");
        requireNonNull(engine, "engine");
        requireNonNull(output, "output");
        if (question.schema().isPresent() == selection.schema().isPresent()) {
            throw new IllegalArgumentException(
                    "a job has one schema, or a column with one for each row");
        }
    }

    /// A schema of that text.
    static OutputSchema schema(String json) {
        return OutputSchema.of(UNNAMED, json);
    }

    /// The output's path.
    public Path outputPath() {
        return Path.of(output.path());
    }

    /// The path of the rows without an extraction.
    public Path rejectedPath() {
        return Path.of(output.rejected());
    }

    /// The job as JSON.
    public String json() {
        return JSON.writeValueAsString(this);
    }

    /// The job that was written as JSON.
    ///
    /// @throws BatchException where it is none
    static BatchJob of(String json, Path place) {
        try {
            return JSON.readValue(json, BatchJob.class);
        } catch (JacksonException e) {
            throw new BatchException(
                    "%s: it does not describe a job of this version (%s); begin anew with --restart"
                            .formatted(place, firstLine(e)),
                    e);
        }
    }

    private static String firstLine(JacksonException e) {
        return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("damaged");
    }

    /// In what two jobs differ, each as `name: before, now`; empty where they are the same.
    public List<String> differences(BatchJob now) {
        List<String> found = new ArrayList<>();
        compare("", JSON.valueToTree(this), JSON.valueToTree(now), found);
        return found;
    }

    private static void compare(String name, JsonNode one, JsonNode other, List<String> found) {
        if (!one.isObject() || !other.isObject()) {
            if (!one.equals(other)) {
                found.add("%s: %s then, %s now".formatted(name, brief(one), brief(other)));
            }
            return;
        }
        for (Map.Entry<String, JsonNode> member : one.properties()) {
            String path = name.isEmpty() ? member.getKey() : name + "." + member.getKey();
            compare(path, member.getValue(), other.path(member.getKey()), found);
        }
    }

    private static String brief(JsonNode value) {
        String text = value.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}

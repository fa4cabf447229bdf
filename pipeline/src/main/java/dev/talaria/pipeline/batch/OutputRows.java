package dev.talaria.pipeline.batch;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;
import dev.talaria.schemas.extraction.Extraction.Extracted;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.task.OutputSchema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What is written: the rows of both outputs.
///
/// An extraction's row has the input's columns that are kept, the JSON, its members where they have
/// columns of their own, and where it came from. A rejected row has all of the input's columns and
/// the reason, so that it can be given as input again. Nothing in them differs from run to run,
/// timings aside, which are there only where they are asked for.
public final class OutputRows {

    /// The column with the JSON.
    static final String EXTRACTION = "extraction";

    private static final ValueType TEXT = new ValueType.Text();
    private static final ValueType COUNT = ValueType.Int.INT64;

    private static final List<Field> PROVENANCE =
            List.of(
                    Field.required("x_model", TEXT),
                    Field.required("x_model_sha256", TEXT),
                    Field.required("x_schema_sha256", TEXT),
                    Field.required("x_attempts", COUNT),
                    Field.required("x_tokens_prompt", COUNT),
                    Field.required("x_tokens_completion", COUNT));
    private static final List<Field> TIMINGS =
            List.of(
                    Field.required("x_tokens_cached", COUNT),
                    Field.required("x_latency_ms", COUNT));
    private static final List<Field> REASON =
            List.of(
                    Field.required("rejected_stage", TEXT),
                    Field.required("rejected_class", TEXT),
                    Field.required("rejected_message", TEXT),
                    Field.nullable("rejected_output", TEXT));

    private final RecordType input;
    private final List<Integer> kept;
    private final List<Integer> repeated;
    private final TypedFields typed;
    private final boolean timings;
    private final RecordType extractions;
    private final RecordType rejections;

    OutputRows(BatchJob job, RecordType input) {
        this.input = input;
        this.timings = job.output().timings();
        this.kept = job.selection().kept().stream().map(input::indexOf).toList();
        this.repeated =
                input.names().stream()
                        .filter(name -> !has(REASON, name))
                        .map(input::indexOf)
                        .toList();
        this.typed =
                job.output().typed()
                        ? job.question().schema().map(TypedFields::of).orElseGet(TypedFields::none)
                        : TypedFields.none();
        this.extractions = extractionType();
        this.rejections = rejectionType();
    }

    /// Whether an input's column of that name would be in the way of ours. An input that has them
    /// came from a job.
    public static boolean isReserved(String name) {
        return name.equals(EXTRACTION)
                || has(PROVENANCE, name)
                || has(TIMINGS, name)
                || has(REASON, name);
    }

    private static boolean has(List<Field> fields, String name) {
        return fields.stream().anyMatch(field -> field.name().equals(name));
    }

    RecordType extractions() {
        return extractions;
    }

    RecordType rejections() {
        return rejections;
    }

    private RecordType extractionType() {
        List<Field> fields = new ArrayList<>();
        kept.forEach(place -> fields.add(input.fields().get(place)));
        fields.add(Field.required(EXTRACTION, TEXT));
        List<Field> provenance = provenance();
        Set<String> taken = new HashSet<>();
        fields.forEach(field -> taken.add(field.name()));
        provenance.forEach(field -> taken.add(field.name()));
        fields.addAll(typed.fields(taken));
        fields.addAll(provenance);
        return new RecordType(fields);
    }

    private List<Field> provenance() {
        List<Field> fields = new ArrayList<>(PROVENANCE);
        if (timings) {
            fields.addAll(TIMINGS);
        }
        return fields;
    }

    private RecordType rejectionType() {
        List<Field> fields = new ArrayList<>();
        repeated.forEach(place -> fields.add(input.fields().get(place)));
        fields.addAll(REASON);
        return new RecordType(fields);
    }

    Row extracted(Row row, Extracted answer) {
        List<Value> values = new ArrayList<>(extractions.fields().size());
        kept.forEach(place -> values.add(row.values().get(place)));
        values.add(new Value.Text(answer.json()));
        values.addAll(typed.values(answer.json()));
        Provenance from = answer.provenance();
        values.add(new Value.Text(from.model()));
        values.add(new Value.Text(from.modelSha256()));
        values.add(new Value.Text(from.schema().map(OutputSchema::sha256).orElse("")));
        values.add(new Value.Int(from.attempts()));
        values.add(new Value.Int(from.promptTokens()));
        values.add(new Value.Int(from.completionTokens()));
        if (timings) {
            values.add(new Value.Int(from.cachedTokens()));
            values.add(new Value.Int(from.latency().toMillis()));
        }
        return new Row(extractions, values);
    }

    /// @param stage how far the row came
    Row rejected(
            Row row, String stage, String errorClass, String message, Optional<String> rawOutput) {
        List<Value> values = new ArrayList<>(rejections.fields().size());
        repeated.forEach(place -> values.add(row.values().get(place)));
        values.add(new Value.Text(stage));
        values.add(new Value.Text(errorClass));
        values.add(new Value.Text(message));
        values.add(rawOutput.<Value>map(Value.Text::new).orElse(Value.Null.NULL));
        return new Row(rejections, values);
    }
}

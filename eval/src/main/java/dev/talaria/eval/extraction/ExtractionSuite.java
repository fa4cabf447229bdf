package dev.talaria.eval.extraction;

import dev.talaria.eval.suite.Dataset;
import dev.talaria.eval.suite.DatasetRow;
import dev.talaria.eval.suite.Item;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.Suite;
import dev.talaria.eval.suite.TrialResult;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Documents whose fields are known. Passed is a document whose every field is right in the sense
/// of its type, with none beside them; by the stricter rules it is also spelled as in the gold
/// fields, and satisfies the schema.
///
/// What the fields are, and their types, are facts of the whole set, so a suite is made for the
/// rows of one.
public final class ExtractionSuite implements Suite {

    private static final List<String> GROUPS = List.of("kind", "category", "split");

    /// Where a document's schema comes from.
    private enum SchemaSource {
        GIVEN("given with --schema"),
        ROW("of each row"),
        GOLD("derived from the gold fields of the set");

        private final String words;

        SchemaSource(String words) {
            this.words = words;
        }
    }

    private final ExtractionOptions options;
    private final Columns columns;
    private final SchemaSource source;
    private final @Nullable JsonNode common;
    private final FieldTypes types;
    private final DocumentJudge judge;
    private final List<String> groups;
    private final SchemaChecks checks = new SchemaChecks();

    private ExtractionSuite(
            ExtractionOptions options,
            Columns columns,
            SchemaSource source,
            @Nullable JsonNode common,
            FieldTypes types,
            List<String> groups) {
        this.options = options;
        this.columns = columns;
        this.source = source;
        this.common = common;
        this.types = types;
        this.groups = groups;
        this.judge =
                new DocumentJudge(types, new Normalization(options.dates(), options.decimals()));
    }

    /// The suite for the rows of a dataset.
    ///
    /// @throws IllegalArgumentException where a column is missing or a row's gold fields are no
    ///   JSON, naming it
    public static ExtractionSuite over(Dataset dataset, ExtractionOptions options) {
        List<DatasetRow> rows = dataset.rows();
        Columns columns = columns(dataset, options);
        boolean hasSchema = columns.schema().isPresent();
        SchemaSource source =
                options.schema().isPresent()
                        ? SchemaSource.GIVEN
                        : hasSchema ? SchemaSource.ROW : SchemaSource.GOLD;
        List<JsonNode> golds = new ArrayList<>();
        for (DatasetRow row : rows) {
            JsonNode schema = options.schema().orElse(null);
            golds.add(gold(dataset, columns, row, schema));
        }
        Normalization normalization = new Normalization(options.dates(), options.decimals());
        FieldTypes types = FieldTypes.of(golds, options.types(), normalization);
        JsonNode common = options.schema().orElse(null);
        if (source == SchemaSource.GOLD) {
            common = GoldSchema.of(golds);
        }
        return new ExtractionSuite(options, columns, source, common, types, groups(rows, options));
    }

    private static Columns columns(Dataset dataset, ExtractionOptions options) {
        try {
            return Columns.of(
                    dataset.rows().getFirst(),
                    options.textColumn(),
                    options.goldColumn(),
                    options.schemaColumn());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(dataset.name() + ": " + e.getMessage(), e);
        }
    }

    private static JsonNode gold(
            Dataset dataset, Columns columns, DatasetRow row, @Nullable JsonNode schema) {
        try {
            return gold(columns, row, schema);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s: row %d: %s".formatted(dataset.name(), row.number(), e.getMessage()), e);
        }
    }

    // A list of one object is that object, unless the schema says list.
    private static JsonNode gold(Columns columns, DatasetRow row, @Nullable JsonNode schema) {
        JsonNode gold = FieldJson.withoutNulls(json(row, columns.gold()));
        boolean isList = schema != null && schema.path("type").asString("").equals("array");
        return gold.isArray() && gold.size() == 1 && gold.get(0).isObject() && !isList
                ? gold.get(0)
                : gold;
    }

    private static JsonNode json(DatasetRow row, String column) {
        JsonNode value = row.required(column);
        if (!value.isString()) {
            return value;
        }
        try {
            return FieldJson.parse(value.stringValue());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "column '%s' is no JSON: %s".formatted(column, e.getMessage()), e);
        }
    }

    // A column that every row has, of few different values.
    private static List<String> groups(List<DatasetRow> rows, ExtractionOptions options) {
        List<String> names = options.group().map(List::of).orElse(GROUPS);
        return names.stream()
                .filter(name -> options.group().isPresent() || isDividing(rows, name))
                .toList();
    }

    private static boolean isDividing(List<DatasetRow> rows, String name) {
        long values =
                rows.stream()
                        .map(row -> row.value(name).map(JsonNode::toString).orElse(""))
                        .distinct()
                        .count();
        return rows.stream().allMatch(row -> row.value(name).isPresent())
                && values > 1
                && values <= 50;
    }

    @Override
    public String name() {
        return "extraction";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> described = options.described();
        described.put("textColumn", columns.text());
        described.put("goldColumn", columns.gold());
        described.put("schemaSource", source.words);
        if (common != null) {
            described.put("schema", FieldJson.oneLine(common));
        }
        Map<String, String> ofFields = new TreeMap<>();
        types.seen().keySet().forEach(path -> ofFields.put(path, types.of(path, common).name()));
        options.types().forEach((path, type) -> ofFields.put(path, type.name()));
        if (source != SchemaSource.ROW) {
            described.put("fieldTypes", ofFields.toString().toLowerCase(Locale.ROOT));
        }
        return described;
    }

    @Override
    public List<Mode> modes() {
        return options.modes();
    }

    @Override
    public List<String> groups() {
        return groups;
    }

    @Override
    public Item item(DatasetRow row) {
        JsonNode schema =
                source == SchemaSource.ROW
                        ? FieldJson.withoutNulls(json(row, columns.schema().orElseThrow()))
                        : common;
        if (schema == null) {
            throw new IllegalStateException("a suite without a schema");
        }
        Map<String, JsonNode> attributes = new LinkedHashMap<>();
        row.value("id").ifPresent(id -> attributes.put("id", id));
        for (String group : groups) {
            attributes.put(group, row.value(group).orElse(StringNode.valueOf("")));
        }
        return new DocumentItem(
                row.text(columns.text()),
                gold(columns, row, schema),
                schema,
                options,
                judge,
                checks,
                attributes);
    }

    /// By field and in all: `fields`, `micro`, `macro`; shares of documents that are exact, exact
    /// as spelled, valid and JSON.
    @Override
    public Map<String, JsonNode> metrics(List<TrialResult> results) {
        Map<String, FieldType> known = new HashMap<>();
        return FieldMetrics.of(
                results, judge, path -> known.computeIfAbsent(path, it -> types.of(it, common)));
    }
}

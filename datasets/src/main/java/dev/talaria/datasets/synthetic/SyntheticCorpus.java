package dev.talaria.datasets.synthetic;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Rows of made-up documents or requests. Row `i` depends on the kind, the seed, the part of the
/// vocabulary and `i` alone, so any part of a corpus can be made by itself. Safe for use by many
/// threads.
///
/// Documents have `id`, `kind`, `split` (`train`, or `test` with held-out words), `document`,
/// `schema` and `gold`; requests have the columns of `NousResearch/func-calling-eval` (`prompt`,
/// `completion`, `tools`), and `id` and `split`.
public final class SyntheticCorpus {

    /// All kinds of documents by turns.
    public static final String MIXED = "documents";

    /// Documents with schemas that no kind has.
    public static final String FREE = "free";

    /// Requests that tools answer.
    public static final String TOOL_CALLS = "tool-calls";

    private static final ValueType TEXT = new ValueType.Text();
    private static final ValueType JSON = new ValueType.Json();
    private static final ValueType.Struct MESSAGE =
            ValueType.Struct.of(Field.required("role", TEXT), Field.required("content", TEXT));

    private static final RecordType DOCUMENTS =
            RecordType.of(
                    Field.required("id", TEXT),
                    Field.required("kind", TEXT),
                    Field.required("split", TEXT),
                    Field.required("document", TEXT),
                    Field.required("schema", JSON),
                    Field.required("gold", JSON));

    // Schema, tools and calls are texts in the published sets, too.
    private static final RecordType REQUESTS =
            RecordType.of(
                    Field.required("id", TEXT),
                    Field.required("split", TEXT),
                    Field.required(
                            "prompt", new ValueType.ListOf(Field.required("element", MESSAGE))),
                    Field.required("completion", TEXT),
                    Field.required("tools", TEXT));

    private final String kind;
    private final long seed;
    private final boolean isHeldOut;

    /// @param kind one of [#kinds]
    /// @param isHeldOut draw from the words that are kept apart; no name, thing or place of a
    ///   corpus with them is in one without
    /// @throws IllegalArgumentException where there is no such kind
    public SyntheticCorpus(String kind, long seed, boolean isHeldOut) {
        if (!kinds().contains(kind)) {
            throw new IllegalArgumentException(
                    "there is no kind '%s'; there are %s"
                            .formatted(kind, String.join(", ", kinds())));
        }
        this.kind = kind;
        this.seed = seed;
        this.isHeldOut = isHeldOut;
    }

    /// The kinds of corpora there are.
    public static List<String> kinds() {
        List<String> kinds = new ArrayList<>(List.of(MIXED, FREE, TOOL_CALLS));
        DocumentKind.ALL.forEach(one -> kinds.add(one.name()));
        return kinds;
    }

    /// The columns of the rows.
    public RecordType type() {
        return kind.equals(TOOL_CALLS) ? REQUESTS : DOCUMENTS;
    }

    /// Row `index`, from 0.
    public Row row(long index) {
        return kind.equals(TOOL_CALLS) ? request(index) : document(sample(index), index);
    }

    /// The document of row `index`.
    ///
    /// @throws IllegalStateException where the corpus has requests instead
    public Sample sample(long index) {
        Vocabulary words = words(index);
        int kinds = DocumentKind.ALL.size();
        return switch (kind) {
            case TOOL_CALLS -> throw new IllegalStateException("requests are no documents");
            case FREE -> DocumentWriter.free(words);
            // The free ones take their turn among the kinds.
            case MIXED -> {
                int turn = (int) Math.floorMod(index, kinds + 1L);
                yield turn == kinds
                        ? DocumentWriter.free(words)
                        : DocumentWriter.of(DocumentKind.ALL.get(turn), words);
            }
            default ->
                    DocumentWriter.of(
                            DocumentKind.ALL.stream()
                                    .filter(one -> one.name().equals(kind))
                                    .findFirst()
                                    .orElseThrow(),
                            words);
        };
    }

    private Vocabulary words(long index) {
        long start = new SplittableRandom(seed).nextLong();
        return new Vocabulary(new SplittableRandom(start + index).split(), isHeldOut);
    }

    private Row document(Sample sample, long index) {
        return Row.of(
                DOCUMENTS,
                text(id(index)),
                text(sample.kind()),
                text(split()),
                text(sample.document()),
                new Value.Json(sample.schema()),
                new Value.Json(sample.gold()));
    }

    private Row request(long index) {
        ToolCallWriter.Turn turn = ToolCallWriter.of(words(index));
        Value message = new Value.Struct(List.of(text("user"), text(turn.request())));
        return Row.of(
                REQUESTS,
                text(id(index)),
                text(split()),
                new Value.Elements(List.of(message)),
                text(turn.calls()),
                text(turn.tools()));
    }

    private String id(long index) {
        return "%s-%d-%d".formatted(kind, seed, index);
    }

    private String split() {
        return isHeldOut ? "test" : "train";
    }

    private static Value text(String text) {
        return new Value.Text(text);
    }
}

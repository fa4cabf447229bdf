package dev.talaria.eval.extraction;

import dev.talaria.eval.suite.Answer;
import dev.talaria.eval.suite.Assessment;
import dev.talaria.eval.suite.Judgement;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.Reason;
import dev.talaria.eval.suite.TextItem;
import dev.talaria.inference.ChatFormat;
import dev.talaria.inference.ChatOptions;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.embedded.PromptText;
import dev.talaria.schemas.extraction.FinishReason;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One document as a question, and its answer judged.
final class DocumentItem implements TextItem {

    static final String FIELDS = "fields";
    static final String EXACT = "exact";
    static final String AS_SPELLED = "exactAsSpelled";
    static final String VALID = "schemaValid";
    static final String IS_JSON = "json";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MOST_VIOLATIONS = 10;

    private final String document;
    private final JsonNode gold;
    private final JsonNode schema;
    private final String schemaText;
    private final ExtractionOptions options;
    private final DocumentJudge judge;
    private final SchemaChecks checks;
    private final Map<String, JsonNode> attributes;

    /// @param attributes of the row that are kept with its result
    DocumentItem(
            String document,
            JsonNode gold,
            JsonNode schema,
            ExtractionOptions options,
            DocumentJudge judge,
            SchemaChecks checks,
            Map<String, JsonNode> attributes) {
        this.document = document;
        this.gold = gold;
        this.schema = schema;
        this.schemaText = FieldJson.oneLine(schema);
        this.options = options;
        this.judge = judge;
        this.checks = checks;
        this.attributes = attributes;
    }

    @Override
    public JsonNode expected() {
        return gold;
    }

    @Override
    public String prompt(Mode mode) {
        return PromptText.of(request(mode, 0, ChatFormat.CHATML));
    }

    private String user() {
        return options.instruction() + "\n" + document;
    }

    /// In the model's own chat format, as the operator asks about documents; the text of a prompt
    /// is shown in ChatML.
    @Override
    public TextRequest request(Mode mode, long seed) {
        return request(mode, seed, ChatFormat.AUTO);
    }

    // The system turn is written here in both modes, although the operator would add its own to a
    // schema: its tags are tokens where a model has such, and then only one mode would have them.
    private TextRequest request(Mode mode, long seed, ChatFormat format) {
        return new TextRequest(
                user(),
                false,
                Optional.of(PromptText.jsonMode(schemaText)),
                mode == Mode.CONSTRAINED ? Optional.of(schemaText) : Optional.empty(),
                options.sampling(seed),
                new ChatOptions(format, List.of(), List.of()));
    }

    @Override
    public Judgement judge(Answer answer) {
        String text = FieldJson.unfenced(answer.text());
        JsonNode fields;
        try {
            fields = FieldJson.parse(text);
        } catch (IllegalArgumentException e) {
            return noJson(answer, String.valueOf(e.getMessage()));
        }
        DocumentScore score = judge.judge(gold, fields, schema);
        List<String> violations = checks.violations(schemaText, text);
        List<Reason> stricter = new ArrayList<>(score.reasons());
        if (!score.isRawExact() && score.reasons().isEmpty()) {
            stricter.add(new Reason("other-spelling", "right only in the sense of the types"));
        }
        List<Reason> reasons = new ArrayList<>(score.reasons());
        violations.stream()
                .limit(MOST_VIOLATIONS)
                .forEach(each -> {
                    stricter.add(new Reason("schema-violation", each));
                    reasons.add(Reason.remark("does not satisfy the schema: " + each));
                });
        return new Judgement(
                Assessment.of(reasons),
                Assessment.of(stricter),
                kept(score, violations.isEmpty(), true));
    }

    private Judgement noJson(Answer answer, String finding) {
        Reason reason =
                answer.finish() == FinishReason.TOKEN_LIMIT
                        ? new Reason(
                                "cut-short",
                                "the answer ended at the token limit before it was whole")
                        : new Reason("not-json", "the output is no JSON: " + finding);
        DocumentScore score = judge.nothing(gold, reason);
        Assessment failed = Assessment.of(List.of(reason));
        return new Judgement(failed, failed, kept(score, false, false));
    }

    private Map<String, JsonNode> kept(DocumentScore score, boolean isValid, boolean isJson) {
        Map<String, JsonNode> kept = new LinkedHashMap<>(attributes);
        kept.put(EXACT, JSON.booleanNode(score.isExact()));
        kept.put(AS_SPELLED, JSON.booleanNode(score.isRawExact()));
        kept.put(VALID, JSON.booleanNode(isValid));
        kept.put(IS_JSON, JSON.booleanNode(isJson));
        kept.put(FIELDS, FieldMetrics.json(score));
        return kept;
    }
}

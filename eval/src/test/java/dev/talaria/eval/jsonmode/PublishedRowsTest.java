package dev.talaria.eval.jsonmode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.eval.SharedData;
import dev.talaria.eval.suite.Answer;
import dev.talaria.eval.suite.Assessment;
import dev.talaria.eval.suite.Dataset;
import dev.talaria.eval.suite.DatasetRow;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.Reason;
import dev.talaria.eval.suite.RowSelection;
import dev.talaria.eval.suite.Verdict;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// The rows of the published dataset that are at hand: their references pass, and what has been
/// made of these fails for what was made of it.
class PublishedRowsTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final JsonModeSuite SUITE =
            new JsonModeSuite(List.of(Mode.UNCONSTRAINED), 0.1f, 512);
    private static final long SEED = 20_260;

    @Test
    void everyReferenceThatIsValidPassesBothVerdicts() throws IOException {
        int passed = 0;
        List<Long> invalid = new ArrayList<>();
        for (DatasetRow row : rows()) {
            Assessment published = judge(row, row.text("completion"));
            if (published.verdict() == Verdict.PASSED) {
                passed++;
            } else {
                assertThat(published.reasons())
                        .allMatch(it ->
                                it.kind().startsWith("schema-")
                                        || it.kind().equals("invalid-schema"));
                invalid.add(row.number());
            }
        }
        assertThat(passed).as("references that are not valid: %s", invalid).isGreaterThan(30);
        assertThat(passed + invalid.size()).isEqualTo(36);
    }

    @Test
    void aCorruptedReferenceFailsForWhatWasDoneToIt() throws IOException {
        Random random = new Random(SEED);
        for (DatasetRow row : rows()) {
            String reference = row.text("completion");
            if (judge(row, reference).verdict() != Verdict.PASSED) {
                continue;
            }
            ObjectNode value = (ObjectNode) JSON.readTree(reference);
            List<String> keys = List.copyOf(value.propertyNames());
            String key = keys.get(random.nextInt(keys.size()));

            ObjectNode without = value.deepCopy();
            without.remove(key);
            assertFails(row, without.toString(), "missing-key", "schema-required");

            ObjectNode more = value.deepCopy();
            more.put("key-" + random.nextInt(1_000), 1);
            assertFails(row, more.toString(), "extra-key", "schema-additionalProperties");

            ObjectNode other = value.deepCopy();
            other.set(key, changed(value.get(key)));
            assertFails(row, other.toString(), "wrong-value", "schema-");

            ObjectNode nulled = value.deepCopy();
            nulled.putNull(key);
            assertFails(row, nulled.toString(), "schema-", "wrong-value");

            int cut = 1 + random.nextInt(reference.length() - 2);
            assertFails(row, reference.substring(0, cut), "not-json");
            assertFails(row, "Sure: " + reference, "not-json");
            assertFails(row, "[" + reference + "]", "no-map");
            assertFails(row, "\"" + key + "\"", "schema-", "no-map");
        }
    }

    // Of the same type.
    private static JsonNode changed(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> JSON.getNodeFactory().stringNode(value.stringValue() + " x");
            case NUMBER -> JSON.getNodeFactory().numberNode(value.asInt() + 1);
            case BOOLEAN -> JSON.getNodeFactory().booleanNode(!value.booleanValue());
            case ARRAY ->
                    JSON.getNodeFactory().arrayNode().addAll(value.valueStream().toList()).add(7);
            case OBJECT -> ((ObjectNode) value.deepCopy()).put("x", 1);
            case NULL, BINARY, MISSING, POJO -> JSON.getNodeFactory().stringNode("x");
        };
    }

    private static void assertFails(DatasetRow row, String answer, String... kinds) {
        Assessment published = judge(row, answer);
        String what = "seed %d, row %d: %s".formatted(SEED, row.number(), answer);
        assertThat(published.verdict()).as(what).isEqualTo(Verdict.FAILED);
        assertThat(published.reasons())
                .extracting(Reason::kind)
                .as(what)
                .allMatch(kind -> List.of(kinds).stream().anyMatch(kind::startsWith));
    }

    @Test
    void recordedAnswersOfOthersAreJudged() throws IOException {
        // The rows of the file at hand by their number in the published one, which lacks these
        // here.
        List<Integer> absent = List.of(9, 25, 36, 37);
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            if (!absent.contains(i)) {
                numbers.add(i);
            }
        }
        List<DatasetRow> rows = rows();
        int passed = 0;
        int judged = 0;
        for (String line :
                Files.readAllLines(
                        SharedData.file("data/json-mode-eval/recorded_outputs.first40.jsonl"))) {
            JsonNode record = JSON.readTree(line);
            DatasetRow row = rows.get(numbers.indexOf(record.path("row").asInt()));
            Assessment published = judge(row, record.path("text").asString());
            assertThat(published.verdict() == Verdict.PASSED)
                    .isEqualTo(published.reasons().isEmpty());
            passed += published.verdict() == Verdict.PASSED ? 1 : 0;
            judged++;
        }
        assertThat(judged).isEqualTo(133);
        assertThat(passed).isPositive();
    }

    private static Assessment judge(DatasetRow row, String answer) {
        return SUITE.item(row).judge(Answer.recorded(answer)).published();
    }

    private static List<DatasetRow> rows() throws IOException {
        return Dataset.read(
                        SharedData.file("data/json-mode-eval/json_mode_eval.first40.jsonl"),
                        Optional.empty(),
                        RowSelection.ALL)
                .rows();
    }
}

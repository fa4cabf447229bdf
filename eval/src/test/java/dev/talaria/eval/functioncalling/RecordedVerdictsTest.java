package dev.talaria.eval.functioncalling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.eval.SharedData;
import dev.talaria.eval.suite.Answer;
import dev.talaria.eval.suite.Assessment;
import dev.talaria.eval.suite.Dataset;
import dev.talaria.eval.suite.Item;
import dev.talaria.eval.suite.Reason;
import dev.talaria.eval.suite.RowSelection;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/// What the published evaluator found about recorded answers, found again: verdict and log.
class RecordedVerdictsTest {

    @ParameterizedTest
    @CsvSource({"single_turn, 30", "multi_turn, 50"})
    void verdictsAndReasonsAreThoseOfTheLog(String set, int rows) throws IOException {
        String name = "data/func-calling-eval/%s.%sfirst%d.jsonl";
        Dataset dataset =
                Dataset.read(
                        SharedData.file(name.formatted(set, "", rows)),
                        Optional.empty(),
                        RowSelection.ALL);
        int judged = 0;
        for (String line :
                Files.readAllLines(SharedData.file(name.formatted(set, "recorded.", rows)))) {
            JsonNode record = JsonMapper.shared().readTree(line);
            if (record.has("result_by_original_validator")) {
                Item item = Rows.LENIENT.item(dataset.rows().get(record.path("row").asInt()));
                Answer answer = Answer.recorded(record.path("text").asString());
                Assessment published = item.judge(answer).published();
                assertThat(published.verdict().text())
                        .as(line)
                        .isEqualTo(record.path("result_by_original_validator").asString());
                assertThat(published.reasons()).extracting(Reason::text).isEqualTo(log(record));
                judged++;
            }
        }
        assertThat(judged).isEqualTo(rows);
    }

    // Without the answer itself, which the log repeats at the end.
    private static List<String> log(JsonNode record) {
        return record.path("log")
                .valueStream()
                .map(JsonNode::asString)
                .filter(it -> !it.startsWith("parsed tool calls:"))
                .filter(it -> !it.startsWith("failed tool calls:"))
                .toList();
    }
}

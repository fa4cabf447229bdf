package dev.talaria.eval.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

class DocumentReportTest {

    private static final String SCHEMA = "{\"type\": \"object\", \"required\": [\"a\"]}";

    private static final DocumentResult.Shortcuts SHORTCUTS =
            new DocumentResult.Shortcuts(15, 8, 6, 100, 10);

    private static final List<DocumentResult> OURS =
            List.of(
                    result(2, Optional.of(SHORTCUTS), "{\"a\": 1}", "{\"a\": 2}"),
                    result(4, Optional.of(SHORTCUTS), "{\"a\": 3}", "{\"a\": "));

    private static final List<DocumentResult> THEIRS =
            List.of(
                    result(8, Optional.empty(), "{\n\"a\":1}", "{\"a\": 9}"),
                    result(12, Optional.empty(), "{\"b\": 3}", "{\"a\": "));

    @Test
    void theJsonIsAsItsSchemaSays() throws IOException {
        assertThat(schema().validate(report(true).json())).isEmpty();
        assertThat(schema().validate(report(false).json())).isEmpty();
        assertThat(schema().validate(report(true).json().replace("\"valid\"", "\"right\"")))
                .isNotEmpty();
    }

    @Test
    void documentsAMinuteAreThoseOfTheRounds() {
        JsonNode json = JsonMapper.shared().readTree(report(true).json());

        assertThat(json.at("/own/documentsPerMinute/best").asDouble()).isEqualTo(60);
        assertThat(json.at("/own/documentsPerMinute/slowest").asDouble()).isEqualTo(30);
        assertThat(json.at("/comparison/figures/documentsPerMinute/best").asDouble()).isEqualTo(15);
        assertThat(json.at("/comparison/ratio").asDouble()).isEqualTo(4);
        assertThat(json.at("/own/shortcuts/rows").asInt()).isEqualTo(200);
    }

    @Test
    void answersAreJudgedByTheSchemaAndComparedAsValues() {
        JsonNode json = JsonMapper.shared().readTree(report(true).json());

        assertThat(json.at("/own/valid").asInt()).isEqualTo(3);
        assertThat(json.at("/comparison/figures/valid").asInt()).isEqualTo(2);
        assertThat(json.at("/comparison/sameAnswers").asInt()).isEqualTo(1);
    }

    @Test
    void theTableHasBothSidesAndTheirTokens() {
        String table = report(true).table();

        assertThat(line(table, "ours ")).contains("60.00", "30.00", "50.0", "3 of 4");
        assertThat(line(table, "llama.cpp ")).contains("15.00", "10.00", "2 of 4");
        assertThat(table)
                .contains("50.0 % of the written tokens forced", "12 of 16 guesses")
                .contains("its settings, documents/min: 1 3.00, 8 15.00")
                .contains("best 4.00, median 3.33; the same value for 1 of 4 documents");
        assertThat(report(false).table()).doesNotContain("llama.cpp");
    }

    private static DocumentResult result(
            double seconds, Optional<DocumentResult.Shortcuts> shortcuts, String... answers) {
        return new DocumentResult(seconds, List.of(answers), 100, 60, 30, shortcuts);
    }

    private static DocumentReport report(boolean hasPeer) {
        DocumentReport.Side own = DocumentReport.Side.of(OURS, SCHEMA);
        DocumentRun.Timings timings =
                new DocumentRun.Timings(
                        OURS,
                        THEIRS,
                        List.of(new DocumentRun.Trial("1", 3), new DocumentRun.Trial("8", 15)),
                        Optional.of("8"));
        return new DocumentReport(
                DocumentReport.FORMAT,
                "0.1.0",
                "2026-01-02T03:04:05Z",
                Machine.here(),
                new DocumentReport.Model(
                        "m7.gguf", "Mistral", "0123456789abcdef".repeat(4), "Q4_0", "llama"),
                2,
                2,
                512,
                own,
                hasPeer
                        ? Optional.of(
                                DocumentReport.Beside.of(
                                        Reports.PEER,
                                        timings,
                                        own,
                                        DocumentReport.Side.of(THEIRS, SCHEMA)))
                        : Optional.empty());
    }

    private static String line(String table, String name) {
        return table.lines().filter(line -> line.startsWith(name)).findFirst().orElseThrow();
    }

    private static SchemaValidator schema() throws IOException {
        try (InputStream resource =
                DocumentReport.class.getResourceAsStream("document-report.schema.json")) {
            return NetworkntValidator.of(
                    new String(resource.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}

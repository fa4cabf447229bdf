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

class BenchReportTest {

    @Test
    void theJsonIsAsItsSchemaSays() throws IOException {
        assertThat(schema().validate(Reports.withBandwidths(36, 37).json())).isEmpty();
        assertThat(schema().validate(Reports.withPeer().json())).isEmpty();
    }

    @Test
    void theSchemaNoticesWhatIsMissing() throws IOException {
        String json = Reports.withPeer().json();

        assertThat(schema().validate(json.replace("\"bytesPerStep\"", "\"bytes\""))).isNotEmpty();
        assertThat(schema().validate(json.replace("\"pp512\"", "\"prompt\""))).isNotEmpty();
    }

    @Test
    void theJsonHoldsTheFiguresUnrounded() {
        JsonNode json = JsonMapper.shared().readTree(Reports.withPeer().json());

        assertThat(json.at("/figures/0/tokensPerSecond/best").asDouble()).isEqualTo(512 / 50.0);
        assertThat(json.at("/figures/0/share").asDouble()).isEqualTo(3600 / 50.0 / 90);
        assertThat(json.at("/figures/1/limit").asString()).isEqualTo("memory read");
        assertThat(json.at("/comparison/figures/0/ratio").asDouble()).isEqualTo(2);
    }

    @Test
    void withoutAPeerTheJsonHasNoComparison() {
        assertThat(Reports.withBandwidths(36, 37).json()).doesNotContain("comparison");
    }

    @Test
    void theTableMarksTheLimitOfEachFigure() {
        String table = Reports.withBandwidths(36, 37).table();

        assertThat(table).contains("m7.gguf", "7.11 G multiply-adds", "4.45 GB", "4.11 GB");
        assertThat(line(table, "pp512")).contains("10.24", "8.53", "80.0 %*");
        assertThat(line(table, "tg64")).contains("4.00", "3.20", "48.1 %*");
    }

    @Test
    void theTableSaysWhetherTheCeilingsHeld() {
        assertThat(Reports.withBandwidths(36, 37).table())
                .contains("memory read 37.0 GB/s", "the ceilings held: they varied by 3 % and 0 %");
        assertThat(Reports.withBandwidths(40, 30).table())
                .contains("memory read 40.0 GB/s", "the ceilings drifted by 25 % and 0 %");
    }

    @Test
    void theTableHasTheRatiosAndTheNotes() {
        String table = Reports.withPeer().table();

        assertThat(table)
                .contains("after 3 of 4 prompts both found the same next token")
                .contains("llama.cpp b1", "node-llama-cpp 1.2.3", "Node v20.0.0", "AVX2 = 1")
                .contains("note: 32 sequences are left out");
        assertThat(table.lines().filter(line -> line.startsWith("pp512")).toList().getLast())
                .contains("5.12", "2.00");
    }

    private static String line(String table, String name) {
        return table.lines().filter(line -> line.startsWith(name + " ")).findFirst().orElseThrow();
    }

    private static SchemaValidator schema() throws IOException {
        try (InputStream resource =
                BenchReport.class.getResourceAsStream("bench-report.schema.json")) {
            return NetworkntValidator.of(
                    new String(resource.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}

package dev.talaria.eval.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.embedded.EmbeddedModel;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/// `schema check` and `schema bench` as they are typed.
class SchemaCommandTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir private Path folder;
    private StringWriter out;
    private StringWriter err;

    @BeforeEach
    void nothingWasWritten() {
        out = new StringWriter();
        err = new StringWriter();
    }

    private int run(String... arguments) {
        return SchemaTool.runCommand(
                new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void everyKeywordOfAUsableSchemaIsListed() throws IOException {
        Path schema =
                file(
                        "s.json",
                        """
                        {"type": "object", "title": "t", "required": ["a"],
                         "properties": {"a": {"type": "integer", "minimum": 3}}}\
                        """);

        assertThat(run("check", schema.toString())).isZero();

        assertThat(out.toString())
                .contains("can be used", "shortest answer 8 bytes")
                .containsPattern(
                        "\\d+ values, \\d+ alternatives, 1 members, \\d+ states, about \\d+ KiB")
                .containsPattern("compiled in [0-9.]+ ms")
                .contains("enforced   #/properties/a/minimum")
                .contains("annotation #/title");
    }

    @Test
    void aRefusedSchemaNamesEveryProblemAndEndsWithThree() throws IOException {
        Path schema =
                file(
                        "s.json",
                        """
                        {"properties": {"a": {"pattern": "(a)\\\\1"}, "b": {"requred": []}}}\
                        """);

        assertThat(run("check", schema.toString(), "--json")).isEqualTo(3);

        JsonNode report = JSON.readTree(out.toString());
        assertThat(report.get("usable").booleanValue()).isFalse();
        assertThat(report.get("problems")).hasSize(2);
        assertThat(report.get("problems").get(0).get("pointer").stringValue())
                .isEqualTo("#/properties/a/pattern");
        assertThat(report.get("problems").get(1).get("suggestion").stringValue())
                .contains("required");
    }

    @Test
    void whatIsNotEnforcedMayBeLeftToValidation() throws IOException {
        Path schema = file("s.json", "{\"type\": \"string\", \"pattern\": \"(a)\\\\1\"}");

        assertThat(run("check", schema.toString(), "--enforce", "hybrid")).isZero();

        assertThat(out.toString()).contains("validated  #/pattern", "enforced   #/type");
    }

    @Test
    void schemasInSeveralFilesMayReferToEachOther() throws IOException {
        file("address@1.json", "{\"type\": \"string\", \"minLength\": 2}");
        file(
                "invoice@1.json",
                """
                {"type": "object", "required": ["to"], "properties": {"to": {"$ref": "address@1"}}}\
                """);
        Path refused = file("odd name.json", "{\"pattern\": \"(a)\\\\1\"}");

        assertThat(run("check", folder.toString(), "--json")).isEqualTo(3);

        JsonNode reports = JSON.readTree(out.toString());
        assertThat(reports.get("summary").get("files").intValue()).isEqualTo(3);
        assertThat(reports.get("summary").get("refused").intValue()).isEqualTo(1);
        JsonNode invoice = reports.get("files").get(1);
        assertThat(invoice.get("usable").booleanValue()).isTrue();
        assertThat(invoice.get("shortestBytes").intValue()).isEqualTo("{\"to\": \"ab\"}".length());
        assertThat(invoice.get("size").get("values").intValue()).isGreaterThanOrEqualTo(2);
        Files.delete(refused);
        out.getBuffer().setLength(0);
        assertThat(run("check", folder.toString())).isZero();
        assertThat(out.toString()).contains("address@1.json: can be used", "invoice@1.json: can");
    }

    @Test
    void aFileThatIsNoSchemaDoesNotHideTheOthers() throws IOException {
        Path good = file("good.json", "{\"type\": \"null\"}");
        Path lost = file("lost.json", "{\"$ref\": \"absent@3\"}");

        assertThat(run("check", good.toString(), lost.toString())).isEqualTo(1);

        assertThat(out.toString()).contains("good.json: can be used");
        assertThat(err.toString()).contains("lost.json", "absent@3");
    }

    @Test
    void aFileThatIsNoSchemaIsNamedAloneAndAmongOthers() throws IOException {
        Path broken = file("broken.json", "{\"type\": ");

        assertThat(run("check", broken.toString(), "--json")).isEqualTo(1);

        assertThat(err.toString()).contains("broken.json: ", "line 1");
        JsonNode alone = JSON.readTree(out.toString());
        assertThat(alone.get("summary").get("failed").intValue()).isEqualTo(1);
        out.getBuffer().setLength(0);
        Path good = file("good.json", "{\"type\": \"null\"}");

        assertThat(run("check", good.toString(), broken.toString(), "--json")).isEqualTo(1);

        JsonNode report = JSON.readTree(out.toString());
        assertThat(report.get("summary").get("files").intValue()).isEqualTo(2);
        assertThat(report.get("summary").get("usable").intValue()).isEqualTo(1);
        JsonNode failed = report.get("files").get(1);
        assertThat(failed.get("file").stringValue()).endsWith("broken.json");
        assertThat(failed.get("usable").booleanValue()).isFalse();
        assertThat(failed.get("failure").stringValue()).contains("line 1");
    }

    @Test
    void whatItsDraftDoesNotAllowIsNoSchema() throws IOException {
        for (String schema : new String[] {"\"title\": 5", "\"required\": [\"a\", \"a\"]"}) {
            assertThat(run("check", file("s.json", "{" + schema + "}").toString())).isEqualTo(1);
        }

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("#/title", "#/required");
    }

    @Test
    void theShortestAnswerIsCountedInTokensToo() throws IOException {
        Path schema = file("s.json", "{\"const\": true}");
        Path model = EmbeddedModel.file();

        assertThat(run("check", schema.toString(), "--vocabulary", model.toString())).isZero();

        assertThat(out.toString()).containsPattern("shortest answer 4 bytes, [1-4] tokens");
    }

    @Test
    void whatIsNoSchemaIsSaid() throws IOException {
        assertThat(run("check", folder.resolve("none.json").toString())).isEqualTo(1);
        assertThat(run("check", folder.toString())).isEqualTo(1);
        assertThat(run("check", file("broken.json", "{\"type\": ").toString())).isEqualTo(1);
        assertThat(run("check", file("wrong.json", "{\"type\": 3}").toString())).isEqualTo(1);
        assertThat(run("check")).isEqualTo(2);
        assertThat(run("check", "x", "--enforce", "loosely")).isEqualTo(2);

        assertThat(err.toString().lines().filter(line -> line.startsWith("talaria: "))).hasSize(6);
        assertThat(err.toString()).doesNotContain("Exception", "\tat ");
    }

    @Test
    void filesAreJudgedAndBrokenOnesDoNotEndTheRun() throws IOException {
        file(
                "good.json",
                """
                {"schema": {"type": "object", "required": ["b"],
                            "properties": {"a": {"type": "integer"}, "b": {"maxLength": 3}},
                            "additionalProperties": false},
                 "tests": [{"valid": true, "data": {"b": "日本語", "a": 1.0}},
                           {"valid": false, "data": {"b": "four"}},
                           {"valid": false, "data": {"a": 1}}]}\
                """);
        file(
                "refused.json",
                """
                {"schema": {"pattern": "(a)\\\\1"},
                 "tests": [{"valid": true, "data": "aa"}]}\
                """);
        file(
                "mislabelled.json",
                """
                {"schema": {"type": "integer"},
                 "tests": [{"valid": true, "data": "no"}]}\
                """);
        file(
                "accepting.json",
                """
                {"schema": {"type": "integer"},
                 "tests": [{"valid": false, "data": 17}]}\
                """);
        file("broken.json", "{\"schema\": ");
        file("other.json", "[]");
        Path json = folder.resolve("out");

        int exit = run("bench", folder.toString(), "--warm-up", "0", "--json", json.toString());

        assertThat(exit).isZero();
        JsonNode report = JSON.readTree(Files.readString(json));
        JsonNode summary = report.get("summary");
        assertThat(summary.get("files").intValue()).isEqualTo(6);
        assertThat(summary.get("passing").intValue()).isEqualTo(1);
        assertThat(summary.get("refused").intValue()).isEqualTo(1);
        assertThat(summary.get("wronglyRejected").intValue()).isEqualTo(1);
        assertThat(summary.get("wronglyAccepted").intValue()).isEqualTo(1);
        assertThat(summary.get("failed").intValue()).isEqualTo(2);
        assertThat(summary.get("refusedByKeyword").get("pattern").intValue()).isEqualTo(1);
        assertThat(summary.get("timings").get("maskMicros").get("count").intValue()).isPositive();
        assertThat(report.get("files")).hasSize(6);
        assertThat(out.toString()).contains("passing", "schema to first mask", "accepting.json");
    }

    @Test
    void instancesAreSpelledAsIsAskedFor() throws IOException {
        file(
                "order.json",
                """
                {"schema": {"type": "object", "properties": {"a": {"const": {"x": 1, "y": [2]}},
                            "b": {"uniqueItems": true, "items": {"type": "array"}}},
                            "required": ["a", "b"]},
                 "tests": [{"valid": true, "data": {"b": [[1, 2], [2]], "a": {"y": [2], "x": 1}}},
                           {"valid": false, "data": {"b": [[1], [1]], "a": {"y": [2], "x": 1}}}]}\
                """);
        for (String spelling : new String[] {"single-space", "compact", "flexible"}) {
            String[] arguments = {
                "bench",
                folder.toString(),
                "--warm-up",
                "0",
                "--order",
                "any",
                "--spelling",
                spelling,
                "--whitespace-max",
                "9",
                "--json",
                "-"
            };

            assertThat(run(arguments)).as(err.toString()).isZero();

            JsonNode summary = JSON.readTree(out.toString()).get("summary");
            assertThat(summary.get("passing").intValue()).as(spelling).isEqualTo(1);
            out.getBuffer().setLength(0);
        }
        assertThat(run("bench", folder.toString(), "--spelling", "airy")).isEqualTo(2);
        assertThat(run("check", "x", "--spelling", "flexible", "--whitespace-max", "99"))
                .isEqualTo(2);
    }

    @Test
    void theReportNamesSpellingAndOrder() throws IOException {
        String schema =
                file("s.json", "{\"properties\": {\"a\": {\"type\": \"null\"}}}").toString();

        assertThat(run("check", schema)).isZero();
        assertThat(run("check", schema, "--order", "any", "--spelling", "flexible")).isZero();
        assertThat(run("check", schema, "--spelling", "compact", "--json")).isZero();

        assertThat(out.toString())
                .contains("one space after ','", "members in the schema's order")
                .contains("up to 16 bytes of white space", "members in any order")
                .contains("no white space between tokens");
    }

    @Test
    void aFolderWithoutFilesIsRefused() {
        assertThat(run("bench", folder.toString())).isEqualTo(1);
        assertThat(run("bench", folder.resolve("none").toString())).isEqualTo(1);
        assertThat(run("bench", folder.toString(), "--warm-up", "-1")).isEqualTo(2);
        assertThat(run("bench", folder.toString(), "--vocabulary", "none.gguf")).isEqualTo(1);

        assertThat(err.toString().lines().filter(line -> line.startsWith("talaria: "))).hasSize(4);
    }

    @Test
    void theSampleIsJudgedWithoutAWrongAnswer() throws IOException {
        Path root = Path.of(System.getProperty("talaria.root", ".."));
        Path sample = root.resolve("../shared/data/maskbench");
        Path vocabulary = root.resolve("../shared/data/tokenizers/hermes-mistral-vocab.gguf");
        Assumptions.assumeTrue(Files.isDirectory(sample), "no test data at " + sample);
        Assumptions.assumeTrue(Files.exists(vocabulary), "no vocabulary at " + vocabulary);
        Path json = folder.resolve("out.json");

        run(
                "bench",
                sample.toString(),
                "--vocabulary",
                vocabulary.toString(),
                "--warm-up",
                "0",
                "--json",
                json.toString());

        JsonNode summary = JSON.readTree(Files.readString(json)).get("summary");
        assertThat(summary.get("wronglyAccepted").intValue()).isZero();
        assertThat(summary.get("wronglyRejected").intValue()).isZero();
        assertThat(summary.get("failed").intValue()).isZero();
        assertThat(summary.get("passing").intValue())
                .isEqualTo(summary.get("files").intValue() - summary.get("refused").intValue());
        // Places that are known cost no memory. Where compiled code is given up in the middle, the
        // virtual machine itself puts a few objects on the heap, once.
        assertThat(summary.get("timings").get("allocatedBytesPerToken").doubleValue())
                .isLessThan(0.01);
    }
}

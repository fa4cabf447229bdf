package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.validation.InvalidSchemaException;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The tables of `docs/json-schema-coverage.md` come from runs of the suites and can only rise.
///
/// `-Dcoverage.write=true` writes them anew.
class CoverageDocumentTest {

    private static final String BEGIN = "<!-- written by CoverageDocumentTest: begin -->\n";
    private static final String END = "<!-- written by CoverageDocumentTest: end -->\n";
    private static final Pattern ROW =
            Pattern.compile("\\| ([^|]+) \\| (\\d+) \\| (\\d+) \\| [^|]* \\|.*");

    private static final Map<String, String> DRAFTS = drafts();

    private static final class Tally {

        private int tests;
        private int decided;
        private int refused;
        private int rejected;
        private int accepted;

        private void add(Tally other) {
            tests += other.tests;
            decided += other.decided;
            refused += other.refused;
            rejected += other.rejected;
            accepted += other.accepted;
        }

        private String row(String name) {
            return "| %s | %d | %d | %.1f %% | %d | %d | %d |\n"
                    .formatted(
                            name,
                            tests,
                            decided,
                            100.0 * decided / tests,
                            refused,
                            rejected,
                            accepted);
        }
    }

    private static Map<String, String> drafts() {
        Map<String, String> drafts = new LinkedHashMap<>();
        drafts.put("draft4", "http://json-schema.org/draft-04/schema#");
        drafts.put("draft6", "http://json-schema.org/draft-06/schema#");
        drafts.put("draft7", "http://json-schema.org/draft-07/schema#");
        drafts.put("draft2019-09", "https://json-schema.org/draft/2019-09/schema");
        drafts.put("draft2020-12", "https://json-schema.org/draft/2020-12/schema");
        return drafts;
    }

    @Test
    void theDocumentTellsWhatTheSuitesShow() throws IOException {
        Path document =
                Path.of(System.getProperty("talaria.root", ".."))
                        .resolve("docs/json-schema-coverage.md");
        String before = Files.readString(document);
        Map<String, Tally> tallies = new LinkedHashMap<>();
        Map<String, Tally> files = new LinkedHashMap<>();
        DRAFTS.forEach((draft, uri) -> {
            Tally total = new Tally();
            tallies.put(draft, total);
            for (Path file : SharedData.files("json-schema-test-suite/tests/" + draft)) {
                Tally tally = judge(file, uri);
                total.add(tally);
                if (draft.equals("draft2020-12")) {
                    String name = file.getFileName().toString();
                    files.put(name.substring(0, name.length() - ".json".length()), tally);
                }
            }
        });
        if (Boolean.getBoolean("coverage.write")) {
            Files.writeString(document, written(before, tallies, files));
            return;
        }
        tallies.putAll(files);
        compare(before, tallies);
    }

    private static Tally judge(Path file, String uri) {
        Tally tally = new Tally();
        for (JsonNode group : SharedData.read(file)) {
            JsonNode schema = named(group.get("schema"), uri);
            Grammar grammar = compile(schema);
            boolean unsatisfiable = grammar == null && isUnsatisfiable(schema);
            for (JsonNode test : group.get("tests")) {
                tally.tests++;
                if (unsatisfiable) {
                    tally.decided += test.get("valid").booleanValue() ? 0 : 1;
                    tally.rejected += test.get("valid").booleanValue() ? 1 : 0;
                } else if (grammar == null) {
                    tally.refused++;
                } else {
                    judge(tally, grammar, schema, test);
                }
            }
        }
        return tally;
    }

    private static void judge(Tally tally, Grammar grammar, JsonNode schema, JsonNode test) {
        boolean accepted = InstanceSpelling.isAccepted(grammar, schema, test.get("data"));
        boolean valid = test.get("valid").booleanValue();
        tally.decided += accepted == valid ? 1 : 0;
        tally.rejected += valid && !accepted ? 1 : 0;
        tally.accepted += !valid && accepted ? 1 : 0;
    }

    private static Grammar compile(JsonNode schema) {
        try {
            return GrammarCompiler.compile(schema.toString(), JsonSchemaTestSuiteTest.REMOTES);
        } catch (UnsupportedSchemaException | InvalidSchemaException refused) {
            return null;
        }
    }

    // Refused because it has no value: of each instance that says that it is invalid.
    private static boolean isUnsatisfiable(JsonNode schema) {
        try {
            GrammarCompiler.compile(schema.toString(), JsonSchemaTestSuiteTest.REMOTES);
            return false;
        } catch (UnsupportedSchemaException refused) {
            return refused.problems().stream()
                    .allMatch(problem -> problem.reason().startsWith("no value"));
        } catch (InvalidSchemaException invalid) {
            return false;
        }
    }

    // Older drafts' schemas do not name their draft themselves.
    private static JsonNode named(JsonNode schema, String uri) {
        if (!schema.isObject() || schema.has("$schema")) {
            return schema;
        }
        ObjectNode named = SharedData.JSON.createObjectNode();
        named.put("$schema", uri);
        named.setAll((ObjectNode) schema);
        return named;
    }

    private static String written(
            String before, Map<String, Tally> drafts, Map<String, Tally> files) {
        String head =
                "| tests | decided rightly | | refused by name | valid, left out | invalid,"
                        + " accepted |\n";
        StringBuilder tables = new StringBuilder(BEGIN);
        tables.append("| draft ").append(head).append("|---|---:|---:|---:|---:|---:|---:|\n");
        drafts.forEach((draft, tally) -> tables.append(tally.row(draft)));
        tables.append("\nDraft 2020-12, by the suite's files:\n\n");
        tables.append("| file ").append(head).append("|---|---:|---:|---:|---:|---:|---:|\n");
        files.forEach((file, tally) -> tables.append(tally.row(file)));
        tables.append(END);
        int begin = before.indexOf(BEGIN);
        int end = before.indexOf(END);
        return begin < 0
                ? before + "\n## The official test suite\n\n" + tables
                : before.substring(0, begin) + tables + before.substring(end + END.length());
    }

    private static void compare(String document, Map<String, Tally> tallies) {
        List<String> rows = document.lines().filter(line -> ROW.matcher(line).matches()).toList();
        assertThat(rows).hasSizeGreaterThanOrEqualTo(tallies.size());
        Map<String, Integer> recorded = new LinkedHashMap<>();
        for (String line : rows) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                recorded.put(row.group(1), Integer.parseInt(row.group(3)));
            }
        }
        tallies.forEach((name, tally) -> {
            assertThat(recorded).as("-Dcoverage.write=true writes it").containsKey(name);
            assertThat(tally.decided).as(name).isGreaterThanOrEqualTo(recorded.get(name));
            assertThat(tally.accepted).as(name).isZero();
        });
    }
}

package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.SchemaSource;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The official suite, draft by draft: what compiles is judged rightly, what does not is refused by
/// name.
class JsonSchemaTestSuiteTest {

    /// How many of a draft's tests are of schemas that compile. Raise it with every keyword.
    private static final Map<String, Integer> JUDGED =
            Map.ofEntries(
                    Map.entry("draft4", 605),
                    Map.entry("draft6", 801),
                    Map.entry("draft7", 883),
                    Map.entry("draft2019-09", 1185),
                    Map.entry("draft2020-12", 1225));

    /// How many texts of the formats' optional tests are valid but left out on purpose.
    private static final int NARROWER = 63;

    private static final Map<String, String> NAMES =
            Map.of(
                    "draft4", "http://json-schema.org/draft-04/schema#",
                    "draft6", "http://json-schema.org/draft-06/schema#",
                    "draft7", "http://json-schema.org/draft-07/schema#",
                    "draft2019-09", "https://json-schema.org/draft/2019-09/schema",
                    "draft2020-12", "https://json-schema.org/draft/2020-12/schema");

    /// The suite's own other schemas, as its documentation says where they are to be found.
    static final SchemaSource REMOTES =
            uri -> {
                String prefix = "http://localhost:1234/";
                Path file =
                        SharedData.folder("json-schema-test-suite/remotes")
                                .resolve(uri.replace(prefix, ""));
                return uri.startsWith(prefix) && Files.isRegularFile(file)
                        ? Optional.of(SharedData.read(file).toString())
                        : Optional.empty();
            };

    @TestFactory
    List<DynamicTest> noInstanceIsMisjudged() {
        return NAMES.keySet().stream()
                .sorted()
                .map(draft -> DynamicTest.dynamicTest(draft, () -> judgeDraft(draft)))
                .toList();
    }

    /// Formats are asserted, so values that are valid only where they are not may be refused.
    private static void judgeDraft(String draft) {
        Verdicts verdicts = judge(draft, draft);
        verdicts.falselyRejected.removeIf(name -> name.startsWith("format.json"));
        assertThat(verdicts.falselyAccepted).isEmpty();
        assertThat(verdicts.falselyRejected).isEmpty();
        assertThat(verdicts.judged).isGreaterThanOrEqualTo(JUDGED.get(draft));
    }

    @Test
    void noTextIsFalselyOfAFormat() {
        Verdicts verdicts = judge("draft2020-12/optional/format", "draft2020-12");

        assertThat(verdicts.falselyAccepted).isEmpty();
        assertThat(verdicts.falselyRejected).hasSizeLessThanOrEqualTo(NARROWER);
    }

    private static final class Verdicts {

        private final List<String> falselyAccepted = new ArrayList<>();
        private final List<String> falselyRejected = new ArrayList<>();
        private int judged;
    }

    private static Verdicts judge(String folder, String draft) {
        Verdicts verdicts = new Verdicts();
        for (Path file : SharedData.files("json-schema-test-suite/tests/" + folder)) {
            for (JsonNode group : SharedData.read(file)) {
                JsonNode schema = named(group.get("schema"), draft);
                compile(schema)
                        .ifPresent(grammar -> {
                            for (JsonNode test : group.get("tests")) {
                                judge(verdicts, grammar, schema, test, file);
                            }
                        });
            }
        }
        return verdicts;
    }

    private static void judge(
            Verdicts verdicts, Grammar grammar, JsonNode schema, JsonNode test, Path file) {
        verdicts.judged++;
        boolean accepted = InstanceSpelling.isAccepted(grammar, schema, test.get("data"));
        if (accepted != test.get("valid").booleanValue()) {
            (accepted ? verdicts.falselyAccepted : verdicts.falselyRejected)
                    .add(file.getFileName() + ": " + schema + test);
        }
    }

    // Older drafts' schemas do not name their draft themselves.
    private static JsonNode named(JsonNode schema, String draft) {
        if (schema.isObject() && !schema.has("$schema")) {
            ObjectNode named = SharedData.JSON.createObjectNode();
            named.put("$schema", NAMES.get(draft));
            named.setAll((ObjectNode) schema);
            return named;
        }
        return schema;
    }

    private static Optional<Grammar> compile(JsonNode schema) {
        try {
            return Optional.of(GrammarCompiler.compile(schema.toString(), REMOTES));
        } catch (UnsupportedSchemaException | InvalidSchemaException refused) {
            return Optional.empty();
        }
    }
}

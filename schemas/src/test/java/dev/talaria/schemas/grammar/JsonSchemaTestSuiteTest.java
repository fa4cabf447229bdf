package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.validation.InvalidSchemaException;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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
            Map.of(
                    "draft4",
                    362,
                    "draft6",
                    458,
                    "draft7",
                    466,
                    "draft2019-09",
                    488,
                    "draft2020-12",
                    481);

    private static final Map<String, String> NAMES =
            Map.of(
                    "draft4", "http://json-schema.org/draft-04/schema#",
                    "draft6", "http://json-schema.org/draft-06/schema#",
                    "draft7", "http://json-schema.org/draft-07/schema#",
                    "draft2019-09", "https://json-schema.org/draft/2019-09/schema",
                    "draft2020-12", "https://json-schema.org/draft/2020-12/schema");

    @TestFactory
    List<DynamicTest> noInstanceIsMisjudged() {
        return NAMES.keySet().stream()
                .sorted()
                .map(draft -> DynamicTest.dynamicTest(draft, () -> judgeDraft(draft)))
                .toList();
    }

    private static void judgeDraft(String draft) {
        List<String> falselyAccepted = new ArrayList<>();
        List<String> falselyRejected = new ArrayList<>();
        int judged = 0;
        for (Path file : SharedData.files("json-schema-test-suite/tests/" + draft)) {
            for (JsonNode group : SharedData.read(file)) {
                Optional<Grammar> grammar = compile(named(group.get("schema"), draft));
                if (grammar.isEmpty()) {
                    continue;
                }
                for (JsonNode test : group.get("tests")) {
                    judged++;
                    boolean accepted = Spelling.isAccepted(grammar.get(), test.get("data"));
                    if (accepted != test.get("valid").booleanValue()) {
                        (accepted ? falselyAccepted : falselyRejected)
                                .add(file.getFileName() + ": " + group.get("description") + test);
                    }
                }
            }
        }
        assertThat(falselyAccepted).isEmpty();
        assertThat(falselyRejected).isEmpty();
        assertThat(judged).isGreaterThanOrEqualTo(JUDGED.get(draft));
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
            return Optional.of(GrammarCompiler.compile(schema.toString()));
        } catch (UnsupportedSchemaException | InvalidSchemaException refused) {
            return Optional.empty();
        }
    }
}

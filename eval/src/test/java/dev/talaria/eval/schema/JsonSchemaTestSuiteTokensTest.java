package dev.talaria.eval.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.embedded.VocabularyMasks;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.Recognizer;
import dev.talaria.schemas.grammar.UnsupportedSchemaException;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaSource;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The official suite through masks: every instance, spelled as grammars spell it and cut into
/// tokens, is judged token by token as it is byte by byte, and none is accepted that is invalid.
class JsonSchemaTestSuiteTokensTest {

    private static final int MAX_TOKENS = 1 << 16;

    private static final Map<String, String> NAMES =
            Map.of(
                    "draft4", "http://json-schema.org/draft-04/schema#",
                    "draft6", "http://json-schema.org/draft-06/schema#",
                    "draft7", "http://json-schema.org/draft-07/schema#",
                    "draft2019-09", "https://json-schema.org/draft/2019-09/schema",
                    "draft2020-12", "https://json-schema.org/draft/2020-12/schema");

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private static VocabularyMasks masks;

    private final List<String> differing = new ArrayList<>();
    private final List<String> falselyAccepted = new ArrayList<>();
    private final List<String> falselyRejected = new ArrayList<>();
    private int judged;

    @BeforeAll
    static void openTheVocabulary() throws IOException {
        masks = VocabularyMasks.open(vocabulary());
    }

    // That of Hermes 2 Pro: 32,032 tokens.
    private static Path vocabulary() {
        return shared("tokenizers/hermes-mistral-vocab.gguf");
    }

    private static Path suite() {
        return shared("json-schema-test-suite");
    }

    private static Path shared(String name) {
        Path root = Path.of(System.getProperty("talaria.root", ".."));
        Path data = root.resolve("../shared/data").resolve(name);
        Assumptions.assumeTrue(Files.exists(data), "no test data at " + data);
        return data;
    }

    /// The suite's own other schemas, as its documentation says where they are to be found.
    private static Optional<String> remote(String uri) {
        String prefix = "http://localhost:1234/";
        Path file = suite().resolve("remotes").resolve(uri.replace(prefix, ""));
        try {
            return uri.startsWith(prefix) && Files.isRegularFile(file)
                    ? Optional.of(Files.readString(file))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param least how many tests are of schemas that compile, at least; it only rises
    /// @param leftOut how many valid instances are not accepted, at most; it only falls
    @ParameterizedTest
    @CsvSource({
        "draft4, draft4, 605, 0",
        "draft6, draft6, 801, 0",
        "draft7, draft7, 883, 0",
        "draft2019-09, draft2019-09, 1185, 0",
        "draft2020-12, draft2020-12, 1236, 19",
        "draft4, draft4/optional/format, 219, 2",
        "draft6, draft6/optional/format, 325, 3",
        "draft7, draft7/optional/format, 676, 57",
        "draft2019-09, draft2019-09/optional/format, 757, 58",
        "draft2020-12, draft2020-12/optional/format, 764, 62"
    })
    void everyInstanceIsJudgedByTokensAsByBytes(String draft, String folder, int least, int leftOut)
            throws IOException {
        try (Stream<Path> files = Files.list(suite().resolve("tests").resolve(folder))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".json")).toList()) {
                judge(file, draft);
            }
        }
        assertThat(differing).isEmpty();
        assertThat(falselyAccepted).isEmpty();
        assertThat(falselyRejected).hasSizeLessThanOrEqualTo(leftOut);
        assertThat(judged).isGreaterThanOrEqualTo(least);
    }

    private void judge(Path file, String draft) throws IOException {
        for (JsonNode group : JSON.readTree(Files.readString(file))) {
            JsonNode schema = named(group.get("schema"), draft);
            Grammar grammar;
            try {
                SchemaSource source = JsonSchemaTestSuiteTokensTest::remote;
                grammar = GrammarCompiler.compile(schema.toString(), source);
            } catch (UnsupportedSchemaException | InvalidSchemaException refused) {
                continue;
            }
            for (JsonNode test : group.get("tests")) {
                judge(grammar, schema, test, file.getFileName() + ": " + schema + test);
            }
        }
    }

    // Older drafts' schemas do not name their draft themselves.
    private static JsonNode named(JsonNode schema, String draft) {
        if (!schema.isObject() || schema.has("$schema")) {
            return schema;
        }
        ObjectNode named = JSON.createObjectNode();
        named.put("$schema", NAMES.get(draft));
        named.setAll((ObjectNode) schema);
        return named;
    }

    private void judge(Grammar grammar, JsonNode schema, JsonNode test, String name) {
        judged++;
        InstanceSpelling spelling = new InstanceSpelling(schema);
        JsonNode data = test.get("data");
        String spelled =
                spelling.accepted(grammar, data).or(() -> spelling.ordered(data)).orElse("");
        boolean accepted = !spelled.isEmpty() && acceptsBytes(grammar, spelled);
        if (!spelled.isEmpty() && acceptsTokens(grammar, spelled) != accepted) {
            differing.add(name);
        }
        boolean valid = test.get("valid").booleanValue();
        if (valid && !accepted) {
            falselyRejected.add(name);
        } else if (!valid && accepted && !isValidAsSpelled(schema, data, spelled)) {
            falselyAccepted.add(name);
        }
    }

    private static boolean acceptsBytes(Grammar grammar, String text) {
        Recognizer recognizer = grammar.start();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (!recognizer.push(octet & 0xFF)) {
                return false;
            }
        }
        return recognizer.isComplete();
    }

    private static boolean acceptsTokens(Grammar grammar, String text) {
        VocabularyMasks.Answer answer = masks.start(grammar, MAX_TOKENS);
        for (int token : masks.encode(text)) {
            answer.computeMask();
            if (!answer.allows(token)) {
                return false;
            }
            answer.commit(token);
        }
        return answer.isComplete();
    }

    // 1.0 is no integer in draft-04, but what the grammar accepts for it, 1, is.
    private static boolean isValidAsSpelled(JsonNode schema, JsonNode data, String spelled) {
        return !data.toString().equals(spelled)
                && NetworkntValidator.of(schema.toString()).validate(spelled).isEmpty();
    }
}

package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The sample of MaskBench: real schemas with instances known to be valid or not.
class MaskBenchTest {

    /// How many of the 680 schemas compile. Raise it with every keyword; it must not fall.
    private static final int COMPILED = 670;

    private final List<String> falselyAccepted = new ArrayList<>();
    private final List<String> falselyRejected = new ArrayList<>();

    @Test
    void validInstancesAreOfTheGrammarAndInvalidOnesAreNot() {
        int compiled = 0;
        for (Path file : SharedData.files("maskbench")) {
            JsonNode example = SharedData.read(file);
            String schema = example.get("schema").toString();
            Optional<Grammar> grammar = compile(schema, GrammarOptions.DEFAULT);
            Optional<Grammar> anyOrder =
                    compile(schema, GrammarOptions.DEFAULT.with(PropertyOrder.ANY));
            if (grammar.isPresent() && anyOrder.isPresent()) {
                compiled++;
                for (JsonNode test : example.get("tests")) {
                    judge(file, example, test, grammar.get(), anyOrder.get());
                }
            }
        }
        assertThat(falselyAccepted).isEmpty();
        assertThat(falselyRejected).isEmpty();
        assertThat(compiled).isGreaterThanOrEqualTo(COMPILED);
    }

    private static Optional<Grammar> compile(String schema, GrammarOptions options) {
        try {
            return Optional.of(GrammarCompiler.compile(schema, options));
        } catch (UnsupportedSchemaException | InvalidSchemaException refused) {
            return Optional.empty();
        }
    }

    private void judge(
            Path file, JsonNode example, JsonNode test, Grammar grammar, Grammar anyOrder) {
        JsonNode value = test.get("data");
        boolean accepted =
                InstanceSpelling.isAccepted(grammar, example.get("schema"), value)
                        || Walk.accepts(anyOrder, spelled(value));
        if (test.get("valid").booleanValue()) {
            if (!accepted) {
                falselyRejected.add(file.getFileName() + ": " + value);
            }
        } else if (accepted && !isValidAsSpelled(example, value)) {
            falselyAccepted.add(file.getFileName() + ": " + value);
        }
    }

    private static String spelled(JsonNode value) {
        return new String(CanonicalJson.of(value), StandardCharsets.UTF_8);
    }

    // 1.0 is no integer in draft-04, but what the grammar accepts for it, 1, is.
    private static boolean isValidAsSpelled(JsonNode example, JsonNode value) {
        String spelled = spelled(value);
        return !spelled.equals(value.toString())
                && NetworkntValidator.of(example.get("schema").toString())
                        .validate(spelled)
                        .isEmpty();
    }
}

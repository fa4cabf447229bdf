package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// The sample of MaskBench: real schemas with instances known to be valid or not.
class MaskBenchTest {

    /// How many of the 680 schemas compile. Raise it with every keyword; it must not fall.
    private static final int COMPILED = 670;

    private final List<String> falselyAccepted = new ArrayList<>();
    private final List<String> falselyRejected = new ArrayList<>();

    private final long seed = System.nanoTime();
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(seed);

    @Test
    void validInstancesAreOfTheGrammarAndInvalidOnesAreNot() {
        int compiled = 0;
        for (Path file : SharedData.files("maskbench")) {
            JsonNode example = SharedData.read(file);
            String schema = example.get("schema").toString();
            Spelling spelling = EveryOption.SPELLINGS.get(random.nextInt(3));
            GrammarOptions anyOrder = GrammarOptions.DEFAULT.with(spelling).with(PropertyOrder.ANY);
            Optional<Grammar> inOrder = compile(schema, GrammarOptions.DEFAULT);
            Optional<Grammar> inAnyOrder = compile(schema, anyOrder);
            if (inOrder.isPresent() && inAnyOrder.isPresent()) {
                compiled++;
                for (JsonNode test : example.get("tests")) {
                    judge(file, example, test, inAnyOrder.get(), anyOrder);
                    if (!test.get("valid").booleanValue()) {
                        judge(file, example, test, inOrder.get(), GrammarOptions.DEFAULT);
                    }
                }
            }
        }
        assertThat(falselyAccepted).as("seed %d", seed).isEmpty();
        assertThat(falselyRejected).as("seed %d", seed).isEmpty();
        assertThat(compiled).isGreaterThanOrEqualTo(COMPILED);
    }

    /// Where members come in order, some valid instance of a file may have no order the grammar
    /// has, but what it writes is the same with all white space.
    @Test
    void whiteSpaceDoesNotDecideWhatIsAccepted() {
        List<String> differing = new ArrayList<>();
        for (Path file : SharedData.files("maskbench")) {
            JsonNode example = SharedData.read(file);
            String schema = example.get("schema").toString();
            GrammarOptions options =
                    GrammarOptions.DEFAULT.with(EveryOption.SPELLINGS.get(1 + random.nextInt(2)));
            Optional<Grammar> usual = compile(schema, GrammarOptions.DEFAULT);
            Optional<Grammar> other = compile(schema, options);
            assertThat(other.isPresent()).as(file.toString()).isEqualTo(usual.isPresent());
            for (JsonNode test : example.get("tests")) {
                boolean differs =
                        usual.isPresent()
                                && isAccepted(usual.get(), GrammarOptions.DEFAULT, example, test)
                                        != isAccepted(other.get(), options, example, test);
                if (differs) {
                    differing.add(file.getFileName() + ", " + options + ": " + test);
                }
            }
        }
        assertThat(differing).as("seed %d", seed).isEmpty();
    }

    /// A schema is of use only where its answers can be validated afterwards.
    @Test
    void whatHasAGrammarHasAValidator() {
        for (Path file : SharedData.files("maskbench")) {
            String schema = SharedData.read(file).get("schema").toString();
            if (compile(schema, GrammarOptions.DEFAULT).isPresent()) {
                assertThatCode(() -> NetworkntValidator.of(schema))
                        .as(file.toString())
                        .doesNotThrowAnyException();
            }
        }
    }

    private static Optional<Grammar> compile(String schema, GrammarOptions options) {
        try {
            return Optional.of(GrammarCompiler.compile(schema, options));
        } catch (UnsupportedSchemaException | InvalidSchemaException refused) {
            return Optional.empty();
        }
    }

    private boolean isAccepted(
            Grammar grammar, GrammarOptions options, JsonNode example, JsonNode test) {
        return InstanceSpelling.isAccepted(
                grammar, options, random, example.get("schema"), test.get("data"));
    }

    private void judge(
            Path file, JsonNode example, JsonNode test, Grammar grammar, GrammarOptions options) {
        JsonNode value = test.get("data");
        boolean accepted = isAccepted(grammar, options, example, test);
        if (test.get("valid").booleanValue()) {
            if (!accepted) {
                falselyRejected.add(file.getFileName() + ", " + options + ": " + value);
            }
        } else if (accepted && !isValidAsSpelled(example, value)) {
            falselyAccepted.add(file.getFileName() + ", " + options + ": " + value);
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

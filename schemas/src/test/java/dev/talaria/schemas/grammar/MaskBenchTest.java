package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;

import org.junit.jupiter.api.BeforeAll;
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

    /// A file of the sample, and what the grammar of its schema accepts as users have it.
    private record Example(Path file, JsonNode json, boolean isCompiled, List<Boolean> accepted) {

        static Example of(Path file) {
            JsonNode json = SharedData.read(file);
            Optional<Grammar> grammar =
                    compile(json.get("schema").toString(), GrammarOptions.DEFAULT);
            List<Boolean> accepted = new ArrayList<>();
            grammar.ifPresent(usual -> {
                for (JsonNode test : json.get("tests")) {
                    accepted.add(
                            InstanceSpelling.isAccepted(
                                    usual, json.get("schema"), test.get("data")));
                }
            });
            return new Example(file, json, grammar.isPresent(), accepted);
        }

        String schema() {
            return json.get("schema").toString();
        }

        JsonNode test(int number) {
            return json.get("tests").get(number);
        }
    }

    private static List<Example> examples;

    private final List<String> falselyAccepted = new ArrayList<>();
    private final List<String> falselyRejected = new ArrayList<>();

    private final long seed = System.nanoTime();
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(seed);

    @BeforeAll
    static void readTheSample() {
        examples = SharedData.files("maskbench").stream().map(Example::of).toList();
    }

    @Test
    void validInstancesAreOfTheGrammarAndInvalidOnesAreNot() {
        int compiled = 0;
        for (Example example : examples) {
            Spelling spelling = EveryOption.SPELLINGS.get(random.nextInt(3));
            GrammarOptions anyOrder = GrammarOptions.DEFAULT.with(spelling).with(PropertyOrder.ANY);
            Optional<Grammar> inAnyOrder = compile(example.schema(), anyOrder);
            if (example.isCompiled() && inAnyOrder.isPresent()) {
                compiled++;
                for (int i = 0; i < example.accepted().size(); i++) {
                    boolean accepted = isAccepted(inAnyOrder.get(), anyOrder, example, i);
                    judge(example, i, accepted, anyOrder);
                    if (!example.test(i).get("valid").booleanValue()) {
                        judge(example, i, example.accepted().get(i), GrammarOptions.DEFAULT);
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
        for (Example example : examples) {
            GrammarOptions options =
                    GrammarOptions.DEFAULT.with(EveryOption.SPELLINGS.get(1 + random.nextInt(2)));
            Optional<Grammar> other = compile(example.schema(), options);
            assertThat(other.isPresent())
                    .as(example.file().toString())
                    .isEqualTo(example.isCompiled());
            for (int i = 0; i < example.accepted().size(); i++) {
                if (example.accepted().get(i) != isAccepted(other.get(), options, example, i)) {
                    differing.add(
                            example.file().getFileName() + ", " + options + ": " + example.test(i));
                }
            }
        }
        assertThat(differing).as("seed %d", seed).isEmpty();
    }

    /// A schema is of use only where its answers can be validated afterwards.
    @Test
    void whatHasAGrammarHasAValidator() {
        for (Example example : examples) {
            if (example.isCompiled()) {
                assertThatCode(() -> NetworkntValidator.of(example.schema()))
                        .as(example.file().toString())
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

    private boolean isAccepted(Grammar grammar, GrammarOptions options, Example example, int test) {
        return InstanceSpelling.isAccepted(
                grammar,
                options,
                random,
                example.json().get("schema"),
                example.test(test).get("data"));
    }

    private void judge(Example example, int test, boolean accepted, GrammarOptions options) {
        JsonNode value = example.test(test).get("data");
        String what = example.file().getFileName() + ", " + options + ": " + value;
        if (example.test(test).get("valid").booleanValue()) {
            if (!accepted) {
                falselyRejected.add(what);
            }
        } else if (accepted && !isValidAsSpelled(example.schema(), value)) {
            falselyAccepted.add(what);
        }
    }

    private static String spelled(JsonNode value) {
        return new String(CanonicalJson.of(value), StandardCharsets.UTF_8);
    }

    // 1.0 is no integer in draft-04, but what the grammar accepts for it, 1, is.
    private static boolean isValidAsSpelled(String schema, JsonNode value) {
        String spelled = spelled(value);
        return !spelled.equals(value.toString())
                && NetworkntValidator.of(schema).validate(spelled).isEmpty();
    }
}

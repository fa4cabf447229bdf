package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrel.jsonschema.Dialects;
import dev.harrel.jsonschema.FormatEvaluatorFactory;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Made-up schemas of every draft and values, judged by the grammar and by two validators.
///
/// `-Dfuzz.schemas=100000` makes that many, `-Dfuzz.seed=…` the same again.
class DifferentialTest {

    private static final int SCHEMAS = Integer.getInteger("fuzz.schemas", 200);

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    private final List<String> differences = new ArrayList<>();

    /// A schema and those who judge values by it.
    private record Subject(
            JsonNode schema,
            GrammarOptions options,
            Grammar grammar,
            SchemaValidator first,
            Validator second,
            URI uri) {

        private static Subject of(JsonNode schema, GrammarOptions options) {
            Validator second =
                    new ValidatorFactory()
                            .withDefaultDialect(new Dialects.Draft2020Dialect())
                            .withEvaluatorFactory(new FormatEvaluatorFactory())
                            .withDisabledSchemaValidation(true)
                            .createValidator();
            return new Subject(
                    schema,
                    options,
                    GrammarCompiler.compile(schema.toString(), options),
                    NetworkntValidator.of(schema.toString()),
                    second,
                    second.registerSchema(schema.toString()));
        }
    }

    @ParameterizedTest
    @EnumSource(Draft.class)
    void theGrammarAndTheValidatorsAgree(Draft draft) {
        RandomSchemas schemas = new RandomSchemas(draft, random);
        int compiled = 0;
        for (int i = 0; i < SCHEMAS; i++) {
            GrammarOptions options = EveryOption.ALL.get(random.nextInt(EveryOption.ALL.size()));
            Subject subject;
            try {
                subject = Subject.of(schemas.document(3), options);
            } catch (UnsupportedSchemaException refused) {
                continue;
            }
            compiled++;
            for (int j = 0; j < 25; j++) {
                compare(subject, schemas.value(3));
            }
            Recognizer recognizer = subject.grammar().start();
            String walked = Walk.random(recognizer, random.nextInt(60), random, () -> {});
            note(subject, walked, true);
            for (int j = 0; j < 5; j++) {
                compare(subject, schemas.changed(SharedData.JSON.readTree(walked)));
            }
        }
        assertThat(differences).as("seed %d", seed).isEmpty();
        assertThat(compiled).isGreaterThan(SCHEMAS / 4);
    }

    private void compare(Subject subject, JsonNode value) {
        String text = new String(CanonicalJson.of(value), StandardCharsets.UTF_8);
        boolean accepted =
                InstanceSpelling.isAccepted(
                        subject.grammar(), subject.options(), random, subject.schema(), value);
        note(subject, text, accepted);
    }

    private void note(Subject subject, String text, boolean accepted) {
        String context =
                "%s (%b) of %s, %s".formatted(text, accepted, subject.schema(), subject.options());
        if (accepted != subject.first().validate(text).isEmpty()) {
            differences.add("networknt: " + context);
        }
        if (accepted != subject.second().validate(subject.uri(), text).isValid()) {
            differences.add("harrel56: " + context);
        }
    }

    /// Where some of a schema is left to validation, the grammar refuses nothing that is valid.
    @ParameterizedTest
    @EnumSource(Draft.class)
    void whatIsLeftToValidationForbidsNothingThatIsValid(Draft draft) {
        RandomSchemas schemas = RandomSchemas.withBackReferences(draft, random);
        GrammarOptions hybrid =
                GrammarOptions.DEFAULT.with(Enforcement.HYBRID).with(PropertyOrder.ANY);
        int left = 0;
        for (int i = 0; i < SCHEMAS; i++) {
            ObjectNode schema = schemas.document(3);
            EnforcementReport report = EnforcementReport.of(schema.toString(), hybrid);
            if (!report.isUsable() || report.count(EnforcementTier.VALIDATED) == 0) {
                continue;
            }
            left++;
            Grammar grammar = GrammarCompiler.compile(schema.toString(), hybrid);
            SchemaValidator validator = NetworkntValidator.of(schema.toString());
            for (int j = 0; j < 25; j++) {
                String text = InstanceSpelling.spelled(hybrid, random, schemas.value(3));
                if (validator.validate(text).isEmpty() && !Walk.accepts(grammar, text)) {
                    differences.add(text + " of " + schema);
                }
            }
        }
        assertThat(differences).as("seed %d", seed).isEmpty();
        assertThat(left).isGreaterThan(SCHEMAS / 20);
    }

    /// Nothing satisfies a schema and its opposite, and everything one of them.
    @Test
    void aSchemaAndItsOppositeShareNothingAndLeaveNothingOut() {
        RandomSchemas schemas = new RandomSchemas(Draft.DRAFT_2020_12, random);
        int either = 0;
        for (int i = 0; i < SCHEMAS; i++) {
            ObjectNode schema = schemas.schema(2);
            String defs =
                    "\"$dynamicAnchor\": \"here\", \"$defs\": {\"d\": " + schemas.schema(1) + "}}";
            String opposite = "{\"not\": " + schema + "}";
            String context = "seed " + seed + ": " + schema + ", " + defs;
            assertNothing(
                    "{\"allOf\": [" + schema + ", " + opposite + "], " + defs, "and: " + context);
            assertNothing(
                    "{\"oneOf\": [" + schema + ", " + schema + "], " + defs, "xor: " + context);
            try {
                Grammar all =
                        Walk.grammar("{\"anyOf\": [" + schema + ", " + opposite + "], " + defs);
                either++;
                for (int j = 0; j < 5; j++) {
                    JsonNode value = schemas.value(2);
                    assertThat(
                                    InstanceSpelling.isAccepted(
                                            all, GrammarOptions.DEFAULT, random, schema, value))
                            .as("%s: %s", context, value)
                            .isTrue();
                }
            } catch (UnsupportedSchemaException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
        assertThat(either).isGreaterThan(SCHEMAS / 4);
    }

    private static void assertNothing(String schema, String context) {
        try {
            Recognizer recognizer = Walk.grammar(schema).start();
            assertThat(recognizer.shortestCompletion()).asString().as(context).isNull();
        } catch (UnsupportedSchemaException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }
}

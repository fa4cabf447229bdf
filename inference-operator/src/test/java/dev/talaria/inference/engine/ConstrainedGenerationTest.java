package dev.talaria.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.decode.Constraints;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.task.SamplingOptions;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A model of random weights never wants to end: whatever the schema and the limit, its answers are
/// whole, valid and within the limit, and those it gives alone.
class ConstrainedGenerationTest {

    private static final String[] SCHEMAS = {
        "true",
        "{\"type\": \"string\"}",
        "{\"type\": \"number\"}",
        """
        {"type": "object", "additionalProperties": false, "required": ["name", "total", "lines"],
         "properties": {"name": {"type": "string"}, "total": {"type": "number", "minimum": 0},
                        "kind": {"enum": ["invoice", "receipt", null]},
                        "lines": {"type": "array", "items": {"type": "object",
                          "properties": {"text": {"type": "string", "maxLength": 20},
                                         "count": {"type": "integer"}},
                          "required": ["text", "count"]}}}}\
        """,
        """
        {"$defs": {"node": {"type": "object", "additionalProperties": false,
           "properties": {"next": {"$ref": "#/$defs/node"}, "more": {"type": "array"}}}},
         "$ref": "#/$defs/node"}\
        """,
        "{\"type\": \"array\", \"items\": {\"type\": \"boolean\"}, \"minItems\": 3}"
    };

    @TempDir private Path folder;

    private record Case(
            int[] prompt, SamplingOptions sampling, Grammar grammar, String schema, int[] alone) {}

    @Test
    void everyAnswerIsValidWithinItsLimitAndTheOneGivenAlone() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (EngineFixture fixture = new EngineFixture(folder, TensorType.Q4_0)) {
            Constraints constraints = fixture.constraints();
            List<Case> cases = cases(fixture, constraints, random);
            KvCache cache = fixture.cache(2048);
            try (Engine engine = fixture.engine(cache, 16)) {
                List<CompletableFuture<Generation>> futures = new ArrayList<>();
                for (Case each : cases) {
                    futures.add(
                            engine.submit(
                                    new GenerationRequest(
                                            each.prompt(),
                                            Optional.of(
                                                    constraints.start(
                                                            each.grammar(),
                                                            each.sampling().maxTokens())),
                                            each.sampling(),
                                            EngineFixture.NOBODY)));
                }
                for (int i = 0; i < cases.size(); i++) {
                    Generation generation = futures.get(i).get(60, TimeUnit.SECONDS);
                    judge(fixture, cases.get(i), generation, "seed " + seed);
                }
            }
        }
    }

    private static List<Case> cases(
            EngineFixture fixture, Constraints constraints, SplittableRandom random) {
        List<Case> cases = new ArrayList<>();
        for (String schema : SCHEMAS) {
            Grammar grammar = GrammarCompiler.compile(schema);
            int least = constraints.start(grammar, 400).minimumTokens();
            for (int i = 0; i < 6; i++) {
                int limit = least + (i < 3 ? i : random.nextInt(60));
                SamplingOptions sampling =
                        i % 2 == 0
                                ? EngineFixture.greedy(limit)
                                : new SamplingOptions(1.2f, 0, 0.95f, random.nextLong(), limit);
                int[] prompt = fixture.prompt(random, random.nextInt(1, 40));
                int[] alone =
                        fixture.alone(
                                prompt,
                                Optional.of(constraints.start(grammar, limit)),
                                sampling,
                                fixture.vocabulary()::endsGeneration);
                cases.add(new Case(prompt, sampling, grammar, schema, alone));
            }
        }
        return cases;
    }

    private static void judge(
            EngineFixture fixture, Case asked, Generation generation, String place) {
        String text = fixture.tokenizer().decode(generation.tokens(), TextStart.CONTINUED);
        String what =
                "%s, %s, limit %d: %s"
                        .formatted(place, asked.schema(), asked.sampling().maxTokens(), text);
        SchemaValidator validator = NetworkntValidator.of(asked.schema());
        assertThat(validator.validate(text)).as(what).isEmpty();
        assertThat(generation.tokens())
                .as(what)
                .hasSizeLessThanOrEqualTo(asked.sampling().maxTokens())
                .isEqualTo(asked.alone());
        assertThat(generation.finish()).as(what).isEqualTo(FinishReason.STOP);
    }
}

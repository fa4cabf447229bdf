package dev.talaria.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrel.jsonschema.Dialects;
import dev.harrel.jsonschema.FormatEvaluatorFactory;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.PropertyOrder;
import dev.talaria.schemas.grammar.Recognizer;
import dev.talaria.schemas.grammar.Spelling;
import dev.talaria.schemas.grammar.UnsupportedSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/// Models without sense over real schemas and a real vocabulary: whatever they choose from the
/// masks, and whatever the budget, the answer parses strictly and two validators accept it.
///
/// `-Dwalks=10000` walks that often, `-Dwalks.seed=…` the same way again. Each of two vocabularies
/// has half of the walks, and every schema its turn before any has another.
class RandomWalksTest {

    private static final int WALKS = Integer.getInteger("walks", 160);
    private static final long SEED = Long.getLong("walks.seed", System.nanoTime());

    // Of the sample's schemas: slips of the pen, one without a value, one of another draft.
    private static final int REFUSED_SCHEMAS = 10;

    private static final int CANDIDATES = 48;
    private static final long STACK_BYTES = 256L << 20;

    // Choices that leave too little budget before one is taken that closes something.
    private static final int REFUSED = 16;

    // Of a step, on average.
    private static final int TOKENS_COMPARED = 800;

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    /// How a model without sense might choose.
    private enum Taste {
        UNIFORM,
        LONGEST,
        BRACKETS,
        NEVER_CLOSING;

        private double score(byte[] bytes, double noise) {
            return switch (this) {
                case UNIFORM -> noise;
                case LONGEST -> bytes.length + noise;
                case BRACKETS -> count(bytes, "[{") + noise;
                case NEVER_CLOSING ->
                        noise - 2 * count(bytes, "\"]}") - (bytes.length == 0 ? 1e9 : 0);
            };
        }

        private static int count(byte[] bytes, String of) {
            int count = 0;
            for (byte b : bytes) {
                count += of.indexOf(b) >= 0 ? 1 : 0;
            }
            return count;
        }
    }

    /// A schema as both validators and the grammar have it.
    private record Subject(
            String name,
            Grammar grammar,
            SchemaValidator first,
            Validator second,
            java.net.URI uri) {

        // Expressions recurse as deep as a text is long.
        private boolean secondAccepts(String answer) {
            CompletableFuture<Boolean> valid = new CompletableFuture<>();
            Thread.ofPlatform()
                    .stackSize(STACK_BYTES)
                    .start(() -> valid.complete(second.validate(uri, answer).isValid()));
            return valid.orTimeout(1, TimeUnit.MINUTES).join();
        }

        private String problem(String answer) {
            if (!first.validate(answer).isEmpty()) {
                return "networknt: " + first.validate(answer);
            }
            return secondAccepts(answer) ? "" : "harrel56: not valid";
        }
    }

    private static List<Path> files() throws IOException {
        Path root = Path.of(System.getProperty("talaria.root", ".."));
        Path folder = root.resolve("../shared/data/maskbench");
        Assumptions.assumeTrue(Files.isDirectory(folder), "no test data at " + folder);
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void everyFinishedAnswerIsValidWithThirtyTwoThousandTokens() throws IOException {
        everyFinishedAnswerIsValid(TestVocabulary.hermes());
    }

    @Test
    void everyFinishedAnswerIsValidWithAHundredAndTwentyEightThousand() throws IOException {
        everyFinishedAnswerIsValid(TestVocabulary.llama3());
    }

    private void everyFinishedAnswerIsValid(TestVocabulary vocabulary) throws IOException {
        Constraints constraints = new Constraints(vocabulary);
        List<Path> files = new ArrayList<>(files());
        Collections.shuffle(files, new Random(random.nextLong()));
        Set<Path> refused = new HashSet<>();
        List<String> failures = new ArrayList<>();
        int walked = 0;
        for (int turn = 0; walked < WALKS / 2; turn++) {
            Path file = files.get(turn % files.size());
            Subject subject = subject(file, options());
            if (subject == null) {
                refused.add(file);
                assertThat(refused).hasSizeLessThanOrEqualTo(REFUSED_SCHEMAS);
                continue;
            }
            // Several walks over a schema, so that they meet each other's masks.
            for (int i = 0; i < 4 && walked < WALKS / 2; i++) {
                walk(vocabulary, constraints, subject, Taste.values()[i], failures);
                walked++;
            }
        }
        assertThat(failures).as("seed %d", SEED).isEmpty();
    }

    // As users have them without saying so half of the time, otherwise any.
    private GrammarOptions options() {
        if (random.nextBoolean()) {
            return GrammarOptions.DEFAULT;
        }
        List<Spelling> spellings =
                List.of(Spelling.SINGLE_SPACE, Spelling.COMPACT, Spelling.flexible(5));
        List<PropertyOrder> orders = List.of(PropertyOrder.values());
        return GrammarOptions.DEFAULT
                .with(spellings.get(random.nextInt(spellings.size())))
                .with(orders.get(random.nextInt(orders.size())));
    }

    private static Subject subject(Path file, GrammarOptions options) throws IOException {
        String schema =
                JsonMapper.shared().readTree(Files.readString(file)).get("schema").toString();
        try {
            Grammar grammar = GrammarCompiler.compile(schema, options);
            Validator validator =
                    new ValidatorFactory()
                            .withDefaultDialect(new Dialects.Draft2020Dialect())
                            .withEvaluatorFactory(new FormatEvaluatorFactory())
                            .withDisabledSchemaValidation(true)
                            .createValidator();
            return new Subject(
                    file.getFileName() + ", " + options,
                    grammar,
                    NetworkntValidator.of(schema),
                    validator,
                    validator.registerSchema(schema));
        } catch (UnsupportedSchemaException refused) {
            return null;
        }
    }

    private void walk(
            TestVocabulary vocabulary,
            Constraints constraints,
            Subject subject,
            Taste taste,
            List<String> failures) {
        int least = constraints.start(subject.grammar(), 1 << 20).minimumTokens();
        int budget = least + random.nextInt(random.nextBoolean() ? 4 : 160);
        TokenConstraint constraint = constraints.start(subject.grammar(), budget);
        Recognizer recognizer = subject.grammar().start();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int written = 0;
        while (constraint.canContinue()) {
            TokenMask mask = constraint.mask();
            if (random.nextInt(vocabulary.size() / TOKENS_COMPARED) == 0
                    && recognizer.minimumBytes() < constraint.remainingTokens()) {
                compareWithBruteForce(
                        vocabulary, mask, recognizer, subject.name() + " after " + out);
            }
            int token = choose(vocabulary, mask, constraint, taste);
            constraint.commit(token);
            if (token == vocabulary.endToken()) {
                break;
            }
            written++;
            out.writeBytes(vocabulary.bytes(token));
            for (byte octet : vocabulary.bytes(token)) {
                assertThat(recognizer.push(octet & 0xFF)).isTrue();
            }
        }
        String answer = out.toString(StandardCharsets.UTF_8);
        String context = subject.name() + ", " + taste + ", " + budget + ": " + answer;
        if (!constraint.isComplete()) {
            failures.add("not whole: " + context);
        }
        if (written > budget) {
            failures.add(written + " tokens: " + context);
        }
        if (!subject.problem(answer).isEmpty()) {
            failures.add(subject.problem(answer) + ": " + context);
        }
    }

    // A few tokens of the mask, and of these the one that is liked best and fits.
    private int choose(
            TestVocabulary vocabulary, TokenMask mask, TokenConstraint constraint, Taste taste) {
        for (int refused = 0; ; refused++) {
            int best = -1;
            double bestScore = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < CANDIDATES; i++) {
                int from = random.nextInt(mask.size());
                int token = mask.nextAllowed(from);
                token = token < 0 ? mask.nextAllowed(0) : token;
                double score =
                        refused < REFUSED
                                ? taste.score(vocabulary.bytes(token), random.nextDouble())
                                : random.nextDouble()
                                        - Taste.NEVER_CLOSING.score(vocabulary.bytes(token), 0);
                if (score > bestScore) {
                    best = token;
                    bestScore = score;
                }
            }
            if (constraint.fits(best)) {
                return best;
            }
            mask.clear(best);
        }
    }

    private static void compareWithBruteForce(
            TestVocabulary vocabulary, TokenMask mask, Recognizer recognizer, String context) {
        List<Integer> wrong = new ArrayList<>();
        for (int token = 0; token < vocabulary.size(); token++) {
            byte[] bytes = vocabulary.bytes(token);
            int pushed = 0;
            while (pushed < bytes.length && recognizer.push(bytes[pushed] & 0xFF)) {
                pushed++;
            }
            recognizer.pop(pushed);
            boolean ends = token == vocabulary.endToken() && recognizer.isComplete();
            boolean accepted = ends || bytes.length > 0 && pushed == bytes.length;
            if (accepted != mask.allows(token)) {
                wrong.add(token);
            }
        }
        assertThat(wrong).as("seed %d, %s", SEED, context).isEmpty();
    }
}

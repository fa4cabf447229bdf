package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.Shared;
import dev.talaria.inference.decode.Constraints;
import dev.talaria.inference.decode.TokenBudgetException;
import dev.talaria.inference.decode.TokenConstraint;
import dev.talaria.inference.decode.TokenMask;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.Tokenizer;
import dev.talaria.schemas.chat.ToolCall;
import dev.talaria.schemas.chat.ToolDefinition;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.PropertyOrder;
import dev.talaria.schemas.grammar.Recognizer;
import dev.talaria.schemas.grammar.Spelling;
import dev.talaria.schemas.grammar.ToolCallGrammar;
import dev.talaria.schemas.grammar.ToolCallGrammar.Marks;
import dev.talaria.schemas.validation.NetworkntValidator;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// A model that never wants to end: with every budget from the least on its answer is whole, valid
/// and within the budget, and with one token less there is none. With real vocabularies, forced
/// tokens spelled in any way or as the tokenizer does; for values and for calls of tools.
///
/// `-Dbudgets=20` tries that many budgets in a row, which takes minutes; otherwise it is the least
/// and one of the twenty after it.
class EveryBudgetTest {

    private static final int BUDGETS = Integer.getInteger("budgets", 0);
    private static final int NEAR = 20;
    private static final int CANDIDATES = 24;

    // Choices that leave too little before one is taken that closes something.
    private static final int REFUSED = 16;

    private static final List<String> SCHEMAS =
            List.of(
                    "true",
                    """
                    {"type": "object", "required": ["größe", "tags", "when"],
                     "properties": {"größe": {"type": "string", "minLength": 3},
                       "tags": {"type": "array", "items": {"type": "string"}, "minItems": 3,
                                "uniqueItems": true},
                       "when": {"type": "string", "format": "date-time"},
                       "more": {"type": "object"}}}\
                    """,
                    """
                    {"type": "object", "minProperties": 3, "patternProperties":
                       {"^[a-z]{4,}$": {"type": "number", "multipleOf": 0.25, "minimum": 17}},
                     "additionalProperties": false, "dependentRequired": {"aaaa": ["bbbb"]}}\
                    """,
                    """
                    {"$ref": "#/$defs/tree", "$defs": {"tree": {"type": "object",
                       "properties": {"name": {"enum": ["leaf", "branch"]},
                         "parts": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
                       "if": {"properties": {"name": {"const": "branch"}}},
                       "then": {"required": ["parts"]}, "required": ["name"]}}}\
                    """,
                    """
                    {"type": "array", "contains": {"type": "integer", "minimum": 100},
                     "minContains": 2, "items": {"not": {"type": ["object", "array"]}}}\
                    """);

    private static final List<ToolDefinition> TOOLS =
            List.of(
                    new ToolDefinition("find", "", SCHEMAS.get(1)),
                    new ToolDefinition("plant", "", SCHEMAS.get(3)));

    /// Which of a few tokens is liked best; one that ends something least of all.
    ///
    /// @param sign -1 for the opposite
    private static int dearest(
            TokenMask mask, VocabularyBytes tokens, int sign, SplittableRandom random) {
        int best = -1;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < CANDIDATES; i++) {
            int token = mask.nextAllowed(random.nextInt(mask.size()));
            token = token < 0 ? mask.nextAllowed(0) : token;
            double score = random.nextDouble() - (tokens.bytes(token).length == 0 ? sign * 1e9 : 0);
            for (byte octet : tokens.bytes(token)) {
                score -= "\"]}".indexOf(octet) >= 0 ? 2 * sign : 0;
                score += "[{,".indexOf(octet) >= 0 ? sign : 0;
            }
            if (score > most) {
                best = token;
                most = score;
            }
        }
        return best;
    }

    private static String answer(
            Constraints constraints,
            VocabularyBytes tokens,
            Grammar grammar,
            int budget,
            SplittableRandom random) {
        TokenConstraint constraint = constraints.start(grammar, budget);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int written = 0;
        while (constraint.canContinue()) {
            TokenMask mask = constraint.mask();
            int token = dearest(mask, tokens, 1, random);
            for (int refused = 1; !constraint.fits(token); refused++) {
                mask.clear(token);
                token = dearest(mask, tokens, refused < REFUSED ? 1 : -1, random);
            }
            constraint.commit(token);
            if (tokens.bytes(token).length == 0) {
                break;
            }
            text.writeBytes(tokens.bytes(token));
            written++;
        }
        assertThat(constraint.isComplete()).isTrue();
        assertThat(written).isLessThanOrEqualTo(budget);
        return text.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hermes-mistral-vocab.gguf", "llama3-vocab.gguf"})
    void valuesEndWithinEveryBudget(String file) throws IOException {
        Tokenizer tokenizer = ModelFiles.tokenizer(Shared.require("data/tokenizers/" + file));
        VocabularyBytes tokens = new VocabularyBytes(tokenizer.vocabulary());
        SplittableRandom seeds = new SplittableRandom();
        for (Constraints constraints : both(tokens, tokenizer)) {
            for (String schema : SCHEMAS) {
                GrammarOptions options = options(seeds);
                Grammar grammar = GrammarCompiler.compile(schema, options);
                int least = least(constraints, grammar);
                for (int budget : budgets(least, seeds)) {
                    long seed = seeds.nextLong();
                    SplittableRandom random = new SplittableRandom(seed);
                    String answer = answer(constraints, tokens, grammar, budget, random);
                    assertThat(NetworkntValidator.of(schema).validate(answer))
                            .as("seed %d, budget %d, %s: %s", seed, budget, options, answer)
                            .isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hermes-mistral-vocab.gguf", "llama3-vocab.gguf"})
    void callsEndWithinEveryBudget(String file) throws IOException {
        Tokenizer tokenizer = ModelFiles.tokenizer(Shared.require("data/tokenizers/" + file));
        VocabularyBytes tokens = new VocabularyBytes(tokenizer.vocabulary());
        SplittableRandom seeds = new SplittableRandom();
        for (Constraints constraints : both(tokens, tokenizer)) {
            for (Grammar grammar : callGrammars()) {
                int least = least(constraints, grammar);
                for (int budget : budgets(least, seeds)) {
                    long seed = seeds.nextLong();
                    SplittableRandom random = new SplittableRandom(seed);
                    String answer = answer(constraints, tokens, grammar, budget, random);
                    assertThat(isWhole(grammar, answer) && isTextOrCalls(answer))
                            .as("seed %d, budget %d: %s", seed, budget, answer)
                            .isTrue();
                }
            }
        }
    }

    // One call, several, and either or free text.
    private static List<Grammar> callGrammars() {
        return List.of(
                new ToolCallGrammar(TOOLS, Marks.HERMES, false, 1),
                new ToolCallGrammar(TOOLS, Marks.HERMES, false, 3),
                new ToolCallGrammar(TOOLS, Marks.HERMES, true, 1),
                new ToolCallGrammar(TOOLS, Marks.HERMES, true, 3));
    }

    // Where there are calls, each is of a tool there is, with arguments of its schema.
    private static boolean isTextOrCalls(String answer) {
        List<ToolCall> calls = ToolCall.listOf(answer);
        return calls.size() == answer.split("<tool_call>\n", -1).length - 1
                && calls.stream().allMatch(EveryBudgetTest::isOfATool);
    }

    private static boolean isOfATool(ToolCall call) {
        return TOOLS.stream()
                .filter(tool -> tool.name().equals(call.name()))
                .anyMatch(tool ->
                        NetworkntValidator.of(tool.parameters())
                                .validate(call.arguments())
                                .isEmpty());
    }

    private static int[] budgets(int least, SplittableRandom random) {
        return BUDGETS > 0
                ? IntStream.range(least, least + BUDGETS).toArray()
                : new int[] {least, least + 1 + random.nextInt(NEAR)};
    }

    private static List<Constraints> both(VocabularyBytes tokens, Tokenizer tokenizer) {
        return List.of(
                new Constraints(tokens),
                new Constraints(tokens, text -> tokenizer.encodeText(text, TextStart.CONTINUED)));
    }

    private static GrammarOptions options(SplittableRandom random) {
        List<Spelling> spellings =
                List.of(Spelling.SINGLE_SPACE, Spelling.COMPACT, Spelling.flexible(7));
        return GrammarOptions.DEFAULT
                .with(spellings.get(random.nextInt(3)))
                .with(PropertyOrder.values()[random.nextInt(2)]);
    }

    // With one token less the answer is refused, and the least budget named.
    private static int least(Constraints constraints, Grammar grammar) {
        int least = constraints.start(grammar, 10_000).minimumTokens();
        if (least > 0) {
            assertThatThrownBy(() -> constraints.start(grammar, least - 1))
                    .isInstanceOf(TokenBudgetException.class)
                    .hasMessageContaining(Integer.toString(least));
        }
        return least;
    }

    private static boolean isWhole(Grammar grammar, String text) {
        Recognizer recognizer = grammar.start();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (!recognizer.push(octet & 0xFF)) {
                return false;
            }
        }
        return recognizer.isComplete();
    }
}

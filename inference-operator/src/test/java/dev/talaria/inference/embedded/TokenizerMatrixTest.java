package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.Shared;
import dev.talaria.inference.decode.Constraints;
import dev.talaria.inference.decode.Sampler;
import dev.talaria.inference.decode.TokenBytes;
import dev.talaria.inference.decode.TokenConstraint;
import dev.talaria.inference.decode.TokenMask;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.TokenKind;
import dev.talaria.inference.tokenizer.Tokenizer;
import dev.talaria.inference.tokenizer.Vocabulary;
import dev.talaria.schemas.chat.ToolDefinition;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.Recognizer;
import dev.talaria.schemas.grammar.ToolCallGrammar;
import dev.talaria.schemas.grammar.ToolCallGrammar.Marks;
import dev.talaria.schemas.task.SamplingOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;

/// Vocabularies of every make: masks are what the grammar accepts token by token, control tokens
/// never come but where a grammar asks for a tag, and every token that ends a turn may end one.
class TokenizerMatrixTest {

    private static final String SCHEMA =
            """
            {"type": "object", "required": ["größe", "kind"], "additionalProperties": false,
             "properties": {
               "größe": {"type": "string", "maxLength": 9},
               "kind": {"enum": ["日本", "日曜", "rechnung", "rechnungen", 12, 120, null]},
               "tags": {"type": "array", "items": {"type": "string", "pattern": "^é[a-z<|>_]*$"}},
               "free": true}}\
            """;
    private static final List<ToolDefinition> TOOLS =
            List.of(
                    new ToolDefinition(
                            "find",
                            "",
                            "{\"type\": \"object\", \"required\": [\"größe\"], \"properties\":"
                                    + " {\"größe\": {\"enum\": [\"<tool_call>\", \"</s>\"]}}}"));

    /// The vocabularies: files beside the project, and what can be made of them.
    enum Make {
        /// 32,032 pieces, with tokens for single bytes.
        SENTENCE_PIECE("data/tokenizers/hermes-mistral-vocab.gguf"),
        /// The same without what a model added.
        SENTENCE_PIECE_MODEL("data/tokenizers/tokenizer.model.v1"),
        /// 4,096 pieces, with tags for calls of tools.
        MINIATURE("model/talaria-mini-Q8_0.gguf"),
        /// 128,256 tokens.
        BYTE_LEVEL("data/tokenizers/llama3-vocab.gguf"),
        /// Its first 50,000 and their ends.
        BYTE_LEVEL_SMALL("data/tokenizers/llama3-vocab.gguf"),
        /// As many as 152,064: with tokens twice, parts of characters, unused ones and tags.
        BYTE_LEVEL_LARGE("data/tokenizers/llama3-vocab.gguf");

        private final String file;

        Make(String file) {
            this.file = file;
        }

        private TokenBytes tokens() throws IOException {
            Vocabulary vocabulary = ModelFiles.tokenizer(Shared.require(file)).vocabulary();
            TokenBytes whole = new VocabularyBytes(vocabulary);
            return switch (this) {
                case SENTENCE_PIECE, SENTENCE_PIECE_MODEL, MINIATURE, BYTE_LEVEL -> whole;
                case BYTE_LEVEL_SMALL -> first(whole, 50_000);
                case BYTE_LEVEL_LARGE -> more(whole, 152_064);
            };
        }
    }

    /// Tokens as a list.
    private record Listed(List<byte[]> tokens, int endToken, int[] endTokens)
            implements TokenBytes {

        @Override
        public int size() {
            return tokens.size();
        }

        @Override
        public byte[] bytes(int token) {
            return tokens.get(token);
        }
    }

    private static TokenBytes first(TokenBytes whole, int count) {
        List<byte[]> tokens = new ArrayList<>();
        for (int token = 0; token < count; token++) {
            tokens.add(whole.bytes(token));
        }
        tokens.add(new byte[0]);
        tokens.add(new byte[0]);
        return new Listed(tokens, count, new int[] {count, count + 1});
    }

    private static TokenBytes more(TokenBytes whole, int count) {
        SplittableRandom random = new SplittableRandom(7);
        List<byte[]> tokens = new ArrayList<>();
        for (int token = 0; token < whole.size(); token++) {
            tokens.add(whole.bytes(token));
        }
        tokens.add(Marks.tag("<tool_call>"));
        tokens.add(Marks.tag("</tool_call>"));
        while (tokens.size() < count) {
            byte[] other = whole.bytes(random.nextInt(whole.size()));
            tokens.add(
                    switch (random.nextInt(4)) {
                        case 0 -> other;
                        case 1 -> Arrays.copyOf(other, random.nextInt(other.length + 1));
                        case 2 -> part(random);
                        default -> new byte[0];
                    });
        }
        return new Listed(tokens, whole.endToken(), whole.endTokens());
    }

    // A piece out of the middle of a text of many characters.
    private static byte[] part(SplittableRandom random) {
        byte[] text = "é\", \"日本語: ü}], 😀\\nö\"".getBytes(StandardCharsets.UTF_8);
        int from = random.nextInt(text.length);
        return Arrays.copyOfRange(text, from, random.nextInt(from + 1, text.length + 1));
    }

    @ParameterizedTest
    @EnumSource
    void masksAreWhatTheGrammarAcceptsTokenByToken(Make make) throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        TokenBytes tokens = make.tokens();
        Constraints constraints = new Constraints(tokens);
        for (Grammar grammar : List.of(GrammarCompiler.compile(SCHEMA), tools(tokens))) {
            for (int walk = 0; walk < 3; walk++) {
                walk(tokens, constraints, grammar, random, make + ", seed " + seed);
            }
        }
    }

    private static Grammar tools(TokenBytes tokens) {
        for (int token = 0; token < tokens.size(); token++) {
            if (Arrays.equals(tokens.bytes(token), Marks.tag("<tool_call>"))) {
                return new ToolCallGrammar(TOOLS, Marks.HERMES_TAGS, true, 2);
            }
        }
        return new ToolCallGrammar(TOOLS, Marks.HERMES, true, 2);
    }

    private static void walk(
            TokenBytes tokens,
            Constraints constraints,
            Grammar grammar,
            SplittableRandom random,
            String place) {
        TokenConstraint constraint = constraints.start(grammar, 400);
        Recognizer recognizer = grammar.start();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int step = 0; step < 40 && constraint.canContinue(); step++) {
            TokenMask mask = constraint.mask();
            if (random.nextInt(3) == 0) {
                assertThat(allowed(mask))
                        .as("%s, after %s", place, text.toString(StandardCharsets.UTF_8))
                        .isEqualTo(bruteForce(tokens, recognizer));
            }
            int token = choose(tokens, mask, random);
            if (token < 0) {
                return;
            }
            constraint.commit(token);
            for (byte octet : tokens.bytes(token)) {
                assertThat(recognizer.push(octet & 0xFF)).as(place).isTrue();
            }
            text.writeBytes(tokens.bytes(token));
        }
    }

    private static BitSet allowed(TokenMask mask) {
        BitSet allowed = new BitSet();
        for (int t = mask.nextAllowed(0); t >= 0; t = mask.nextAllowed(t + 1)) {
            allowed.set(t);
        }
        return allowed;
    }

    private static BitSet bruteForce(TokenBytes tokens, Recognizer recognizer) {
        BitSet allowed = new BitSet();
        for (int token = 0; token < tokens.size(); token++) {
            byte[] bytes = tokens.bytes(token);
            int pushed = 0;
            while (pushed < bytes.length && recognizer.push(bytes[pushed] & 0xFF)) {
                pushed++;
            }
            recognizer.pop(pushed);
            if (bytes.length > 0 && pushed == bytes.length) {
                allowed.set(token);
            }
        }
        if (recognizer.isComplete()) {
            Arrays.stream(tokens.endTokens()).forEach(allowed::set);
        }
        return allowed;
    }

    // A token with bytes; tags and what is not ASCII rather than others.
    private static int choose(TokenBytes tokens, TokenMask mask, SplittableRandom random) {
        int best = -1;
        double most = -1;
        for (int t = mask.nextAllowed(0); t >= 0; t = mask.nextAllowed(t + 1)) {
            byte[] bytes = tokens.bytes(t);
            double score = bytes.length == 0 ? -2 : random.nextDouble();
            score += bytes.length > 0 && bytes[0] == (byte) 0xFF ? 1 : 0;
            score += bytes.length > 0 && bytes[0] < 0 ? 0.1 : 0;
            if (score > most) {
                best = t;
                most = score;
            }
        }
        return best;
    }

    @ParameterizedTest
    @EnumSource(names = {"SENTENCE_PIECE", "SENTENCE_PIECE_MODEL", "MINIATURE", "BYTE_LEVEL"})
    void controlTokensNeverComeAndTagsWhereTheyAreAskedFor(Make make) throws IOException {
        Tokenizer tokenizer = ModelFiles.tokenizer(Shared.require(make.file));
        Vocabulary vocabulary = tokenizer.vocabulary();
        VocabularyBytes tokens = new VocabularyBytes(vocabulary);
        Constraints constraints = new Constraints(tokens);
        List<String> texts =
                List.of(
                        "",
                        "{\"größe\": \"",
                        "{\"größe\": \"a<",
                        "{\"größe\": \"x\", \"kind\": \"日本\", \"tags\": [\"é");
        for (String text : texts) {
            TokenConstraint constraint =
                    constraints.start(GrammarCompiler.compile(SCHEMA), 100_000);
            commit(constraint, tokenizer, text);
            assertThat(specials(constraint.mask(), vocabulary)).as(text).isEmpty();
        }
        TokenConstraint calls = constraints.start(tools(tokens), 100_000);
        List<String> first = specials(calls.mask(), vocabulary);
        if (vocabulary.special("<tool_call>").isPresent()) {
            assertThat(first).contains("<tool_call>").doesNotContain("</tool_call>");
            calls.commit(vocabulary.special("<tool_call>").orElseThrow());
            assertThat(specials(calls.mask(), vocabulary)).isEmpty();
            commit(calls, tokenizer, "\n{\"name\": \"find\", \"arguments\": {\"größe\": \"<");
            assertThat(specials(calls.mask(), vocabulary)).isEmpty();
            commit(calls, tokenizer, "tool_call>\"}}\n");
            assertThat(specials(calls.mask(), vocabulary)).containsExactly("</tool_call>");
        } else {
            assertThat(first).containsExactlyElementsOf(ends(vocabulary, tokens));
        }
        TokenConstraint text = constraints.start(tools(tokens), 100_000);
        commit(text, tokenizer, "<tool");
        assertThat(specials(text.mask(), vocabulary))
                .containsExactlyElementsOf(ends(vocabulary, tokens));
    }

    private static void commit(TokenConstraint constraint, Tokenizer tokenizer, String text) {
        for (int token : tokenizer.encodeText(text, TextStart.CONTINUED)) {
            constraint.commit(token);
        }
    }

    private static List<String> ends(Vocabulary vocabulary, TokenBytes tokens) {
        return Arrays.stream(tokens.endTokens()).mapToObj(vocabulary::text).toList();
    }

    private static List<String> specials(TokenMask mask, Vocabulary vocabulary) {
        return allowed(mask).stream()
                .filter(token ->
                        vocabulary.kind(token) != TokenKind.NORMAL
                                && vocabulary.kind(token) != TokenKind.BYTE)
                .mapToObj(vocabulary::text)
                .toList();
    }

    @Test
    void everyTokenThatEndsATurnMayEndAnAnswerAndIsNoPartOfOne() throws IOException {
        Vocabulary vocabulary =
                ModelFiles.tokenizer(Shared.require(Make.SENTENCE_PIECE.file)).vocabulary();
        int unusual = firstToken(vocabulary, "null");
        VocabularyBytes tokens =
                new VocabularyBytes(
                        vocabulary, token -> token == unusual || vocabulary.endsGeneration(token));
        Constraints constraints = new Constraints(tokens);
        Grammar nothing = GrammarCompiler.compile("{\"enum\": [null, \"a\"]}");
        for (int end : tokens.endTokens()) {
            TokenConstraint constraint = constraints.start(nothing, 20);
            assertThat(constraint.mask().allows(unusual)).as("part of an answer").isFalse();
            assertThat(constraint.fits(end)).isFalse();
            constraint.commit(firstToken(vocabulary, "n"));
            constraint.commit(firstToken(vocabulary, "ull"));
            assertThat(allowed(constraint.mask()).stream().toArray()).isEqualTo(tokens.endTokens());
            assertThat(constraint.fits(end)).isTrue();
            constraint.commit(end);
            assertThat(constraint.canContinue()).isFalse();
        }
        assertThat(tokens.endTokens()).contains(unusual, vocabulary.endToken());
    }

    private static int firstToken(Vocabulary vocabulary, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        for (int token = 0; token < vocabulary.size(); token++) {
            if (Arrays.equals(vocabulary.bytes(token), wanted)) {
                return token;
            }
        }
        throw new AssertionError(text);
    }

    @ParameterizedTest
    @EnumSource(names = {"SENTENCE_PIECE", "BYTE_LEVEL"})
    void logitsBeyondTheVocabularyAreNeverChosen(Make make) throws IOException {
        TokenBytes tokens = make.tokens();
        TokenConstraint constraint =
                new Constraints(tokens).start(GrammarCompiler.compile("true"), 30);
        float[] logits = new float[tokens.size() + 512];
        Arrays.fill(logits, tokens.size(), logits.length, 100f);
        Sampler sampler = new Sampler(new SamplingOptions(1f, 0, 1f, 3, 30), new int[] {1});
        while (constraint.canContinue()) {
            TokenMask mask = constraint.mask();
            assertThat(mask.size()).isEqualTo(tokens.size());
            assertThat(mask.allows(tokens.size())).isFalse();
            int token = sampler.sample(logits, 0, logits.length, mask);
            while (!constraint.fits(token)) {
                mask.clear(token);
                token = sampler.sample(logits, 0, logits.length, mask);
            }
            assertThat(token).isLessThan(tokens.size());
            constraint.commit(token);
        }
        assertThat(constraint.isComplete()).isTrue();
    }

    /// Byte tokens spell what other tokens spell too: all are allowed, but forced is what the
    /// tokenizer writes.
    @Test
    void ofTokensThatSpellTheSameTheTokenizersOwnIsForced() throws IOException {
        Tokenizer tokenizer = ModelFiles.tokenizer(Shared.require(Make.SENTENCE_PIECE.file));
        VocabularyBytes tokens = new VocabularyBytes(tokenizer.vocabulary());
        Grammar grammar = GrammarCompiler.compile("{\"enum\": [\"größe 日 x\"]}");
        TokenConstraint any = new Constraints(tokens).start(grammar, 90);
        assertThat(any.mask().cardinality()).isGreaterThan(1);
        TokenConstraint spelled =
                new Constraints(tokens, text -> tokenizer.encodeText(text, TextStart.CONTINUED))
                        .start(grammar, 90);
        List<Integer> written = new ArrayList<>();
        while (spelled.canContinue()) {
            TokenMask mask = spelled.mask();
            assertThat(mask.cardinality()).isEqualTo(1);
            written.add(mask.nextAllowed(0));
            spelled.commit(mask.nextAllowed(0));
        }
        assertThat(written.stream().mapToInt(t -> t).toArray())
                .isEqualTo(tokenizer.encodeText("\"größe 日 x\"", TextStart.CONTINUED));
    }

    private static final String[] PIECES = {
        "order",
        "Id",
        "Name",
        "the",
        "Rechnung",
        "en",
        "x",
        "1",
        "20",
        "2026",
        " ",
        "  ",
        "   ",
        ".",
        ",",
        "-",
        "'s",
        "'",
        "\\\"",
        "\\n",
        "é",
        "größe",
        "日本",
        "😀",
        ":",
        "_",
        "/",
        "(",
        "}",
        "ing",
        "A",
        "HTTP"
    };

    /// Two texts that begin alike: until they part, what is forced must be right for both.
    @ParameterizedTest
    @EnumSource(names = {"SENTENCE_PIECE", "MINIATURE", "BYTE_LEVEL"})
    void whatIsForcedIsRightWhicheverWayATextGoesOn(Make make) throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Tokenizer tokenizer = ModelFiles.tokenizer(Shared.require(make.file));
        Constraints constraints =
                new Constraints(
                        new VocabularyBytes(tokenizer.vocabulary()),
                        text -> tokenizer.encodeText(text, TextStart.CONTINUED));
        int forced = 0;
        for (int i = 0; i < 200; i++) {
            String beginning = text(random, 6);
            List<String> values = new ArrayList<>();
            for (int value = 0; value < 2 + random.nextInt(2); value++) {
                values.add('"' + beginning + text(random, 3) + '"');
            }
            Grammar grammar =
                    GrammarCompiler.compile(
                            "{\"enum\": " + new ArrayList<>(new LinkedHashSet<>(values)) + "}");
            for (String value : values) {
                String place = "seed %d, %s of %s".formatted(seed, value, values);
                TokenConstraint constraint = constraints.start(grammar, 1_000);
                for (int token : tokenizer.encodeText(value, TextStart.CONTINUED)) {
                    TokenMask mask = constraint.mask();
                    assertThat(mask.allows(token)).as(place).isTrue();
                    forced += mask.cardinality() == 1 ? 1 : 0;
                    constraint.commit(token);
                }
                assertThat(constraint.isComplete()).as(place).isTrue();
            }
        }
        assertThat(forced).isGreaterThan(500);
    }

    private static String text(SplittableRandom random, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }
}

package dev.talaria.inference.tokenizer;

import dev.talaria.inference.gguf.GgufArray;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.GgufMetadata;
import dev.talaria.inference.gguf.UnsupportedModelException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/// The tokens of a SentencePiece model: texts, bytes, scores and kinds, and which ids are special.
///
/// Copied out of the file's `tokenizer.ggml.*` keys. Where these are absent, the usual ids hold: 0
/// unknown, 1 begin, 2 end; a begin token and a space prefix are wanted. Immutable and safe for use
/// by many threads.
public final class Vocabulary {

    /// The character that stands for a space inside a piece: `▁`, U+2581.
    public static final char SPACE_MARK = '\u2581';

    private static final String PREFIX = "tokenizer.ggml.";
    private static final String TOKENS = PREFIX + "tokens";
    private static final String SCORES = PREFIX + "scores";
    private static final String KINDS = PREFIX + "token_type";
    private static final String SUPPORTED = "llama";
    private static final int MOST_TOKENS = 1 << 20;
    private static final int LONGEST_TOKEN = 1024;
    private static final byte[] NO_BYTES = {};

    private final byte[][] texts;
    private final byte[][] bytes;
    private final float[] scores;
    private final TokenKind[] kinds;
    private final int[] byteTokens;
    private final Map<String, Integer> specials;
    private final int unknownToken;
    private final int beginToken;
    private final int endOfStream;
    private final int endOfTurn;
    private final boolean addBegin;
    private final boolean addSpacePrefix;

    /// Reads the vocabulary of a model file.
    ///
    /// @throws UnsupportedModelException where the file's tokenizer is not a SentencePiece one, or
    ///   has no tokens for single bytes
    /// @throws dev.talaria.inference.gguf.MalformedGgufException where its keys are missing or do
    ///   not fit together
    public static Vocabulary of(GgufFile file) {
        GgufMetadata metadata = file.metadata();
        String model = metadata.requiredString(PREFIX + "model");
        if (!model.equals(SUPPORTED)) {
            throw new UnsupportedModelException(
                    "%s: tokenizer '%s' is not supported; 'llama' (SentencePiece) is"
                            .formatted(file.path(), model));
        }
        return new Vocabulary(file.path().toString(), metadata);
    }

    private Vocabulary(String place, GgufMetadata metadata) {
        GgufArray tokens =
                metadata.stringArray(TOKENS)
                        .orElseThrow(() -> metadata.failure(TOKENS, "is missing"));
        int size = tokens.size();
        if (size < 1 || size > MOST_TOKENS) {
            throw metadata.failure(TOKENS, size + " tokens are not within 1 to " + MOST_TOKENS);
        }
        scores = scores(metadata, size);
        kinds = kinds(metadata, size);
        texts = new byte[size][];
        bytes = new byte[size][];
        byteTokens = new int[256];
        Arrays.fill(byteTokens, -1);
        specials = new HashMap<>();
        for (int token = 0; token < size; token++) {
            texts[token] = tokens.bytes(token);
            if (texts[token].length > LONGEST_TOKEN) {
                throw metadata.failure(
                        TOKENS,
                        "token %d has %d bytes, more than %d"
                                .formatted(token, texts[token].length, LONGEST_TOKEN));
            }
            bytes[token] = meaning(metadata, token);
        }
        requireAllBytes(place);
        unknownToken = id(metadata, "unknown_token_id", 0);
        beginToken = id(metadata, "bos_token_id", 1);
        endOfStream = id(metadata, "eos_token_id", 2);
        endOfTurn = id(metadata, "eot_token_id", specials.getOrDefault("<|im_end|>", endOfStream));
        addBegin = metadata.bool(PREFIX + "add_bos_token").orElse(true);
        addSpacePrefix = metadata.bool(PREFIX + "add_space_prefix").orElse(true);
    }

    private static float[] scores(GgufMetadata metadata, int size) {
        float[] scores = metadata.requiredFloats(SCORES);
        requireLength(metadata, SCORES, scores.length, size);
        for (int i = 0; i < size; i++) {
            if (Float.isNaN(scores[i])) {
                throw metadata.failure(SCORES, "the score of token " + i + " is not a number");
            }
            scores[i] += 0f; // makes -0 equal to 0 in every order
        }
        return scores;
    }

    private static TokenKind[] kinds(GgufMetadata metadata, int size) {
        int[] ids = metadata.requiredInts(KINDS);
        requireLength(metadata, KINDS, ids.length, size);
        TokenKind[] all = TokenKind.values();
        TokenKind[] kinds = new TokenKind[size];
        for (int i = 0; i < size; i++) {
            if (ids[i] < 0 || ids[i] >= all.length) {
                throw metadata.failure(
                        KINDS, "token " + i + " has type " + ids[i] + "; 0 to 6 exist");
            }
            kinds[i] = all[ids[i]];
        }
        return kinds;
    }

    private static void requireLength(GgufMetadata metadata, String key, int length, int size) {
        if (length != size) {
            throw metadata.failure(key, length + " entries for " + size + " tokens");
        }
    }

    private static int id(GgufMetadata metadata, String name, int otherwise) {
        int size = metadata.requiredStrings(TOKENS).size();
        long id = metadata.integer(PREFIX + name, 0, size - 1).orElse(otherwise);
        if (id >= size) {
            throw metadata.failure(
                    PREFIX + name, "is missing, and the usual id " + id + " is not a token");
        }
        return (int) id;
    }

    private byte[] meaning(GgufMetadata metadata, int token) {
        return switch (kinds[token]) {
            case NORMAL -> text(token).replace(SPACE_MARK, ' ').getBytes(StandardCharsets.UTF_8);
            case BYTE -> {
                int octet = octet(metadata, token);
                byteTokens[octet] = token;
                yield new byte[] {(byte) octet};
            }
            case CONTROL, USER_DEFINED -> {
                specials.put(text(token), token);
                yield NO_BYTES;
            }
            case UNKNOWN, UNUSED, UNDEFINED -> NO_BYTES;
        };
    }

    private int octet(GgufMetadata metadata, int token) {
        String text = text(token);
        if (!text.matches("<0x[0-9A-Fa-f]{2}>")) {
            throw metadata.failure(
                    TOKENS, "byte token " + token + " is spelled otherwise than <0x00> to <0xFF>");
        }
        return Integer.parseInt(text, 3, 5, 16);
    }

    private void requireAllBytes(String place) {
        for (int octet = 0; octet < 256; octet++) {
            if (byteTokens[octet] < 0) {
                throw new UnsupportedModelException(
                        "%s: the vocabulary has no token <0x%02X>, so not every text can be encoded"
                                .formatted(place, octet));
            }
        }
    }

    /// How many tokens there are; ids run from 0.
    public int size() {
        return texts.length;
    }

    /// The bytes the token adds to a text, as they stand in the middle of one (`▁` is a space).
    ///
    /// Empty for control, unknown and unused tokens, and for tags such as `<tool_call>`: they
    /// structure a prompt, and no constrained value contains them. Callers do not change the array.
    public byte[] bytes(int token) {
        return bytes[token];
    }

    /// The token as the file spells it.
    public String text(int token) {
        return new String(texts[token], StandardCharsets.UTF_8);
    }

    /// What the token is for.
    public TokenKind kind(int token) {
        return kinds[token];
    }

    /// How soon the token is merged; higher is sooner.
    public float score(int token) {
        return scores[token];
    }

    /// The token of one byte.
    ///
    /// @param octet 0 to 255
    public int byteToken(int octet) {
        return byteTokens[octet];
    }

    /// The control token or tag of that spelling.
    public OptionalInt special(String text) {
        Integer token = specials.get(text);
        return token == null ? OptionalInt.empty() : OptionalInt.of(token);
    }

    /// The token that begins a prompt, where [#addBegin].
    public int beginToken() {
        return beginToken;
    }

    /// The token that stands for what cannot be encoded; encoding never yields it.
    public int unknownToken() {
        return unknownToken;
    }

    /// The token that ends a turn: the file's end-of-turn token, otherwise `<|im_end|>`, otherwise
    /// its end-of-stream token.
    public int endToken() {
        return endOfTurn;
    }

    /// The token that ends everything, by the file; often the same as [#endToken].
    public int endOfStreamToken() {
        return endOfStream;
    }

    /// Whether generation is over with this token.
    public boolean endsGeneration(int token) {
        return token == endOfTurn || token == endOfStream;
    }

    /// Whether prompts begin with [#beginToken].
    public boolean addBegin() {
        return addBegin;
    }

    /// Whether a fresh text gets a space in front.
    public boolean addSpacePrefix() {
        return addSpacePrefix;
    }
}

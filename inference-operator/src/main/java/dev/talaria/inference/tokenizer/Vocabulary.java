package dev.talaria.inference.tokenizer;

import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.UnsupportedModelException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// The tokens of a model: texts, bytes, scores and kinds, and which ids are special.
///
/// Immutable, independent of the file it came from, and safe for use by many threads.
public final class Vocabulary {

    /// The character that stands for a space inside a SentencePiece piece: `▁`, U+2581.
    public static final char SPACE_MARK = '\u2581';

    /// What models end a turn with, the likeliest first, where their file does not say.
    private static final List<String> TURN_ENDS = List.of("<|im_end|>", "<|eot_id|>", "<|eom_id|>");

    private static final byte[] NO_BYTES = {};

    private final byte[][] texts;
    private final byte[][] bytes;
    private final float[] scores;
    private final TokenKind[] kinds;
    private final int[] byteTokens;
    private final Map<String, Integer> specials = new HashMap<>();
    private final BitSet ends = new BitSet();
    private final int unknownToken;
    private final int beginToken;
    private final int endOfStream;
    private final int endOfTurn;
    private final boolean addBegin;
    private final SpacePrefix spacePrefix;
    private final boolean marksSpaces;

    /// Reads the vocabulary of a model file.
    ///
    /// @throws UnsupportedModelException where the file's tokenizer is of a kind that is not
    ///   implemented, or has no tokens for single bytes
    /// @throws dev.talaria.inference.gguf.MalformedGgufException where its keys are missing or do
    ///   not fit together
    public static Vocabulary of(GgufFile file) {
        return Tokenizer.of(file).vocabulary();
    }

    /// @param place what messages call the vocabulary
    /// @throws UnsupportedModelException where a byte has no token
    Vocabulary(String place, VocabularyParts parts) {
        texts = parts.texts;
        kinds = parts.kinds;
        scores = parts.scores;
        marksSpaces = parts.spelling == VocabularyParts.Spelling.SENTENCE_PIECE;
        bytes = new byte[texts.length][];
        byteTokens = new int[256];
        Arrays.fill(byteTokens, VocabularyParts.NONE);
        for (int token = 0; token < texts.length; token++) {
            bytes[token] = meaning(token, parts.spelling);
        }
        requireAllBytes(place);
        unknownToken = parts.unknownToken;
        beginToken = parts.beginToken;
        addBegin = parts.addBegin && beginToken >= 0;
        spacePrefix = parts.spacePrefix;
        endOfStream = parts.endOfStream;
        parts.ends.forEach(ends::set);
        endOfTurn = endOfTurn(parts.endOfTurn);
    }

    private int endOfTurn(int stated) {
        int found = stated;
        for (String text : TURN_ENDS) {
            Integer token = specials.get(text);
            if (token != null) {
                ends.set(token);
                found = found < 0 ? token : found;
            }
        }
        found = found < 0 ? endOfStream : found;
        for (int end : new int[] {found, endOfStream}) {
            if (end >= 0) {
                ends.set(end);
            }
        }
        return found;
    }

    private byte[] meaning(int token, VocabularyParts.Spelling spelling) {
        return switch (kinds[token]) {
            case NORMAL -> normal(token, spelling);
            case BYTE -> {
                int octet = VocabularyParts.spelledByte(text(token)).orElseThrow();
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

    private byte[] normal(int token, VocabularyParts.Spelling spelling) {
        byte[] meaning =
                switch (spelling) {
                    case SENTENCE_PIECE -> spaced(token);
                    case BYTE_LEVEL -> ByteAlphabet.bytes(text(token)).orElse(texts[token]);
                    case RAW -> texts[token];
                };
        if (spelling != VocabularyParts.Spelling.SENTENCE_PIECE && meaning.length == 1) {
            byteTokens[meaning[0] & 0xFF] = token;
        }
        return meaning;
    }

    private byte[] spaced(int token) {
        return isAscii(texts[token])
                ? texts[token]
                : text(token).replace(SPACE_MARK, ' ').getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isAscii(byte[] text) {
        for (byte octet : text) {
            if (octet < 0) {
                return false;
            }
        }
        return true;
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

    /// The bytes the token adds to a text, as they stand in the middle of one.
    ///
    /// Empty for control, unknown and unused tokens, and for tags such as `<tool_call>`: they
    /// structure a prompt, and no constrained value contains them. Callers do not change the array.
    public byte[] bytes(int token) {
        return bytes[token];
    }

    /// The bytes a reader sees of the token: [#bytes], and the spelling of a tag.
    byte[] shownBytes(int token) {
        if (kinds[token] != TokenKind.USER_DEFINED) {
            return bytes[token];
        }
        return marksSpaces ? spaced(token) : texts[token];
    }

    /// The token as the file spells it.
    public String text(int token) {
        return new String(texts[token], StandardCharsets.UTF_8);
    }

    /// The bytes of [#text]: as the file has them, but for what is no UTF-8.
    byte[] wellFormedText(int token) {
        return isAscii(texts[token]) ? texts[token] : text(token).getBytes(StandardCharsets.UTF_8);
    }

    /// What the token is for.
    public TokenKind kind(int token) {
        return kinds[token];
    }

    /// How soon the token is merged; higher is sooner. 0 where merges have a list of their own.
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

    /// The spellings of all control tokens and tags.
    public Iterable<String> specials() {
        return specials.keySet();
    }

    /// The token that begins a prompt, where [#addBegin]; negative where the model has none.
    public int beginToken() {
        return beginToken;
    }

    /// The token that stands for what cannot be encoded, which encoding never yields; negative
    /// where the model has none.
    public int unknownToken() {
        return unknownToken;
    }

    /// The token that ends a turn: the one the file names, otherwise `<|im_end|>`, otherwise
    /// `<|eot_id|>`, otherwise its end-of-stream token; negative where there is none of these.
    public int endToken() {
        return endOfTurn;
    }

    /// The token that ends everything, by the file; often the same as [#endToken], and negative
    /// where the file names none.
    public int endOfStreamToken() {
        return endOfStream;
    }

    /// Whether generation is over with this token.
    public boolean endsGeneration(int token) {
        return ends.get(token);
    }

    /// The tokens that end generation though neither their spelling nor [#endToken] and
    /// [#endOfStreamToken] say so.
    List<Integer> unnamedEnds() {
        return ends.stream()
                .filter(token -> token < size())
                .filter(token -> token != endOfTurn && token != endOfStream)
                .filter(token ->
                        !(specials.containsValue(token) && TURN_ENDS.contains(text(token))))
                .boxed()
                .toList();
    }

    /// Whether prompts begin with [#beginToken].
    public boolean addBegin() {
        return addBegin;
    }

    /// Whether a fresh text at a prompt's beginning gets a space in front.
    public boolean addSpacePrefix() {
        return spacePrefix != SpacePrefix.NEVER;
    }

    /// Which texts get a space in front.
    public SpacePrefix spacePrefix() {
        return spacePrefix;
    }
}

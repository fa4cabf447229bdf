package dev.talaria.inference.tokenizer;

import dev.talaria.inference.tokenizer.VocabularyParts.Spelling;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The `tokenizer.model` of Llama 3: lines of a token in base64 and its rank, which is its id. Two
/// neighbours are joined where their joint is a token, the lowest rank first (tiktoken's rule).
///
/// The file has no special tokens. They are those of the folder's configuration, or the 256 that
/// the original release defines in its code.
final class RankFile {

    private static final int SPECIALS = 256;
    private static final int LONGEST_CUT = 256;
    private static final List<String> FIRST_SPECIALS =
            List.of(
                    "<|begin_of_text|>",
                    "<|end_of_text|>",
                    "<|reserved_special_token_0|>",
                    "<|reserved_special_token_1|>",
                    "<|reserved_special_token_2|>",
                    "<|reserved_special_token_3|>",
                    "<|start_header_id|>",
                    "<|end_header_id|>",
                    "<|reserved_special_token_4|>",
                    "<|eot_id|>");

    private final Path file;
    private final byte[] bytes;

    RankFile(Path file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /// Whether the bytes begin as such a file does.
    static boolean isLikely(byte[] bytes) {
        int at = 0;
        while (at < bytes.length && isBase64(bytes[at])) {
            at++;
        }
        return at > 0
                && at + 1 < bytes.length
                && bytes[at] == ' '
                && bytes[at + 1] >= '0'
                && bytes[at + 1] <= '9';
    }

    private static boolean isBase64(byte octet) {
        return Character.isLetterOrDigit(octet) && octet > 0
                || octet == '+'
                || octet == '/'
                || octet == '=';
    }

    /// @throws MalformedTokenizerException where a line is not such a line
    Tokenizer tokenizer(TokenizerConfig config) {
        List<byte[]> tokens = tokens();
        boolean isComplete = !config.added().isEmpty();
        int size = isComplete ? config.sizeWith(tokens.size()) : tokens.size() + SPECIALS;
        if (size > VocabularyParts.MOST_TOKENS) {
            throw failure(
                    bytes.length, "there are more than " + VocabularyParts.MOST_TOKENS + " tokens");
        }
        VocabularyParts parts = new VocabularyParts(Spelling.RAW, size);
        for (int token = 0; token < tokens.size(); token++) {
            parts.texts[token] = tokens.get(token);
            parts.kinds[token] = TokenKind.NORMAL;
        }
        if (isComplete) {
            config.addTokensTo(parts, file);
        } else {
            addSpecials(parts, tokens.size());
        }
        parts.addBegin = true;
        config.applyTo(parts, Optional.of(FIRST_SPECIALS.getFirst()));
        Vocabulary vocabulary = new Vocabulary(file.toString(), parts);
        return new ByteLevelTokenizer(
                vocabulary, config.templates(), TextSplit.LLAMA3, merges(vocabulary), true);
    }

    private static void addSpecials(VocabularyParts parts, int from) {
        for (int i = 0; i < SPECIALS; i++) {
            String text =
                    i < FIRST_SPECIALS.size()
                            ? FIRST_SPECIALS.get(i)
                            : "<|reserved_special_token_" + (i - 5) + "|>";
            parts.set(from + i, text, TokenKind.CONTROL);
        }
        parts.endOfStream = from + 1;
    }

    private List<byte[]> tokens() {
        List<byte[]> tokens = new ArrayList<>();
        for (int from = 0; from < bytes.length; ) {
            int end = from;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            if (tokens.size() == VocabularyParts.MOST_TOKENS) {
                throw failure(
                        from, "there are more than " + VocabularyParts.MOST_TOKENS + " tokens");
            }
            tokens.add(token(from, end, tokens.size()));
            from = end + 1;
        }
        return tokens;
    }

    private byte[] token(int from, int end, int rank) {
        if (end - from > 2 * VocabularyParts.LONGEST_TOKEN) {
            throw failure(from, "the line is longer than that of any token");
        }
        String line =
                new String(bytes, from, end - from, StandardCharsets.ISO_8859_1).stripTrailing();
        int space = line.indexOf(' ');
        if (space < 1 || !line.substring(space + 1).equals(Integer.toString(rank))) {
            throw failure(from, "the line is not a token in base64 and the rank " + rank);
        }
        try {
            return Base64.getDecoder().decode(line.substring(0, space));
        } catch (IllegalArgumentException e) {
            throw new MalformedTokenizerException(file, from, "the token is not base64", e);
        }
    }

    private static PairTable merges(Vocabulary vocabulary) {
        Map<String, Integer> tokens = ByteLevelTokenizer.tokensByBytes(vocabulary);
        PairTable pairs = new PairTable(4 * tokens.size());
        tokens.forEach((text, token) -> {
            for (int at = 1; at < text.length() && text.length() <= LONGEST_CUT; at++) {
                Integer left = tokens.get(text.substring(0, at));
                Integer right = left == null ? null : tokens.get(text.substring(at));
                if (right != null) {
                    pairs.put(left, right, token, token);
                }
            }
        });
        return pairs;
    }

    private MalformedTokenizerException failure(int offset, String finding) {
        return new MalformedTokenizerException(file, offset, finding);
    }
}

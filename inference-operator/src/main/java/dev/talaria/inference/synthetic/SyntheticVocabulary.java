package dev.talaria.inference.synthetic;

import dev.talaria.inference.gguf.GgufArray;
import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.GgufWriter;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// A made-up SentencePiece vocabulary that encodes every text: control tokens, bytes, printable
/// characters, some words, and random joins of what is already there.
final class SyntheticVocabulary {

    private static final List<String> CONTROL =
            List.of("<s>", "</s>", "<|im_start|>", "<|im_end|>");
    private static final int BYTES_FROM = 1 + CONTROL.size();
    private static final int PIECES_FROM = BYTES_FROM + 256;
    private static final int LONGEST_PIECE = 12;

    // Only early, short pieces are joined: later ones would mostly give pieces that are too long.
    private static final int JOINED = 4096;
    private static final String SPACE = "▁";
    private static final String CHARACTERS = SPACE + "äöüßéèàçñ€";

    // What English and JSON are full of, so that a prompt has a plausible number of tokens.
    private static final List<String> WORDS =
            List.of(
                    "the",
                    "and",
                    "ing",
                    "tion",
                    "for",
                    "you",
                    "that",
                    "with",
                    "this",
                    "from",
                    "are",
                    "text",
                    "data",
                    "extract",
                    "answer",
                    "must",
                    "json",
                    "schema",
                    "type",
                    "string",
                    "number",
                    "object",
                    "properties",
                    "required",
                    "array",
                    "items",
                    "name",
                    "date",
                    "total",
                    "invoice",
                    "amount",
                    "address",
                    "customer",
                    "order",
                    "helpful",
                    "assistant",
                    "system",
                    "user",
                    "here",
                    "adhere",
                    "company",
                    "email",
                    "phone",
                    "price",
                    "quantity",
                    "description",
                    "ment",
                    "ation",
                    "able",
                    "ence",
                    "er",
                    "ed",
                    "es",
                    "ly",
                    "al",
                    "on",
                    "an",
                    "or",
                    "st",
                    "th");
    private static final List<String> JSON =
            List.of("{\"", "\":", "\",", "\"}", "\"]", "[\"", "},");

    /// Far fewer than there are joins, so that the search for a new one stays short.
    static final int MOST_TOKENS = 1 << 20;

    /// What every vocabulary holds: unknown, control, bytes, printable ASCII and a few more.
    static final int LEAST_TOKENS = PIECES_FROM + 95 + CHARACTERS.length();

    private SyntheticVocabulary() {}

    static void describe(GgufWriter writer, int size, long seed) {
        List<String> tokens = new ArrayList<>(size);
        int[] kinds = new int[size];
        float[] scores = new float[size];
        tokens.add("<unk>");
        tokens.addAll(CONTROL);
        for (int octet = 0; octet < 256; octet++) {
            tokens.add("<0x%02X>".formatted(octet));
        }
        tokens.addAll(pieces(size - tokens.size(), seed));
        for (int token = 0; token < size; token++) {
            kinds[token] = kind(token);
            scores[token] = token < PIECES_FROM ? 0f : PIECES_FROM - token;
        }
        writer.set("tokenizer.ggml.model", "llama")
                .set("tokenizer.ggml.pre", "default")
                .set("tokenizer.ggml.tokens", GgufArray.of(tokens))
                .set("tokenizer.ggml.scores", GgufArray.of(scores))
                .set("tokenizer.ggml.token_type", GgufArray.of(kinds))
                .set("tokenizer.ggml.unknown_token_id", GgufValue.uint32(0))
                .set("tokenizer.ggml.bos_token_id", id("<s>"))
                .set("tokenizer.ggml.eos_token_id", id("<|im_end|>"))
                .set("tokenizer.ggml.add_bos_token", new GgufValue.Flag(true))
                .set("tokenizer.ggml.add_space_prefix", new GgufValue.Flag(true));
    }

    private static GgufValue id(String control) {
        return GgufValue.uint32(1 + CONTROL.indexOf(control));
    }

    // The numbers of the file format: 1 normal, 2 unknown, 3 control, 6 byte.
    private static int kind(int token) {
        if (token == 0) {
            return 2;
        }
        return token < BYTES_FROM ? 3 : token < PIECES_FROM ? 6 : 1;
    }

    private static List<String> pieces(int count, long seed) {
        Set<String> pieces = new LinkedHashSet<>();
        for (char c = '!'; c <= '~'; c++) {
            pieces.add(String.valueOf(c));
        }
        CHARACTERS.chars().forEach(c -> pieces.add(Character.toString(c)));
        for (String word : WORDS) {
            addPrefixes(SPACE + word, pieces);
        }
        for (String word : WORDS) {
            addPrefixes(word, pieces);
        }
        pieces.addAll(JSON);
        List<String> list = new ArrayList<>(pieces);
        SplittableRandom random = new SplittableRandom(seed);
        while (list.size() < count) {
            String joined = pick(list, random) + pick(list, random);
            boolean spaced = joined.lastIndexOf(SPACE) > 0;
            if (joined.length() <= LONGEST_PIECE && !spaced && pieces.add(joined)) {
                list.add(joined);
            }
        }
        return list.subList(0, count);
    }

    private static void addPrefixes(String word, Set<String> pieces) {
        for (int end = 2; end <= word.length(); end++) {
            pieces.add(word.substring(0, end));
        }
    }

    private static String pick(List<String> list, SplittableRandom random) {
        return list.get(random.nextInt(Math.min(list.size(), JOINED)));
    }
}

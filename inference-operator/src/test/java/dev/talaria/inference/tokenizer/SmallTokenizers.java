package dev.talaria.inference.tokenizer;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Small tokenizers in the formats models are published in, made for tests.
///
/// All of them know the 256 bytes, some words, and the same control tokens and tags.
public final class SmallTokenizers {

    public static final String LLAMA3_PATTERN =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
                    + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    /// Control tokens and, from the fourth on, tags.
    public static final List<String> SPECIALS =
            List.of(
                    "<|begin_of_text|>",
                    "<|im_start|>",
                    "<|im_end|>",
                    "<tool_call>",
                    "</tool_call>");

    private static final List<String> WORDS =
            List.of("he", "ll", "hell", "hello", "in", "th", "the");
    private static final JsonMapper JSON = JsonMapper.shared();

    private SmallTokenizers() {}

    /// The tokenizer in some bytes, as if they were a file of that name.
    static Tokenizer read(String name, byte[] bytes) {
        return TokenizerFiles.of(Path.of(name), bytes, TokenizerConfig.NONE);
    }

    /// A `tokenizer.json` of byte-level BPE: 256 bytes, the words, then the specials.
    static ObjectNode byteLevelJson() {
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        for (int octet = 0; octet < 256; octet++) {
            vocabulary.put(String.valueOf(ByteAlphabet.character(octet)), octet);
        }
        WORDS.forEach(word -> vocabulary.put(word, vocabulary.size()));
        ObjectNode root =
                root(vocabulary, List.of("h e", "l l", "he ll", "hell o", "i n", "t h", "th e"));
        ((ObjectNode) root.get("model")).put("ignore_merges", true).put("byte_fallback", false);
        ObjectNode pre = root.putObject("pre_tokenizer").put("type", "Sequence");
        ArrayNode steps = pre.putArray("pretokenizers");
        ObjectNode split = steps.addObject().put("type", "Split");
        split.putObject("pattern").put("Regex", LLAMA3_PATTERN);
        split.put("behavior", "Isolated").put("invert", false);
        steps.addObject()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("use_regex", false);
        return root;
    }

    /// A `tokenizer.json` of SentencePiece's BPE: unknown, 256 bytes, characters, the words, then
    /// the specials.
    static ObjectNode sentencePieceJson() {
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        pieces().forEach(piece -> vocabulary.put(piece.text(), vocabulary.size()));
        ObjectNode root =
                root(vocabulary, List.of("▁ h", "h e", "l l", "he ll", "hell o", "▁h e", "i n"));
        ((ObjectNode) root.get("model")).put("unk_token", "<unk>").put("byte_fallback", true);
        ObjectNode normalizer = root.putObject("normalizer").put("type", "Sequence");
        ArrayNode steps = normalizer.putArray("normalizers");
        steps.addObject().put("type", "Prepend").put("prepend", "▁");
        ObjectNode replace = steps.addObject().put("type", "Replace");
        replace.putObject("pattern").put("String", " ");
        replace.put("content", "▁");
        root.putNull("pre_tokenizer");
        return root;
    }

    private static ObjectNode root(Map<String, Integer> vocabulary, List<String> merges) {
        ObjectNode root = JSON.createObjectNode().put("version", "1.0");
        ArrayNode added = root.putArray("added_tokens");
        for (int i = 0; i < SPECIALS.size(); i++) {
            added.addObject()
                    .put("id", vocabulary.size() + i)
                    .put("content", SPECIALS.get(i))
                    .put("special", i < 3);
        }
        root.putNull("normalizer").putNull("post_processor");
        ObjectNode model = root.putObject("model").put("type", "BPE").putNull("dropout");
        ObjectNode ids = model.putObject("vocab");
        vocabulary.forEach(ids::put);
        ArrayNode list = model.putArray("merges");
        merges.forEach(list::add);
        return root;
    }

    /// One piece of a SentencePiece model, of type 1 normal, 2 unknown, 3 control, 4 user-defined,
    /// 6 byte.
    record Piece(String text, float score, int type) {}

    static List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece("<unk>", 0, 2));
        for (int octet = 0; octet < 256; octet++) {
            pieces.add(new Piece("<0x%02X>".formatted(octet), 0, 6));
        }
        for (String text : List.of("▁h", "▁he", "he", "ll", "hell", "hello", "in")) {
            pieces.add(new Piece(text, -pieces.size(), 1));
        }
        for (char c : "▁helointé".toCharArray()) {
            pieces.add(new Piece(String.valueOf(c), -pieces.size(), 1));
        }
        return pieces;
    }

    /// A `tokenizer.model` of SentencePiece.
    ///
    /// @param modelType 1 unigram, 2 BPE
    static byte[] sentencePieceModel(List<Piece> pieces, int modelType) {
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        for (Piece piece : pieces) {
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            bytes(message, 1, piece.text().getBytes(StandardCharsets.UTF_8));
            message.write(2 << 3 | 5);
            ByteBuffer score = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
            message.writeBytes(score.putFloat(0, piece.score()).array());
            number(message, 3, piece.type());
            bytes(model, 1, message.toByteArray());
        }
        ByteArrayOutputStream trainer = new ByteArrayOutputStream();
        number(trainer, 3, modelType);
        number(trainer, 40, 0);
        number(trainer, 41, -1);
        number(trainer, 42, -1);
        bytes(model, 2, trainer.toByteArray());
        ByteArrayOutputStream normalizer = new ByteArrayOutputStream();
        bytes(normalizer, 1, "identity".getBytes(StandardCharsets.UTF_8));
        number(normalizer, 3, 1);
        number(normalizer, 4, 0);
        bytes(model, 3, normalizer.toByteArray());
        return model.toByteArray();
    }

    /// The same pieces as [#sentencePieceJson], with the specials as user-defined pieces.
    public static byte[] sentencePieceModel() {
        List<Piece> pieces = pieces();
        SPECIALS.forEach(text -> pieces.add(new Piece(text, 0, 4)));
        return sentencePieceModel(pieces, 2);
    }

    /// A `tokenizer.model` of Llama 3: base64 and rank.
    static byte[] rankFile() {
        List<byte[]> tokens = new ArrayList<>();
        for (int octet = 0; octet < 256; octet++) {
            tokens.add(new byte[] {(byte) octet});
        }
        WORDS.forEach(word -> tokens.add(word.getBytes(StandardCharsets.UTF_8)));
        StringBuilder lines = new StringBuilder();
        for (int rank = 0; rank < tokens.size(); rank++) {
            lines.append(Base64.getEncoder().encodeToString(tokens.get(rank)))
                    .append(' ')
                    .append(rank)
                    .append('\n');
        }
        return lines.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// A small tokenizer of every kind and format, by name.
    static Map<String, Tokenizer> all() {
        Map<String, Tokenizer> all = new LinkedHashMap<>();
        all.put("byte-level json", read("tokenizer.json", utf8(byteLevelJson())));
        all.put("sentencepiece json", read("tokenizer.json", utf8(sentencePieceJson())));
        all.put("sentencepiece model", read("tokenizer.model", sentencePieceModel()));
        all.put("ranks", read("tokenizer.model", rankFile()));
        return all;
    }

    static byte[] utf8(ObjectNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void bytes(ByteArrayOutputStream out, int field, byte[] bytes) {
        out.write(field << 3 | 2);
        varint(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream out, int field, long value) {
        varint(out, (long) field << 3);
        varint(out, value);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}

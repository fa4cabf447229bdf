package dev.talaria.inference.decode;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiFunction;

/// Vocabularies for tests.
///
/// @param tokens the bytes of every token; empty for control tokens
/// @param endToken the token that ends a turn
record TestVocabulary(List<byte[]> tokens, int endToken) implements TokenBytes {

    /// Every byte, some words and pieces of JSON as merges, one token with the bytes of another,
    /// and control tokens at both ends.
    static TestVocabulary small() {
        List<byte[]> tokens = bytesOnly();
        for (String merge :
                new String[] {
                    "{\"",
                    "\": ",
                    "\": \"",
                    "\", \"",
                    ", \"",
                    "\"}",
                    "}",
                    "]}",
                    "\"]",
                    "[]",
                    "{}",
                    "[{\"",
                    "null",
                    "true",
                    "false",
                    "tr",
                    "al",
                    "se",
                    "name",
                    "total",
                    "amount",
                    " item",
                    "00",
                    "12",
                    "20",
                    "2026",
                    "-",
                    "-1",
                    ".5",
                    "0.",
                    "é",
                    "日本",
                    "\\n",
                    "\\\"",
                    "\\u00",
                    "   ",
                    "      ",
                    " the",
                    "the",
                    "tag",
                    "tags",
                    "tags\": [\"",
                    "},",
                    "}, {\""
                }) {
            tokens.add(merge.getBytes(StandardCharsets.UTF_8));
        }
        tokens.add(new byte[] {(byte) 0xC3});
        tokens.add(new byte[] {(byte) 0xA9, '"'});
        tokens.add(new byte[] {(byte) 0xE6, (byte) 0x97});
        tokens.add("<eos>".getBytes(StandardCharsets.UTF_8));
        tokens.add(new byte[0]);
        return new TestVocabulary(List.copyOf(tokens), tokens.size() - 1);
    }

    /// One token for every byte.
    static TestVocabulary octets() {
        List<byte[]> tokens = bytesOnly();
        tokens.add(new byte[0]);
        return new TestVocabulary(List.copyOf(tokens), tokens.size() - 1);
    }

    private static List<byte[]> bytesOnly() {
        List<byte[]> tokens = new ArrayList<>();
        tokens.add(new byte[0]);
        for (int octet = 0; octet < 256; octet++) {
            tokens.add(new byte[] {(byte) octet});
        }
        return tokens;
    }

    /// The 32,032 tokens of Hermes 2 Pro; the test is skipped where the file is absent.
    static TestVocabulary hermes() throws IOException {
        return read("hermes-mistral-vocab.gguf", TestVocabulary::bytes);
    }

    /// The 128,256 tokens of Llama 3; the test is skipped where the file is absent.
    static TestVocabulary llama3() throws IOException {
        return read("llama3-vocab.gguf", TestVocabulary::bytesOfByteLevel);
    }

    private static TestVocabulary read(String name, BiFunction<String, Integer, byte[]> bytes)
            throws IOException {
        Path root = Path.of(System.getProperty("talaria.root", ".."));
        Path file = root.resolve("../shared/data/tokenizers").resolve(name);
        Assumptions.assumeTrue(Files.exists(file), "no vocabulary at " + file);
        GgufTokens gguf = new GgufTokens(Files.readAllBytes(file));
        List<byte[]> tokens = new ArrayList<>();
        for (int i = 0; i < gguf.texts.size(); i++) {
            tokens.add(bytes.apply(gguf.texts.get(i), gguf.types.get(i).intValue()));
        }
        return new TestVocabulary(List.copyOf(tokens), Math.toIntExact(gguf.end));
    }

    // GPT-2's way: printable characters of Latin-1 are their bytes, others come from U+0100 on.
    private static byte[] bytesOfByteLevel(String text, int type) {
        byte[] bytes = new byte[type == 1 ? text.length() : 0];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) octet(text.charAt(i));
        }
        return bytes;
    }

    private static int octet(char c) {
        if (c < 0x100) {
            return c;
        }
        int rank = c - 0x100;
        int octet = 0;
        while (isPrintable(octet) || rank-- > 0) {
            octet++;
        }
        return octet;
    }

    private static boolean isPrintable(int octet) {
        return octet >= '!' && octet <= '~'
                || octet >= 0xA1 && octet <= 0xAC
                || octet >= 0xAE && octet <= 0xFF;
    }

    private static byte[] bytes(String text, int type) {
        return switch (type) {
            case 1 -> text.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
            case 6 -> HexFormat.of().parseHex(text.substring(3, 5));
            default -> new byte[0];
        };
    }

    @Override
    public int size() {
        return tokens.size();
    }

    @Override
    public byte[] bytes(int token) {
        return tokens.get(token);
    }

    /// As much of a GGUF file as names the tokens.
    private static final class GgufTokens {

        private final ByteBuffer in;
        private List<String> texts = List.of();
        private List<Number> types = List.of();
        private long end;

        private GgufTokens(byte[] file) {
            in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(16);
            long pairs = in.getLong();
            for (long i = 0; i < pairs; i++) {
                keep(text(), value(in.getInt()));
            }
        }

        @SuppressWarnings("unchecked")
        private void keep(String key, Object value) {
            switch (key) {
                case "tokenizer.ggml.tokens" -> texts = (List<String>) value;
                case "tokenizer.ggml.token_type" -> types = (List<Number>) value;
                case "tokenizer.ggml.eos_token_id" -> end = ((Number) value).longValue();
                default -> {}
            }
        }

        private Object value(int type) {
            return switch (type) {
                case 0, 1, 7 -> in.get();
                case 2, 3 -> in.getShort();
                case 4, 5, 6 -> in.getInt();
                case 8 -> text();
                case 9 -> array();
                default -> in.getLong();
            };
        }

        private List<Object> array() {
            int type = in.getInt();
            long length = in.getLong();
            List<Object> values = new ArrayList<>();
            for (long i = 0; i < length; i++) {
                values.add(value(type));
            }
            return values;
        }

        private String text() {
            byte[] bytes = new byte[Math.toIntExact(in.getLong())];
            in.get(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}

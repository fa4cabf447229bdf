package dev.talaria.inference.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A GGUF file of a few kilobytes with a value of every type, tensors, and a whole vocabulary.
final class SmallGguf {

    private SmallGguf() {}

    static GgufWriter writer() {
        return new GgufWriter()
                .set("general.architecture", "llama")
                .set("test.uint8", new GgufValue.Whole(GgufType.UINT8, 255))
                .set("test.int8", new GgufValue.Whole(GgufType.INT8, -128))
                .set("test.uint16", new GgufValue.Whole(GgufType.UINT16, 65_535))
                .set("test.int16", new GgufValue.Whole(GgufType.INT16, -32_768))
                .set("test.uint32", GgufValue.uint32(4_294_967_295L))
                .set("test.int32", new GgufValue.Whole(GgufType.INT32, -1))
                .set("test.uint64", new GgufValue.Whole(GgufType.UINT64, -1))
                .set("test.int64", new GgufValue.Whole(GgufType.INT64, Long.MIN_VALUE))
                .set("test.float32", GgufValue.float32(1.5f))
                .set("test.float64", new GgufValue.Real(GgufType.FLOAT64, Math.PI))
                .set("test.bool", new GgufValue.Flag(true))
                .set("test.text", "größer ▁ 😀")
                .set("test.strings", GgufArray.of(List.of("", "a", "ß😀")))
                .set("test.floats", GgufArray.of(new float[] {0f, -1f, Float.MAX_VALUE}))
                .set("test.ints", GgufArray.of(new int[] {1, -1, Integer.MIN_VALUE}))
                .tensor("v", GgmlType.F32, List.of(3L), out -> out.write(new byte[12]))
                .tensor("m", GgmlType.Q8_0, List.of(64L, 2L), out -> out.write(new byte[136]))
                .tensor("t", GgmlType.IQ3_S, List.of(256L, 1L), out -> out.write(new byte[110]));
    }

    /// The tokenizer keys with 256 bytes, control tokens and a few pieces.
    static GgufWriter withVocabulary(GgufWriter writer) {
        List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        for (int octet = 0; octet < 256; octet++) {
            tokens.add("<0x%02X>".formatted(octet));
        }
        tokens.addAll(List.of("<|im_start|>", "<|im_end|>", "<schema>", "▁", "a", "b", "▁a", "ab"));
        int[] kinds = new int[tokens.size()];
        float[] scores = new float[tokens.size()];
        for (int i = 0; i < kinds.length; i++) {
            kinds[i] = i == 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : i < 261 ? 3 : i == 261 ? 4 : 1;
            scores[i] = -i;
        }
        return writer.set("tokenizer.ggml.model", "llama")
                .set("tokenizer.ggml.tokens", GgufArray.of(tokens))
                .set("tokenizer.ggml.scores", GgufArray.of(scores))
                .set("tokenizer.ggml.token_type", GgufArray.of(kinds));
    }

    static byte[] bytes(GgufWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(out);
        return out.toByteArray();
    }
}

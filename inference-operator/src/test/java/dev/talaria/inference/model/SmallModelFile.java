package dev.talaria.inference.model;

import dev.talaria.inference.gguf.GgmlType;
import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.GgufWriter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A model file of a few kilobytes whose keys and tensors a test may change before it is written.
final class SmallModelFile {

    static final int WIDTH = 48;
    static final int VOCABULARY = 70;

    private static final int HEADS = 4;
    private static final int KV_HEADS = 2;
    private static final int HEAD_WIDTH = 12;
    private static final int FEED_FORWARD = 80;

    private record Stored(GgmlType type, List<Long> dimensions, byte[] bytes) {}

    private final Map<String, GgufValue> metadata = new LinkedHashMap<>();
    private final Map<String, Stored> tensors = new LinkedHashMap<>();

    /// A whole model of two layers, in `F32`.
    SmallModelFile() {
        set("general.architecture", new GgufValue.Text("llama"));
        set("llama.block_count", GgufValue.uint32(2));
        set("llama.context_length", GgufValue.uint32(128));
        set("llama.embedding_length", GgufValue.uint32(WIDTH));
        set("llama.feed_forward_length", GgufValue.uint32(FEED_FORWARD));
        set("llama.attention.head_count", GgufValue.uint32(HEADS));
        set("llama.attention.head_count_kv", GgufValue.uint32(KV_HEADS));
        set("llama.attention.layer_norm_rms_epsilon", GgufValue.float32(1e-5f));
        matrix("token_embd.weight", WIDTH, VOCABULARY);
        for (int layer = 0; layer < 2; layer++) {
            String block = "blk." + layer + ".";
            matrix(block + "attn_norm.weight", WIDTH, 1);
            matrix(block + "attn_q.weight", WIDTH, HEADS * HEAD_WIDTH);
            matrix(block + "attn_k.weight", WIDTH, KV_HEADS * HEAD_WIDTH);
            matrix(block + "attn_v.weight", WIDTH, KV_HEADS * HEAD_WIDTH);
            matrix(block + "attn_output.weight", HEADS * HEAD_WIDTH, WIDTH);
            matrix(block + "ffn_norm.weight", WIDTH, 1);
            matrix(block + "ffn_gate.weight", WIDTH, FEED_FORWARD);
            matrix(block + "ffn_up.weight", WIDTH, FEED_FORWARD);
            matrix(block + "ffn_down.weight", FEED_FORWARD, WIDTH);
        }
        matrix("output_norm.weight", WIDTH, 1);
        matrix("output.weight", WIDTH, VOCABULARY);
    }

    SmallModelFile set(String key, GgufValue value) {
        metadata.put(key, value);
        return this;
    }

    SmallModelFile withoutKey(String key) {
        metadata.remove(key);
        return this;
    }

    SmallModelFile without(String tensor) {
        tensors.remove(tensor);
        return this;
    }

    /// Gives one tensor the contents of another.
    SmallModelFile copy(String from, String to) {
        tensors.put(to, tensors.get(from));
        return this;
    }

    /// A matrix, or a vector where it has one row, of numbers that depend on its name alone.
    SmallModelFile matrix(String name, int columns, int rows) {
        SplittableRandom random = new SplittableRandom(name.hashCode());
        ByteBuffer bytes = ByteBuffer.allocate(4 * columns * rows).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat((float) random.nextDouble(-0.5, 0.5));
        }
        List<Long> dimensions =
                rows == 1 ? List.of((long) columns) : List.of((long) columns, (long) rows);
        tensors.put(name, new Stored(GgmlType.F32, dimensions, bytes.array()));
        return this;
    }

    /// A vector of these numbers.
    SmallModelFile vector(String name, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        tensors.put(name, new Stored(GgmlType.F32, List.of((long) values.length), bytes.array()));
        return this;
    }

    /// A matrix of these numbers, row by row.
    SmallModelFile matrix(String name, int columns, int rows, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        List<Long> dimensions = List.of((long) columns, (long) rows);
        tensors.put(name, new Stored(GgmlType.F32, dimensions, bytes.array()));
        return this;
    }

    /// The numbers of a tensor, row by row.
    float[] values(String name) {
        byte[] bytes = tensors.get(name).bytes();
        float[] values = new float[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    /// The keys it has.
    List<String> keys() {
        return List.copyOf(metadata.keySet());
    }

    /// A tensor of zeros of any type and shape.
    SmallModelFile zeros(String name, GgmlType type, List<Long> dimensions) {
        long elements = dimensions.stream().reduce(1L, Math::multiplyExact);
        byte[] bytes = new byte[Math.toIntExact(type.bytes(elements))];
        tensors.put(name, new Stored(type, dimensions, bytes));
        return this;
    }

    Path writeTo(Path folder) throws IOException {
        GgufWriter writer = new GgufWriter();
        metadata.forEach(writer::set);
        tensors.forEach((name, tensor) ->
                writer.tensor(
                        name,
                        tensor.type(),
                        tensor.dimensions(),
                        out -> out.write(tensor.bytes())));
        Path file = folder.resolve("model.gguf");
        writer.write(file);
        return file;
    }
}

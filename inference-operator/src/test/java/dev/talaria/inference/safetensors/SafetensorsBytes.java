package dev.talaria.inference.safetensors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Safetensors files for tests, whole or with a header of the test's own.
public final class SafetensorsBytes {

    private record Stored(String type, List<Integer> shape, byte[] bytes) {}

    private final Map<String, Stored> tensors = new LinkedHashMap<>();

    /// A tensor of any type.
    public SafetensorsBytes tensor(String name, String type, List<Integer> shape, byte[] bytes) {
        tensors.put(name, new Stored(type, shape, bytes));
        return this;
    }

    /// A tensor of type `F32`.
    public SafetensorsBytes floats(String name, List<Integer> shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return tensor(name, "F32", shape, bytes.array());
    }

    /// Takes a tensor away.
    public SafetensorsBytes without(String name) {
        tensors.remove(name);
        return this;
    }

    /// Only the tensors whose number, modulo `shards`, is `shard`.
    public SafetensorsBytes shard(int shard, int shards) {
        SafetensorsBytes part = new SafetensorsBytes();
        int number = 0;
        for (Map.Entry<String, Stored> tensor : tensors.entrySet()) {
            if (number++ % shards == shard) {
                part.tensors.put(tensor.getKey(), tensor.getValue());
            }
        }
        return part;
    }

    /// The tensors' names, in order.
    public List<String> names() {
        return List.copyOf(tensors.keySet());
    }

    /// The file.
    public byte[] bytes() {
        StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        tensors.forEach((name, tensor) -> {
            int begin = data.size();
            data.writeBytes(tensor.bytes());
            header.append(
                    ",\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                            .formatted(name, tensor.type(), tensor.shape(), begin, data.size()));
        });
        header.append('}');
        while (header.length() % 8 != 0) {
            header.append(' ');
        }
        return file(header.toString(), data.toByteArray());
    }

    /// Writes the file.
    public void writeTo(Path file) throws IOException {
        Files.write(file, bytes());
    }

    /// A file of any header and data.
    static byte[] file(String header, byte... data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file =
                ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        return file.putLong(text.length).put(text).put(data).array();
    }

    /// A small file with tensors of every width, an empty one and a scalar.
    static SafetensorsBytes small() {
        byte[] bytes = new byte[24];
        new SplittableRandom(1).nextBytes(bytes);
        return new SafetensorsBytes()
                .floats("model.norm.weight", List.of(3), 1, 2, 3)
                .tensor("a.b16", "BF16", List.of(3, 4), bytes)
                .tensor("a.half", "F16", List.of(2, 2, 3), bytes)
                .tensor("empty", "F32", List.of(0, 5), new byte[0])
                .tensor("scalar", "I64", List.of(), Arrays.copyOf(bytes, 8))
                .tensor("nibbles", "F4", List.of(2, 3), Arrays.copyOf(bytes, 3))
                .tensor("packed", "I32", List.of(2, 3), bytes);
    }
}

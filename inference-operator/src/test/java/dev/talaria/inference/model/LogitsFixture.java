package dev.talaria.inference.model;

import dev.talaria.inference.Shared;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.kernel.KernelProvider;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.WorkerTeam;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// One of the random-weight models with the exact logits of a text.
final class LogitsFixture {

    /// The files' types, as their names have them; the best first.
    static final List<String> TYPES =
            List.of(
                    "F32",
                    "F16",
                    "BF16",
                    "Q8_0",
                    "Q6_K",
                    "Q5_K_M",
                    "Q5_1",
                    "Q5_0",
                    "Q4_K_M-mixed",
                    "Q4_K_M",
                    "Q4_1",
                    "Q4_0",
                    "IQ4_NL",
                    "IQ4_XS",
                    "Q3_K_M",
                    "Q2_K");

    private final Path file;
    private final int[] ids;
    private final float[] exact;

    /// Skips the test where the fixtures are not there.
    LogitsFixture(String type) throws IOException {
        Path folder = Shared.require("fixtures/gguf");
        file = folder.resolve("random-" + type + ".gguf");
        ids = ids(folder.resolve("ids.txt"));
        exact = floats(folder.resolve("random-" + type + ".logits.f32"));
    }

    Path file() {
        return file;
    }

    /// How near the tier's logits of every position are.
    Agreement agreement(String tier) throws IOException {
        return agreement(KernelProvider.choose(tier), 2);
    }

    /// As above, of kernels that so many threads may use.
    Agreement agreement(Kernels kernels, int threads) throws IOException {
        return Agreement.of(exact, logits(kernels, threads), exact.length / ids.length);
    }

    private float[] logits(Kernels kernels, int threads) throws IOException {
        try (Arena arena = Arena.ofShared();
                WorkerTeam team = new WorkerTeam(threads);
                GgufFile gguf = GgufFile.open(file)) {
            MistralModel model = ModelLoader.load(gguf, kernels, team, arena, ids.length);
            KvCache cache = new KvCache(model.shape(), 1 << 26);
            Batch batch = new Batch();
            float[] logits = new float[ids.length * model.shape().vocabulary()];
            try (KvCache.Reservation sequence = cache.reserve(ids.length)) {
                for (int i = 0; i < ids.length; i++) {
                    batch.addPrompt(ids[i], i, sequence, true);
                }
                model.forward(batch, logits);
            }
            return logits;
        }
    }

    private static int[] ids(Path file) throws IOException {
        return Arrays.stream(Files.readString(file).strip().split("\\s+"))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static float[] floats(Path file) throws IOException {
        FloatBuffer buffer =
                ByteBuffer.wrap(Files.readAllBytes(file))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }
}

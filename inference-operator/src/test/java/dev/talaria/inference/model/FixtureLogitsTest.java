package dev.talaria.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.talaria.inference.Shared;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.kernel.KernelProvider;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.WorkerTeam;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The random-weight fixtures in every supported type, against logits computed in float64.
class FixtureLogitsTest {

    private static final List<String> TYPES =
            List.of(
                    "F32",
                    "F16",
                    "BF16",
                    "Q8_0",
                    "Q6_K",
                    "Q5_K_M",
                    "Q5_1",
                    "Q5_0",
                    "Q4_K_M",
                    "Q4_K_M-mixed",
                    "Q4_1",
                    "Q4_0",
                    "Q3_K_M",
                    "Q2_K",
                    "IQ4_NL",
                    "IQ4_XS");

    private static Stream<Arguments> fixtures() {
        return TYPES.stream()
                .flatMap(type -> Stream.of("vector", "scalar").map(tier -> arguments(type, tier)));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void everyPositionAgreesWithTheExactLogits(String type, String tier) throws IOException {
        Path folder = Shared.require("fixtures/gguf");
        int[] ids = ids(folder.resolve("ids.txt"));
        float[] exact = floats(folder.resolve("random-" + type + ".logits.f32"));

        float[] computed = logits(folder.resolve("random-" + type + ".gguf"), tier, ids);

        assertThat(relativeError(exact, computed)).as(type + " " + tier).isLessThan(1e-5);
    }

    private static float[] logits(Path file, String tier, int[] ids) throws IOException {
        Kernels kernels = KernelProvider.choose(tier);
        try (Arena arena = Arena.ofShared();
                WorkerTeam team = new WorkerTeam(2);
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

    private static double relativeError(float[] exact, float[] computed) {
        assertThat(computed).hasSameSizeAs(exact);
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < exact.length; i++) {
            difference += Math.pow(computed[i] - exact[i], 2);
            norm += Math.pow(exact[i], 2);
        }
        return Math.sqrt(difference / norm);
    }
}

package dev.talaria.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.embedded.EmbeddedModel;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.kernel.KvType;
import dev.talaria.inference.tokenizer.Tokenizer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What storing keys and values in fewer bits costs, on the miniature model.
class KvTypeTest {

    private static final String TEXT =
            """
            Invoice number: INV-20417
            Vendor: Summit Electric
            Total: 1284.50 EUR. Dear team, Harbour & Finch sends you its invoice of 96.80 EUR.
            Oak Sports is looking for a Nurse in Geneva. The salary is 38500 a year. Remote: no.
            Name: Priya Nair, City: Leeds, Phone: +44 113 496 0123, größer 日本 😀.\
            """;

    @TempDir private Path folder;

    /// The bounds are two to three times what was measured: an error of 2.0e-4 for halves, 5.0e-3
    /// for bytes, with the same most probable token at all of 142 positions and at 139. With
    /// kernels of floats, since others round activations, and what is rounded otherwise for a small
    /// difference makes it as large as their own error.
    @Test
    void halvesAreAsGoodAsExactAndBytesNearlySo() throws IOException {
        Path file = EmbeddedModel.fileIn(folder);
        int[] tokens;
        try (GgufFile gguf = GgufFile.open(file)) {
            tokens = Tokenizer.of(gguf).encodePrompt(TEXT);
        }
        try (TestModel model = TestModel.load(file, "vector", 512)) {
            float[][] exact = model.logits(tokens, chunks(tokens.length), KvType.F32);
            float[][] halves = model.logits(tokens, chunks(tokens.length), KvType.F16);
            float[][] bytes = model.logits(tokens, chunks(tokens.length), KvType.INT8);
            assertThat(relativeError(exact, halves)).isBetween(1e-8, 6e-4);
            assertThat(agreement(exact, halves)).isGreaterThan(0.99);
            assertThat(relativeError(exact, bytes)).isBetween(1e-6, 1.5e-2);
            assertThat(agreement(exact, bytes)).isGreaterThan(0.95);
        }
    }

    private static List<Integer> chunks(int tokens) {
        List<Integer> chunks = new ArrayList<>();
        for (int left = tokens; left > 0; left -= chunks.getLast()) {
            chunks.add(Math.min(100, left));
        }
        return chunks;
    }

    private static double relativeError(float[][] exact, float[][] stored) {
        double difference = 0;
        double norm = 0;
        for (int row = 0; row < exact.length; row++) {
            for (int i = 0; i < exact[row].length; i++) {
                difference += Math.pow(stored[row][i] - exact[row][i], 2);
                norm += Math.pow(exact[row][i], 2);
            }
        }
        return Math.sqrt(difference / norm);
    }

    /// Share of the positions whose most probable token is the same.
    private static double agreement(float[][] exact, float[][] stored) {
        int same = 0;
        for (int row = 0; row < exact.length; row++) {
            same += greatest(exact[row]) == greatest(stored[row]) ? 1 : 0;
        }
        return (double) same / exact.length;
    }

    private static int greatest(float[] logits) {
        int greatest = 0;
        for (int i = 1; i < logits.length; i++) {
            greatest = logits[i] > logits[greatest] ? i : greatest;
        }
        return greatest;
    }
}

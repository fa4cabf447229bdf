package dev.talaria.inference.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.Shared;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.TensorInfo;
import dev.talaria.inference.kernel.RowDecoder;
import dev.talaria.inference.tensor.Tensor;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;

/// The same weights in files quantized by another program: ours are as near to them or nearer.
class FixtureErrorsTest {

    // Other programs weigh great weights more, so that their plain squared error is not the least
    // possible; a percent is what rounding of scales may differ by.
    private static final double ALLOWED = 1.01;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "F16", "BF16", "Q8_0", "Q6_K", "Q5_K_M", "Q5_1", "Q5_0", "Q4_K_M", "Q4_1", "Q4_0",
                "Q3_K_M", "Q2_K", "IQ4_NL", "IQ4_XS"
            })
    void noMatrixLosesMoreThanInTheirFiles(String type) throws IOException {
        Path folder = Shared.require("fixtures/gguf");
        try (GgufFile exact = GgufFile.open(folder.resolve("random-F32.gguf"));
                GgufFile theirs = GgufFile.open(folder.resolve("random-" + type + ".gguf"))) {
            int compared = 0;
            for (TensorInfo info : theirs.tensors()) {
                Tensor stored = theirs.tensor(info.name()).orElseThrow();
                if (stored.rows() > 1) {
                    compare(exact.tensor(info.name()).orElseThrow(), stored);
                    compared++;
                }
            }
            assertThat(compared).isPositive();
        }
    }

    private static void compare(Tensor exact, Tensor theirs) {
        float[] row = new float[exact.columns()];
        float[] other = new float[exact.columns()];
        double our = 0;
        double their = 0;
        for (int r = 0; r < Math.min(exact.rows(), 256); r++) {
            RowDecoder.decode(exact, r, row, 0);
            RowDecoder.decode(theirs, r, other, 0);
            our += Math.pow(Encoded.relativeError(row, Encoded.andDecoded(theirs.type(), row)), 2);
            their += Math.pow(Encoded.relativeError(row, other), 2);
        }
        assertThat(Math.sqrt(our))
                .as("%s as %s", exact.name(), theirs.type())
                .isLessThanOrEqualTo(ALLOWED * Math.sqrt(their));
    }
}

package dev.talaria.inference.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.SplittableRandom;

/// What becomes of weights that are stored and read back.
class RowEncoderTest {

    private static final int COLUMNS = 1 << 16;

    // Root mean square error as a share of the deviation, a few percent above what was found; what
    // another program gets on the same weights is compared in FixtureErrorsTest.
    @ParameterizedTest
    @CsvSource({
        "F32, 0",
        "F16, 0.0003",
        "BF16, 0.0018",
        "Q8_0, 0.0060",
        "Q6_K, 0.0180",
        "Q5_K, 0.0370",
        "Q5_1, 0.0380",
        "Q5_0, 0.0410",
        "Q4_K, 0.0760",
        "Q4_1, 0.0790",
        "Q4_0, 0.0850",
        "IQ4_NL, 0.0760",
        "IQ4_XS, 0.0770",
        "Q3_K, 0.1500",
        "Q2_K, 0.2700"
    })
    void normalWeightsComeBackWithinTheErrorOfTheirType(TensorType type, double bound) {
        float[] row = normal(COLUMNS, 1);
        double error = Encoded.relativeError(row, Encoded.andDecoded(type, row));
        assertThat(error).as(type.name()).isLessThanOrEqualTo(bound);
        if (bound > 0) {
            assertThat(error).as(type.name()).isGreaterThan(bound / 2);
        }
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void theErrorDoesNotDependOnTheSizeOfTheWeightsOrTheirSign(TensorType type) {
        float[] row = normal(4096, 2);
        double error = Encoded.relativeError(row, Encoded.andDecoded(type, row));
        for (float factor : new float[] {0x1p-4f, 0x1p4f, -1f}) {
            float[] scaled = new float[row.length];
            for (int i = 0; i < row.length; i++) {
                scaled[i] = factor * row[i];
            }
            double scaledError = Encoded.relativeError(scaled, Encoded.andDecoded(type, scaled));
            assertThat(scaledError).as("%s by %s", type, factor).isCloseTo(error, within(5e-3));
        }
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void zerosStayZeros(TensorType type) {
        for (float weight : Encoded.andDecoded(type, new float[512])) {
            assertThat(weight).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void equalWeightsStayNearlyEqual(TensorType type) {
        for (float value : new float[] {0.75f, -0.75f, 1f / 3, -1f / 3}) {
            float[] row = new float[512];
            Arrays.fill(row, value);
            double error = Encoded.relativeError(row, Encoded.andDecoded(type, row));
            assertThat(error).as("%s of %s", type, value).isLessThan(0.02);
        }
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void aSingleWeightAmongZerosIsKept(TensorType type) {
        for (int at : new int[] {0, 15, 16, 31, 32, 255, 256, 511}) {
            for (float value : new float[] {1.5f, -1.5f}) {
                float[] row = new float[512];
                row[at] = value;
                float[] decoded = Encoded.andDecoded(type, row);
                String place = "%s, %s at %d".formatted(type, value, at);
                assertThat(decoded[at]).as(place).isCloseTo(value, within(0.01f));
                decoded[at] = 0;
                // The table of the IQ4 types has no zero, but a one.
                for (float weight : decoded) {
                    assertThat(weight).as(place).isCloseTo(0, within(0.014f));
                }
            }
        }
    }

    /// A weight goes where it belongs: every element has a number of its own.
    @ParameterizedTest
    @EnumSource(TensorType.class)
    void aSlopeComesBackAsASlope(TensorType type) {
        float[] row = new float[512];
        for (int i = 0; i < row.length; i++) {
            row[i] = (i % 32 - 15.5f) * (1 + i / 32) / 100;
        }
        float[] decoded = Encoded.andDecoded(type, row);
        double step = type == TensorType.Q2_K ? 0.35 : type == TensorType.Q3_K ? 0.2 : 0.12;
        for (int i = 0; i < row.length; i++) {
            float greatest = 15.5f * (1 + i / 32) / 100;
            assertThat((double) decoded[i])
                    .as("%s, element %d", type, i)
                    .isCloseTo(row[i], within(step * greatest + 0.05 * 15.5 * 16 / 100 / 10));
        }
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void weightsAtTheEdgesOfFloatsAreStoredOrRefused(TensorType type) {
        float[] extremes = {
            Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, 1e-20f, -1e-8f, 6e-8f, 65_504f
        };
        SplittableRandom random = new SplittableRandom(3);
        for (int repeat = 0; repeat < 200; repeat++) {
            float[] row = new float[256];
            for (int i = 0; i < row.length; i++) {
                row[i] = random.nextBoolean() ? 0 : extremes[random.nextInt(extremes.length)];
            }
            for (float weight : Encoded.andDecoded(type, row)) {
                assertThat(weight).as("%s, seed 3, repeat %d", type, repeat).isFinite();
            }
        }
        float[] tooGreat = new float[256];
        Arrays.fill(tooGreat, 3e38f);
        tooGreat[7] = -3e38f;
        if (type == TensorType.F32 || type == TensorType.BF16) {
            assertThat(Encoded.andDecoded(type, tooGreat)[7]).isLessThan(-2.9e38f);
        } else {
            assertThatThrownBy(() -> Encoded.andDecoded(type, tooGreat))
                    .as(type.name())
                    .isInstanceOf(ArithmeticException.class);
        }
    }

    @Test
    void brainFloatsAreRoundedToTheNearest() {
        float[] row = {1f, 1.00390625f, 1.01171875f, -3.008f};
        assertThat(Encoded.andDecoded(TensorType.BF16, row))
                .containsExactly(1f, 1f, 1.015625f, -3.015625f);
        assertThatThrownBy(() -> Encoded.andDecoded(TensorType.BF16, new float[] {Float.MAX_VALUE}))
                .isInstanceOf(ArithmeticException.class);
    }

    /// An encoder may be used again and again: nothing of one row is left in the next.
    @ParameterizedTest
    @EnumSource(TensorType.class)
    void everyRowIsEncodedForItself(TensorType type) {
        float[] row = normal(512, 4);
        int bytes = Math.toIntExact(type.bytes(512));
        RowEncoder encoder = RowEncoder.of(type);
        byte[] first = new byte[bytes];
        encoder.encode(row, 512, first, 0);
        byte[] between = new byte[bytes];
        encoder.encode(normal(512, 5), 512, between, 0);
        byte[] again = new byte[bytes + 3];
        encoder.encode(row, 512, again, 3);
        assertThat(Arrays.copyOfRange(again, 3, bytes + 3)).isEqualTo(first).isNotEqualTo(between);
    }

    private static float[] normal(int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] row = new float[length];
        for (int i = 0; i < length; i++) {
            row[i] = (float) (0.02 * random.nextGaussian());
        }
        return row;
    }
}

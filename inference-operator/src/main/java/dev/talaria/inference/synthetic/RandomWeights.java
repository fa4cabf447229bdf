package dev.talaria.inference.synthetic;

import dev.talaria.inference.kernel.NonlinearTable;
import dev.talaria.inference.tensor.TensorType;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// Random weights, made directly in a tensor type's stored form.
///
/// Matrices have a standard deviation of about 0.02 around 0. A quantized block is random bits,
/// uniform in their range, under a scale that brings them to that deviation; the scales themselves
/// vary by a quarter, so that they matter.
final class RandomWeights {

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int CHUNK_BYTES = 1 << 20;
    private static final double DEVIATION = 0.02;

    // Half the width of a uniform distribution is sqrt(3) of its deviations.
    private static final float HALF_WIDTH = (float) (DEVIATION * Math.sqrt(3));

    // Deviations of the stored integers before scaling: of 256 and of 16 equally likely values, and
    // of the products that the two-level types form.
    private static final double Q8_DEVIATION = Math.sqrt((256.0 * 256 - 1) / 12);
    private static final double Q4_DEVIATION = Math.sqrt((16.0 * 16 - 1) / 12);
    private static final double Q6_K_DEVIATION = Q8_DEVIATION * Math.sqrt((64.0 * 64 - 1) / 12);

    // d * scale * q - dmin * min, with scale and min of 64 and q of 16 equally likely values; dmin
    // is 7.5 d, which brings the mean to 0. Var = E[s²]E[q²] - (E[s]E[q])² + 7.5² Var[min].
    private static final double Q4_K_DEVIATION =
            Math.sqrt(1333.5 * 77.5 - Math.pow(31.5 * 7.5, 2) + Math.pow(7.5, 2) * 341.25);
    private static final double Q4_K_MINIMUM = 7.5;
    private static final int Q6_K_SCALE_AT = 208;

    // The same with scale and min of 16 and q of 4; and with q of 32.
    private static final double Q2_K_DEVIATION =
            Math.sqrt(77.5 * 3.5 - Math.pow(7.5 * 1.5, 2) + Math.pow(1.5, 2) * 21.25);
    private static final double Q2_K_MINIMUM = 1.5;
    private static final int Q2_K_SCALE_AT = 80;
    private static final double Q5_K_DEVIATION =
            Math.sqrt(1333.5 * 325.5 - Math.pow(31.5 * 15.5, 2) + Math.pow(15.5, 2) * 341.25);
    private static final double Q5_K_MINIMUM = 15.5;

    // Scales of -32 to 31, under numbers of -4 to 3 or those of the table.
    private static final double SIX_BIT_SQUARES = 341.5;
    private static final double Q3_K_DEVIATION = Math.sqrt(SIX_BIT_SQUARES * 5.5);
    private static final int Q3_K_SCALE_AT = 108;
    private static final double TABLE_DEVIATION =
            Math.sqrt(
                    IntStream.range(0, 16)
                            .mapToDouble(i -> Math.pow(NonlinearTable.value(i), 2))
                            .average()
                            .orElseThrow());
    private static final double IQ4_XS_DEVIATION = TABLE_DEVIATION * Math.sqrt(SIX_BIT_SQUARES);

    private static final double Q5_DEVIATION = Math.sqrt((32.0 * 32 - 1) / 12);

    private final TensorType type;
    private final SplittableRandom random;

    RandomWeights(TensorType type, long seed) {
        this.type = type;
        this.random = new SplittableRandom(seed);
    }

    /// Writes a matrix of so many bytes, a whole number of blocks, reporting each chunk's size.
    void writeMatrix(OutputStream out, long bytes, IntConsumer progress) throws IOException {
        int block = type.blockBytes();
        byte[] chunk = new byte[CHUNK_BYTES / block * block + Long.BYTES];
        for (long left = bytes; left > 0; ) {
            int length = (int) Math.min(left, chunk.length - Long.BYTES);
            fill(chunk, length);
            out.write(chunk, 0, length);
            progress.accept(length);
            left -= length;
        }
    }

    /// Writes a norm's weights: floats near 1.
    void writeNorm(OutputStream out, int elements) throws IOException {
        byte[] bytes = new byte[elements * Float.BYTES];
        for (int i = 0; i < elements; i++) {
            float weight = 1f + uniform(random.nextInt());
            INT.set(bytes, i * Float.BYTES, Float.floatToRawIntBits(weight));
        }
        out.write(bytes);
    }

    private void fill(byte[] chunk, int length) {
        switch (type) {
            case F32 -> fillFloats(chunk, length);
            case F16 -> fillHalves(chunk, length, false);
            case BF16 -> fillHalves(chunk, length, true);
            case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS ->
                    fillBlocks(chunk, length);
        }
    }

    private void fillFloats(byte[] chunk, int length) {
        for (int i = 0; i < length; i += Float.BYTES) {
            INT.set(chunk, i, Float.floatToRawIntBits(uniform(random.nextInt())));
        }
    }

    private void fillHalves(byte[] chunk, int length, boolean isBrain) {
        for (int i = 0; i < length; i += Short.BYTES) {
            float weight = uniform(random.nextInt());
            short half =
                    isBrain
                            ? (short) (Float.floatToRawIntBits(weight) >>> 16)
                            : Float.floatToFloat16(weight);
            SHORT.set(chunk, i, half);
        }
    }

    private void fillBlocks(byte[] chunk, int length) {
        for (int i = 0; i < length; i += Long.BYTES) {
            LONG.set(chunk, i, random.nextLong());
        }
        for (int i = 0; i < length; i += type.blockBytes()) {
            setScale(chunk, i);
        }
    }

    private void setScale(byte[] chunk, int block) {
        int bits = random.nextInt();
        double varied = DEVIATION * (0.75 + 0.5 * (bits >>> 1) / Integer.MAX_VALUE);
        // With either sign, the half step by which the integers lean to one side averages out.
        double signed = (bits & 1) == 0 ? varied : -varied;
        switch (type) {
            case Q8_0 -> setHalf(chunk, block, signed / Q8_DEVIATION);
            case Q4_0 -> setHalf(chunk, block, signed / Q4_DEVIATION);
            case Q5_0 -> setHalf(chunk, block, signed / Q5_DEVIATION);
            case Q4_1 -> setHalves(chunk, block, varied / Q4_DEVIATION, -7.5);
            case Q5_1 -> setHalves(chunk, block, varied / Q5_DEVIATION, -15.5);
            case IQ4_NL -> setHalf(chunk, block, signed / TABLE_DEVIATION);
            case IQ4_XS -> setHalf(chunk, block, signed / IQ4_XS_DEVIATION);
            case Q3_K -> setHalf(chunk, block + Q3_K_SCALE_AT, signed / Q3_K_DEVIATION);
            case Q6_K -> setHalf(chunk, block + Q6_K_SCALE_AT, signed / Q6_K_DEVIATION);
            case Q2_K ->
                    setHalves(chunk, block + Q2_K_SCALE_AT, varied / Q2_K_DEVIATION, Q2_K_MINIMUM);
            case Q4_K -> setHalves(chunk, block, varied / Q4_K_DEVIATION, Q4_K_MINIMUM);
            case Q5_K -> setHalves(chunk, block, varied / Q5_K_DEVIATION, Q5_K_MINIMUM);
            case F32, F16, BF16 -> throw new IllegalStateException(type + " has no scale");
        }
    }

    // A scale, and as the minimum so many times that scale.
    private static void setHalves(byte[] chunk, int at, double scale, double times) {
        setHalf(chunk, at, scale);
        setHalf(chunk, at + 2, times * scale);
    }

    private static void setHalf(byte[] chunk, int at, double value) {
        SHORT.set(chunk, at, Float.floatToFloat16((float) value));
    }

    private static float uniform(int bits) {
        return bits * (HALF_WIDTH / 0x1p31f);
    }
}

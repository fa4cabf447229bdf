package dev.talaria.inference.kernel;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/// Tensors of every storage type for tests: plausible ones, and ones at the edges of their format.
final class RandomTensors {

    // Subnormal, smallest normal, ordinary and greatest half-precision numbers, of both signs.
    private static final short[] EXTREME_HALVES = {
        0,
        (short) 0x8000,
        0x0001,
        (short) 0x8001,
        0x03FF,
        (short) 0x83FF,
        0x0400,
        (short) 0x8400,
        0x3C00,
        (short) 0xBC00,
        0x7BFF,
        (short) 0xFBFF
    };
    private static final float[] EXTREME_FLOATS = {
        0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, 1f, -1f, 0x1.fffffep127f
    };
    private static final byte[] EXTREME_BYTES = {
        0, -1, (byte) 0x80, 0x7F, 0x0F, (byte) 0xF0, 0x3F, (byte) 0xC0, 0x55, (byte) 0xAA
    };

    private static final short[] UNRULY_HALVES = {0x7C00, (short) 0xFC00, 0x7E00, (short) 0xFFFF};
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final SplittableRandom random;

    RandomTensors(long seed) {
        random = new SplittableRandom(seed);
    }

    /// Weights around 1, every bit of a quantized block's payload random.
    Tensor plausible(TensorType type, int columns, int rows) {
        ByteBuffer bytes = allocate(type, columns, rows);
        while (bytes.hasRemaining()) {
            switch (type) {
                case F32 -> bytes.putFloat(weight());
                case F16 -> bytes.putShort(Float.floatToFloat16(weight()));
                case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits(weight()) >>> 16));
                case Q8_0 -> putBlock(bytes, half(1f / 128), 32);
                case Q4_0 -> putBlock(bytes, half(1f / 8), 16);
                case Q5_0 -> putBlock(bytes, half(1f / 16), 20);
                case IQ4_NL -> putBlock(bytes, half(1f / 128), 16);
                case IQ4_XS -> putBlock(bytes, half(1f / 2048), 134);
                case Q4_1 -> putBlock(bytes, half(1f / 8), half(1f), 16);
                case Q5_1 -> putBlock(bytes, half(1f / 16), half(1f), 20);
                case Q4_K -> putBlock(bytes, half(1f / 512), half(1f / 64), 140);
                case Q5_K -> putBlock(bytes, half(1f / 1024), half(1f / 64), 172);
                case Q2_K -> {
                    putPayload(bytes, 80);
                    bytes.putShort(half(1f / 32)).putShort(half(1f / 16));
                }
                case Q3_K -> {
                    putPayload(bytes, 108);
                    bytes.putShort(half(1f / 128));
                }
                case Q6_K -> {
                    putPayload(bytes, 208);
                    bytes.putShort(half(1f / 2048));
                }
            }
        }
        return tensor(type, columns, rows, bytes);
    }

    /// Weights whose scales and payload stand at the edges of their format, finite all the same.
    Tensor extreme(TensorType type, int columns, int rows) {
        ByteBuffer bytes = allocate(type, columns, rows);
        while (bytes.hasRemaining()) {
            switch (type) {
                case F32 -> bytes.putFloat(pick(EXTREME_FLOATS));
                case F16 -> bytes.putShort(pick(EXTREME_HALVES));
                case BF16 -> {
                    int bits = Float.floatToRawIntBits(pick(EXTREME_FLOATS)) + 0x8000;
                    bytes.putShort(
                            (short) ((bits & 0x7F80_0000) == 0x7F80_0000 ? 0x7F7F : bits >>> 16));
                }
                case Q8_0 -> putExtremeBlock(bytes, 32);
                case Q4_0 -> putExtremeBlock(bytes, 16);
                case Q5_0 -> putExtremeBlock(bytes, 20);
                case IQ4_NL -> putExtremeBlock(bytes, 16);
                case IQ4_XS -> putExtremeBlock(bytes, 134);
                case Q4_1 -> putExtremePair(bytes, 16);
                case Q5_1 -> putExtremePair(bytes, 20);
                case Q4_K -> putExtremePair(bytes, 140);
                case Q5_K -> putExtremePair(bytes, 172);
                case Q2_K -> {
                    putExtremePayload(bytes, 80);
                    bytes.putShort(pick(EXTREME_HALVES)).putShort(pick(EXTREME_HALVES));
                }
                case Q3_K -> {
                    putExtremePayload(bytes, 108);
                    bytes.putShort(pick(EXTREME_HALVES));
                }
                case Q6_K -> {
                    putExtremePayload(bytes, 208);
                    bytes.putShort(pick(EXTREME_HALVES));
                }
            }
        }
        return tensor(type, columns, rows, bytes);
    }

    /// Where a block's half-precision scales and minimums stand; none for the float types.
    static int[] scaleOffsets(TensorType type) {
        return switch (type) {
            case F32, F16, BF16 -> new int[0];
            case Q4_0, Q5_0, Q8_0, IQ4_NL, IQ4_XS -> new int[] {0};
            case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {0, 2};
            case Q2_K -> new int[] {80, 82};
            case Q3_K -> new int[] {108};
            case Q6_K -> new int[] {208};
        };
    }

    /// Plausible weights, a few of them, or of their blocks' scales, infinite or not a number.
    Tensor unruly(TensorType type, int columns, int rows) {
        Tensor tensor = plausible(type, columns, rows);
        int[] scales = scaleOffsets(type);
        long blocks = tensor.data().byteSize() / type.blockBytes();
        for (long block = 0; block < blocks; block++) {
            if (random.nextInt(8) == 0) {
                long at = block * type.blockBytes();
                int scale = scales.length == 0 ? 0 : scales[random.nextInt(scales.length)];
                putUnruly(tensor, at + scale);
            }
        }
        return tensor;
    }

    private void putUnruly(Tensor tensor, long at) {
        short half = pick(UNRULY_HALVES);
        switch (tensor.type()) {
            case F32 -> tensor.data().set(FLOAT, at, Float.float16ToFloat(half));
            case BF16 -> {
                int bits = Float.floatToRawIntBits(Float.float16ToFloat(half));
                tensor.data().set(SHORT, at, (short) (bits >>> 16));
            }
            case F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS ->
                    tensor.data().set(SHORT, at, half);
        }
    }

    /// Numbers within -1 and 1.
    float[] activations(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = weight();
        }
        return values;
    }

    private static ByteBuffer allocate(TensorType type, int columns, int rows) {
        return ByteBuffer.allocate(Math.toIntExact(type.bytes(columns) * rows))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Tensor tensor(TensorType type, int columns, int rows, ByteBuffer bytes) {
        return new Tensor("test", type, columns, rows, MemorySegment.ofArray(bytes.array()));
    }

    private float weight() {
        return random.nextInt() * 0x1p-31f;
    }

    private short half(float magnitude) {
        float varied = magnitude * (0.5f + random.nextInt(1024) / 1024f);
        return Float.floatToFloat16(random.nextBoolean() ? varied : -varied);
    }

    private void putBlock(ByteBuffer bytes, short scale, int payload) {
        bytes.putShort(scale);
        putPayload(bytes, payload);
    }

    private void putBlock(ByteBuffer bytes, short scale, short minimum, int payload) {
        bytes.putShort(scale);
        putBlock(bytes, minimum, payload);
    }

    private void putPayload(ByteBuffer bytes, int payload) {
        for (int i = 0; i < payload; i++) {
            bytes.put((byte) random.nextInt());
        }
    }

    private void putExtremePair(ByteBuffer bytes, int payload) {
        bytes.putShort(pick(EXTREME_HALVES));
        putExtremeBlock(bytes, payload);
    }

    private void putExtremeBlock(ByteBuffer bytes, int payload) {
        bytes.putShort(pick(EXTREME_HALVES));
        putExtremePayload(bytes, payload);
    }

    // Whole blocks of one byte as often as mixtures: all-zero and all-one payloads are both there.
    private void putExtremePayload(ByteBuffer bytes, int payload) {
        boolean isUniform = random.nextBoolean();
        byte uniform = EXTREME_BYTES[random.nextInt(EXTREME_BYTES.length)];
        for (int i = 0; i < payload; i++) {
            byte mixed = EXTREME_BYTES[random.nextInt(EXTREME_BYTES.length)];
            bytes.put(isUniform ? uniform : mixed);
        }
    }

    private short pick(short[] from) {
        return from[random.nextInt(from.length)];
    }

    private float pick(float[] from) {
        return from[random.nextInt(from.length)];
    }
}

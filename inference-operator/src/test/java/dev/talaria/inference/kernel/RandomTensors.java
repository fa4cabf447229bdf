package dev.talaria.inference.kernel;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import java.lang.foreign.MemorySegment;
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
                case Q4_K -> {
                    bytes.putShort(half(1f / 512));
                    putBlock(bytes, half(1f / 64), 140);
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
                case Q4_K -> {
                    bytes.putShort(pick(EXTREME_HALVES));
                    putExtremeBlock(bytes, 140);
                }
                case Q6_K -> {
                    putExtremePayload(bytes, 208);
                    bytes.putShort(pick(EXTREME_HALVES));
                }
            }
        }
        return tensor(type, columns, rows, bytes);
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

    private void putPayload(ByteBuffer bytes, int payload) {
        for (int i = 0; i < payload; i++) {
            bytes.put((byte) random.nextInt());
        }
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

package dev.talaria.inference.quantize;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Numbers into little-endian bytes.
final class Bytes {

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    static void putShort(byte[] out, int at, short value) {
        SHORT.set(out, at, value);
    }

    static void putInt(byte[] out, int at, int value) {
        INT.set(out, at, value);
    }

    /// Writes a half-precision number, and returns what it has become by rounding.
    ///
    /// @throws ArithmeticException where it is beyond the greatest one
    static float putHalf(byte[] out, int at, float value) {
        short half = Float.floatToFloat16(value);
        float rounded = Float.float16ToFloat(half);
        if (!Float.isFinite(rounded)) {
            throw new ArithmeticException(value + " is too great for half precision");
        }
        SHORT.set(out, at, half);
        return rounded;
    }
}

package dev.talaria.datasets.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Bytes that are added at the end, numbers little-endian. Kept from batch to batch.
final class GrowingBytes {

    private byte[] bytes = new byte[64];
    private ByteBuffer buffer = wrap(bytes);
    private int size;

    private static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, size);
    }

    /// Room for more, which holds zeros; where it begins.
    private int room(int more) {
        long needed = (long) size + more;
        if (needed > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "more than 2 GiB of one column in a batch; make groups smaller");
        }
        if (needed > bytes.length) {
            bytes =
                    Arrays.copyOf(
                            bytes,
                            (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * size)));
            buffer = wrap(bytes);
        }
        int start = size;
        Arrays.fill(bytes, start, (int) needed, (byte) 0);
        size = (int) needed;
        return start;
    }

    void zeros(int count) {
        room(count);
    }

    /// A whole number of 1, 2, 4 or 8 bytes.
    void whole(long value, int width) {
        int start = room(width);
        switch (width) {
            case 1 -> bytes[start] = (byte) value;
            case 2 -> buffer.putShort(start, (short) value);
            case 4 -> buffer.putInt(start, (int) value);
            default -> buffer.putLong(start, value);
        }
    }

    void bytes(byte[] more) {
        int start = room(more.length);
        System.arraycopy(more, 0, bytes, start, more.length);
    }

    /// Bit `index`, which is the one after those that were set.
    void bit(int index, boolean value) {
        if (index % Byte.SIZE == 0) {
            room(1);
        }
        if (value) {
            bytes[index / Byte.SIZE] |= (byte) (1 << index % Byte.SIZE);
        }
    }
}

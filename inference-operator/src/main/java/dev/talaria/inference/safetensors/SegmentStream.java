package dev.talaria.inference.safetensors;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The bytes of a segment as a stream, so that a long header need not be copied to the heap.
final class SegmentStream extends InputStream {

    private final MemorySegment bytes;
    private long position;

    SegmentStream(MemorySegment bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() {
        return position < bytes.byteSize()
                ? Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, position++))
                : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) {
        if (position == bytes.byteSize() && length > 0) {
            return -1;
        }
        int count = (int) Math.min(length, bytes.byteSize() - position);
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, position, into, from, count);
        position += count;
        return count;
    }
}

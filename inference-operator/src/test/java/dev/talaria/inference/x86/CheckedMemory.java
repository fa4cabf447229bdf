package dev.talaria.inference.x86;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The memory that interpreted code may use, at the addresses it really has: anything else is an
/// error.
final class CheckedMemory {

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final List<MemorySegment> allowed = new ArrayList<>();
    private MemorySegment recent = MemorySegment.NULL;

    /// Allows native memory: to be read, and written where it is not read-only.
    void allow(MemorySegment memory) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("memory of the heap has no address");
        }
        allowed.add(memory);
    }

    void forget() {
        allowed.clear();
        recent = MemorySegment.NULL;
    }

    private MemorySegment at(long address, int bytes) {
        if (contains(recent, address, bytes)) {
            return recent;
        }
        for (MemorySegment memory : allowed) {
            if (contains(memory, address, bytes)) {
                recent = memory;
                return memory;
            }
        }
        throw new InvalidCodeException("%d bytes at %#x are not its own".formatted(bytes, address));
    }

    private static boolean contains(MemorySegment memory, long address, int bytes) {
        long offset = address - memory.address();
        return offset >= 0 && offset + bytes <= memory.byteSize();
    }

    private MemorySegment writableAt(long address, int bytes) {
        MemorySegment memory = at(address, bytes);
        if (memory.isReadOnly()) {
            throw new InvalidCodeException(
                    "%d bytes at %#x are only read".formatted(bytes, address));
        }
        return memory;
    }

    byte loadByte(long address) {
        MemorySegment memory = at(address, 1);
        return memory.get(ValueLayout.JAVA_BYTE, address - memory.address());
    }

    short loadShort(long address) {
        MemorySegment memory = at(address, Short.BYTES);
        return memory.get(SHORT, address - memory.address());
    }

    int loadInt(long address) {
        MemorySegment memory = at(address, Integer.BYTES);
        return memory.get(INT, address - memory.address());
    }

    long loadLong(long address) {
        MemorySegment memory = at(address, Long.BYTES);
        return memory.get(LONG, address - memory.address());
    }

    void storeByte(long address, byte value) {
        MemorySegment memory = writableAt(address, 1);
        memory.set(ValueLayout.JAVA_BYTE, address - memory.address(), value);
    }

    void storeInt(long address, int value) {
        MemorySegment memory = writableAt(address, Integer.BYTES);
        memory.set(INT, address - memory.address(), value);
    }

    void storeLong(long address, long value) {
        MemorySegment memory = writableAt(address, Long.BYTES);
        memory.set(LONG, address - memory.address(), value);
    }
}

package dev.talaria.inference.x86;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Linux, but for calls that fail with these errors; 0 is no error.
final class RefusingCalls implements SystemCalls {

    private final SystemCalls linux = new LinuxCalls();
    private final int mapError;
    private final int sealError;
    private final int tilesError;
    private int mapped;

    RefusingCalls(int mapError, int sealError, int tilesError) {
        this.mapError = mapError;
        this.sealError = sealError;
        this.tilesError = tilesError;
    }

    /// Pieces of memory that nobody has given back.
    int mapped() {
        return mapped;
    }

    @Override
    public int map(long bytes, MemorySegment address) {
        if (mapError != 0) {
            address.set(ValueLayout.JAVA_LONG, 0, -1L);
            return mapError;
        }
        mapped++;
        return linux.map(bytes, address);
    }

    @Override
    public int seal(long address, long bytes) {
        return sealError != 0 ? sealError : linux.seal(address, bytes);
    }

    @Override
    public int unmap(long address, long bytes) {
        mapped--;
        return linux.unmap(address, bytes);
    }

    @Override
    public int permitTiles() {
        return tilesError;
    }
}

package dev.talaria.inference.x86;

import java.lang.foreign.MemorySegment;

/// What the operating system is asked for. Each returns 0, or the number of the error.
interface SystemCalls {

    /// Memory that can be written and not executed, of whole pages.
    ///
    /// @param address receives where, 8 bytes
    int map(long bytes, MemorySegment address);

    /// Makes memory that was mapped executable, and no longer writable.
    int seal(long address, long bytes);

    /// Gives mapped memory back.
    int unmap(long address, long bytes);

    /// Lets this process use the tile registers of AMX.
    int permitTiles();
}

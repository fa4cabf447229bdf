package dev.talaria.inference.kernel;

import java.lang.foreign.MemorySegment;

/// A piece of machine code that multiplies with the tile registers. It configures them when it
/// begins and releases them before it returns, so that no thread holds them elsewhere.
@FunctionalInterface
interface TileCode {

    /// Runs it. The arrays stay where they are meanwhile.
    ///
    /// @param weights where the first panel begins
    /// @param arguments what the code calls them; it writes over them
    void run(MemorySegment weights, float[] packed, float[] out, float[] scratch, long[] arguments);
}

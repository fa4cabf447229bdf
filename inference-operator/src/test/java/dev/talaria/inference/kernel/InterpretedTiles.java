package dev.talaria.inference.kernel;

import dev.talaria.inference.x86.Interpreter;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/// Code for tile registers, run by the interpreter: arrays are copied to where they have addresses,
/// with an end that is guarded, and not aligned to more than arrays are.
final class InterpretedTiles {

    private static final int ALIGNMENT = 64;
    private static final int HEADER_BYTES = 16;

    private final SplittableRandom random;
    private long products;

    InterpretedTiles(long seed) {
        random = new SplittableRandom(seed);
    }

    /// Multiplications of tiles so far.
    long products() {
        return products;
    }

    ByteTileProduct bytes() {
        return ByteTileProduct.of(this::code);
    }

    BfloatTileProduct bfloats() {
        Interpreter interpreter = new Interpreter(BfloatCode.code(), random.nextLong());
        return BfloatTileProduct.of(
                BfloatRounding.of((x, xOffset, packed, offset, blocks, stride, lastColumns) -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment given = copy(arena, x);
                        MemorySegment rows = copy(arena, packed);
                        interpreter.forgetMemory();
                        interpreter.allow(given.asReadOnly());
                        interpreter.allow(rows);
                        interpreter.call(
                                given.address(),
                                xOffset,
                                rows.address(),
                                offset,
                                blocks,
                                stride,
                                lastColumns);
                        MemorySegment.copy(
                                rows, ValueLayout.JAVA_FLOAT, 0, packed, 0, packed.length);
                    }
                }),
                this::code);
    }

    /// Kernels whose tiles are interpreted.
    AmxKernels kernels(VnniKernels vnni) {
        return new AmxKernels(vnni, bytes(), bfloats());
    }

    /// A piece of code that is interpreted.
    TileCode code(byte[] code) {
        Interpreter interpreter = new Interpreter(code, random.nextLong());
        return (weights, packed, out, scratch, arguments) -> {
            long before = interpreter.tileProducts();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment rows = copy(arena, packed);
                MemorySegment outputs = copy(arena, out);
                MemorySegment working = copy(arena, scratch);
                MemorySegment words = arena.allocate(arguments.length * 8L, 8);
                MemorySegment.copy(arguments, 0, words, ValueLayout.JAVA_LONG, 0, arguments.length);
                interpreter.forgetMemory();
                interpreter.allow(weights.asReadOnly());
                interpreter.allow(rows.asReadOnly());
                interpreter.allow(outputs);
                interpreter.allow(working);
                interpreter.allow(words);
                interpreter.call(
                        weights.address(),
                        rows.address(),
                        outputs.address(),
                        working.address(),
                        words.address());
                MemorySegment.copy(outputs, ValueLayout.JAVA_FLOAT, 0, out, 0, out.length);
                products += interpreter.tileProducts() - before;
            }
        };
    }

    private static MemorySegment copy(Arena arena, float[] array) {
        long bytes = (long) array.length * Float.BYTES;
        MemorySegment copy =
                arena.allocate(HEADER_BYTES + bytes, ALIGNMENT).asSlice(HEADER_BYTES, bytes);
        MemorySegment.copy(array, 0, copy, ValueLayout.JAVA_FLOAT, 0, array.length);
        return copy;
    }
}

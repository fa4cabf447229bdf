package dev.talaria.inference.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.talaria.inference.x86.CodeMemory;
import dev.talaria.inference.x86.MachineCodeException;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/// Pieces of code for tile registers, one for every form of whole numbers.
final class TileCodes {

    private static final MethodHandle RUN =
            CodeMemory.handle(
                    FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));

    private TileCodes() {}

    /// Code in memory that can be run. The tile registers have to be permitted.
    ///
    /// @param arena how long the code may be used
    /// @throws MachineCodeException where it cannot be run
    static Map<ByteForm, TileCode> assemble(
            Function<ByteForm, byte[]> assembler, CodeMemory memory, Arena arena)
            throws MachineCodeException {
        Map<ByteForm, TileCode> codes = new HashMap<>();
        for (ByteForm form : ByteForm.all()) {
            codes.put(form, assemble(assembler.apply(form), memory, arena));
        }
        return codes;
    }

    /// A single piece, likewise.
    static TileCode assemble(byte[] code, CodeMemory memory, Arena arena)
            throws MachineCodeException {
        return nativeCode(memory.seal(code, arena));
    }

    private static TileCode nativeCode(MemorySegment start) {
        return (weights, packed, out, scratch, arguments) -> {
            try {
                RUN.invokeExact(
                        start,
                        weights,
                        MemorySegment.ofArray(packed),
                        MemorySegment.ofArray(out),
                        MemorySegment.ofArray(scratch),
                        MemorySegment.ofArray(arguments));
            } catch (Throwable e) {
                throw new IllegalStateException("a product of tiles cannot be called", e);
            }
        };
    }

    /// Code that something else runs.
    static Map<ByteForm, TileCode> of(
            Function<ByteForm, byte[]> assembler, Function<byte[], TileCode> runner) {
        Map<ByteForm, TileCode> codes = new HashMap<>();
        ByteForm.all().forEach(form -> codes.put(form, runner.apply(assembler.apply(form))));
        return codes;
    }
}

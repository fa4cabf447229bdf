package dev.talaria.inference.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.talaria.inference.x86.CodeMemory;
import dev.talaria.inference.x86.MachineCodeException;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// What is done with rows element by element, in machine code for every processor with AVX2 and
/// FMA.
///
/// Arrays are handed to the code where they lie: while it runs, the garbage collector waits.
final class Elementwise {

    // About 50 microseconds.
    private static final int ELEMENTS_OF_CALL = 1 << 16;

    private static final MethodHandle COMBINE =
            CodeMemory.handle(
                    FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SQUARES =
            CodeMemory.handle(FunctionDescriptor.of(JAVA_DOUBLE, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SCALE =
            CodeMemory.handle(
                    FunctionDescriptor.ofVoid(
                            ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private final MemorySegment addition;
    private final MemorySegment gating;
    private final MemorySegment squares;
    private final MemorySegment scaling;

    private Elementwise(MemorySegment code, int[] starts) {
        MemorySegment[] pieces = CodeBook.pieces(code, starts);
        addition = pieces[0];
        gating = pieces[1];
        squares = pieces[2];
        scaling = pieces[3];
    }

    /// @param arena how long the code may be used
    /// @throws MachineCodeException where it cannot be run
    static Elementwise assemble(CodeMemory memory, Arena arena) throws MachineCodeException {
        CodeBook book = new CodeBook();
        int[] starts = {
            book.add(ElementwiseCode.addition()),
            book.add(ElementwiseCode.gating()),
            book.add(ElementwiseCode.squares()),
            book.add(ElementwiseCode.scaling())
        };
        return new Elementwise(memory.seal(book.code(), arena), starts);
    }

    /// As [Kernels#rmsNorm].
    void rmsNorm(
            float[] x,
            int xOffset,
            float[] weight,
            float epsilon,
            float[] out,
            int outOffset,
            int length) {
        try {
            double sum =
                    (double)
                            SQUARES.invokeExact(
                                    squares,
                                    MemorySegment.ofArray(x),
                                    bytes(xOffset),
                                    (long) length);
            float scale = (float) (1 / Math.sqrt(sum / length + epsilon));
            SCALE.invokeExact(
                    scaling,
                    MemorySegment.ofArray(x),
                    bytes(xOffset),
                    MemorySegment.ofArray(weight),
                    MemorySegment.ofArray(out),
                    bytes(outOffset),
                    (long) length,
                    (long) Float.floatToRawIntBits(scale));
        } catch (Throwable e) {
            throw new IllegalStateException("a norm cannot be called", e);
        }
    }

    private static long bytes(int floats) {
        return (long) floats * Float.BYTES;
    }

    /// As [Kernels#add].
    void add(float[] x, int xOffset, float[] y, int yOffset, int length) {
        combine(addition, x, xOffset, y, yOffset, length);
    }

    /// As [Kernels#swiGlu].
    void swiGlu(float[] gate, int gateOffset, float[] up, int upOffset, int length) {
        combine(gating, gate, gateOffset, up, upOffset, length);
    }

    private static void combine(
            MemorySegment code, float[] x, int xOffset, float[] y, int yOffset, int length) {
        for (int from = 0; from < length; from += ELEMENTS_OF_CALL) {
            try {
                COMBINE.invokeExact(
                        code,
                        MemorySegment.ofArray(x),
                        bytes(xOffset + from),
                        MemorySegment.ofArray(y),
                        bytes(yOffset + from),
                        (long) Math.min(ELEMENTS_OF_CALL, length - from));
            } catch (Throwable e) {
                throw new IllegalStateException("elements cannot be combined", e);
            }
        }
    }
}

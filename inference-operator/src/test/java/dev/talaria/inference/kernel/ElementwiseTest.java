package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.inference.x86.Interpreter;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/// Machine code for what is done element by element makes the bits of the vector kernels, and keeps
/// to its memory; what it promises beyond that is in [KernelsContract].
class ElementwiseTest extends OnAvx2 {

    private static final int CASES = Integer.getInteger("talaria.kernel.cases", 200);
    private static final VectorKernels VECTOR = new VectorKernels();

    @Test
    void normsAndSumsHaveTheBitsOfTheVectorKernels() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CASES; i++) {
            int length = random.nextInt(1, 300);
            int offset = random.nextInt(20);
            RandomTensors tensors = new RandomTensors(random.nextLong());
            float[] x = tensors.activations(length + 20);
            float[] weight = tensors.activations(length);
            float[] expected = new float[length + 20];
            float[] actual = new float[length + 20];

            VECTOR.rmsNorm(x, offset, weight, 1e-5f, expected, 20 - offset, length);
            avx2.rmsNorm(x, offset, weight, 1e-5f, actual, 20 - offset, length);
            assertThat(actual).as("norm, case %d, seed %d", i, seed).isEqualTo(expected);

            VECTOR.add(expected, offset, weight, 0, length);
            avx2.add(actual, offset, weight, 0, length);
            assertThat(actual).as("sum, case %d, seed %d", i, seed).isEqualTo(expected);
        }
    }

    /// Of whole vectors; what is left over of a row is computed with another exponential there.
    @Test
    void gatesHaveTheBitsOfTheVectorKernels() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CASES; i++) {
            int length = 64 * random.nextInt(1, 8);
            RandomTensors tensors = new RandomTensors(random.nextLong());
            float[] expected = tensors.activations(length);
            float[] up = tensors.activations(length);
            float size = (float) Math.pow(10, random.nextInt(-5, 35));
            for (int k = 0; k < length; k++) {
                expected[k] *= size;
            }
            float[] actual = expected.clone();

            VECTOR.swiGlu(expected, 0, up, 0, length);
            avx2.swiGlu(actual, 0, up, 0, length);
            assertThat(actual).as("case %d, size %s, seed %d", i, size, seed).isEqualTo(expected);
        }
    }

    @Test
    void rowsLongerThanOneCallAreGatedWhole() {
        int length = 150_001;
        float[] actual = new RandomTensors(1).activations(length);
        float[] up = new RandomTensors(2).activations(length);
        float[] expected = actual.clone();
        new ScalarKernels().swiGlu(expected, 0, up, 0, length);

        avx2.swiGlu(actual, 0, up, 0, length);

        for (int i = 0; i < length; i++) {
            assertThat(actual[i]).as("%d", i).isCloseTo(expected[i], within(1e-6f));
        }
    }

    @Test
    void infinitelyLowGatesAreShut() {
        float[] gate = new float[9];
        float[] up = new float[9];
        for (int i = 0; i < gate.length; i++) {
            gate[i] = Float.NEGATIVE_INFINITY;
            up[i] = 1000;
        }
        avx2.swiGlu(gate, 0, up, 0, gate.length);
        for (float number : gate) {
            assertThat(number).isCloseTo(0f, within(1e-30f));
        }
    }

    /// Interpreted, its code keeps to its memory and its registers, and makes the same bits.
    @Test
    void theCodeTouchesNothingThatIsNotItsOwn() {
        long seed = System.nanoTime();
        RandomTensors tensors = new RandomTensors(seed);
        for (int length : new int[] {1, 7, 8, 13, 24, 31}) {
            float[] x = tensors.activations(length);
            float[] y = tensors.activations(length);
            float[] sum = x.clone();
            avx2.add(sum, 0, y, 0, length);
            assertThat(interpreted(ElementwiseCode.addition(), x, y, seed))
                    .as("sum of %d, seed %d", length, seed)
                    .isEqualTo(sum);
            float[] gated = x.clone();
            avx2.swiGlu(gated, 0, y, 0, length);
            assertThat(interpreted(ElementwiseCode.gating(), x, y, seed))
                    .as("gates of %d, seed %d", length, seed)
                    .isEqualTo(gated);
            float[] normed = new float[length];
            avx2.rmsNorm(x, 0, y, 1e-5f, normed, 0, length);
            assertThat(interpretedNorm(x, y, 1e-5f, seed))
                    .as("norm of %d, seed %d", length, seed)
                    .isEqualTo(normed);
        }
    }

    private static float[] interpreted(byte[] code, float[] x, float[] y, long seed) {
        Interpreter interpreter = new Interpreter(code, seed);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment changed = copy(x, arena);
            MemorySegment read = copy(y, arena);
            interpreter.allow(changed);
            interpreter.allow(read.asReadOnly());
            interpreter.call(changed.address() - 40, 40, read.address() + 12, -12, x.length);
            return changed.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    private static float[] interpretedNorm(float[] x, float[] weight, float epsilon, long seed) {
        Interpreter squares = new Interpreter(ElementwiseCode.squares(), seed);
        Interpreter scaling = new Interpreter(ElementwiseCode.scaling(), seed);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = copy(x, arena);
            MemorySegment factors = copy(weight, arena);
            MemorySegment out = arena.allocate(x.length * 4L, 64);
            squares.allow(numbers.asReadOnly());
            squares.call(numbers.address() - 4, 4, x.length);
            float scale = (float) (1 / Math.sqrt(squares.returnedDouble() / x.length + epsilon));
            scaling.allow(numbers.asReadOnly());
            scaling.allow(factors.asReadOnly());
            scaling.allow(out);
            scaling.call(
                    numbers.address() - 4,
                    4,
                    factors.address(),
                    out.address() + 8,
                    -8,
                    x.length,
                    Float.floatToRawIntBits(scale));
            return out.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    private static MemorySegment copy(float[] numbers, Arena arena) {
        MemorySegment copy = arena.allocate(numbers.length * 4L, 64);
        return copy.copyFrom(MemorySegment.ofArray(numbers));
    }
}

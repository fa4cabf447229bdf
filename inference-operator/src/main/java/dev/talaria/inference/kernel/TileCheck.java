package dev.talaria.inference.kernel;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.tensor.TensorType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// Products in tile registers beside the same ones in vector registers, before anybody relies on
/// them: one small matrix of every form, with rows for two tiles, more than one slice of columns,
/// and a last panel that is not full. Those of written tokens have the same bits, those of prompts
/// are near.
final class TileCheck {

    // Activations of eight bits are this far off at most.
    private static final double FAR = 2.5e-2;

    private static final long SEED = 7;
    private static final int ROWS = 19;
    private static final int COLUMNS = 5 * 256;
    private static final int OUTPUTS = 41;
    private static final ValueLayout.OfShort HALF =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Kernels expected;
    private final Kernels checked;
    private final SplittableRandom random = new SplittableRandom(SEED);

    TileCheck(Kernels expected, Kernels checked) {
        this.expected = expected;
        this.checked = checked;
    }

    /// The first difference; empty where there is none.
    Optional<String> difference() {
        Set<ByteForm> forms = new HashSet<>();
        float[] x = new float[ROWS * COLUMNS];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextInt() * 0x1p-30f;
        }
        for (TensorType type : TensorType.values()) {
            Optional<ByteForm> form = ByteForm.of(type);
            Optional<String> difference =
                    switch (type) {
                        case F16, BF16 -> differenceOfFloats(type, x);
                        default ->
                                form.filter(forms::add)
                                        .flatMap(it -> differenceOfBytes(type, it, x));
                    };
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private Optional<String> differenceOfBytes(TensorType type, ByteForm form, float[] x) {
        TensorShape shape = new TensorShape("check", type, COLUMNS, OUTPUTS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(ByteMatrix.bytes(shape), ByteMatrix.VECTOR_BYTES);
            fill(form, memory);
            float[] wanted = product(expected, Phase.DECODE, shape, memory, x);
            float[] found = product(checked, Phase.DECODE, shape, memory, x);
            for (int i = 0; i < wanted.length; i++) {
                if (Float.floatToIntBits(found[i]) != Float.floatToIntBits(wanted[i])) {
                    return Optional.of(
                            "a product with %s in tiles is %s instead of %s"
                                    .formatted(type, found[i], wanted[i]));
                }
            }
            return distance(shape, memory, x, wanted);
        }
    }

    private Optional<String> differenceOfFloats(TensorType type, float[] x) {
        TensorShape shape = new TensorShape("check", type, COLUMNS, OUTPUTS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory =
                    arena.allocate(FloatMatrix.bytes(shape), ByteMatrix.VECTOR_BYTES);
            for (long at = 0; at < memory.byteSize(); at += Short.BYTES) {
                float weight = random.nextInt() * 0x1p-31f;
                boolean areHalves = type == TensorType.F16;
                int bits = Float.floatToRawIntBits(weight) >>> Short.SIZE;
                memory.set(HALF, at, areHalves ? Float.floatToFloat16(weight) : (short) bits);
            }
            return distance(shape, memory, x, product(expected, Phase.PREFILL, shape, memory, x));
        }
    }

    private Optional<String> distance(
            TensorShape shape, MemorySegment memory, float[] x, float[] wanted) {
        double distance = distance(product(checked, Phase.PREFILL, shape, memory, x), wanted);
        return distance <= FAR
                ? Optional.empty()
                : Optional.of(
                        "products with %s in bfloat16 tiles are off by %.1e"
                                .formatted(shape.type(), distance));
    }

    // As a share of the expected ones.
    private static double distance(float[] found, float[] wanted) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < wanted.length; i++) {
            difference += Math.pow((double) found[i] - wanted[i], 2);
            size += Math.pow(wanted[i], 2);
        }
        return Math.sqrt(difference / size);
    }

    private void fill(ByteForm form, MemorySegment memory) {
        int sharing = ByteForm.SHARING_BLOCKS * form.streamBytes();
        for (long at = 0; at < memory.byteSize(); at += sharing) {
            fillHalves(memory, at, form.sharedBytes());
            for (int block = 0; block < ByteForm.SHARING_BLOCKS; block++) {
                fillBlock(form, memory.asSlice(at + form.blockOffset(block), form.blockBytes()));
            }
        }
    }

    private void fillBlock(ByteForm form, MemorySegment block) {
        for (int i = 0; i < form.blockBytes(); i++) {
            block.set(ValueLayout.JAVA_BYTE, i, (byte) number(form));
        }
        if (form.areHalves()) {
            long scales = form.scalesOffset(0, 0);
            fillHalves(block, scales, form.blockBytes() - scales);
        }
    }

    // Numbers of a byte each are below 32 where there are minimums, else below twice the zero.
    private int number(ByteForm form) {
        return random.nextInt(
                form.areNibbles() ? 256 : form.zeroShift().map(shift -> 2 << shift).orElse(32));
    }

    private void fillHalves(MemorySegment memory, long from, long bytes) {
        for (long at = from; at < from + bytes; at += Short.BYTES) {
            memory.set(HALF, at, Float.floatToFloat16(random.nextInt() * 0x1p-34f));
        }
    }

    private static float[] product(
            Kernels kernels, Phase phase, TensorShape shape, MemorySegment memory, float[] x) {
        WeightMatrix matrix = kernels.restore(shape, memory);
        float[] packed = new float[kernels.packedLength(ROWS, COLUMNS)];
        float[] out = new float[ROWS * OUTPUTS];
        kernels.pack(phase, x, 0, ROWS, COLUMNS, packed);
        float[] scratch = new float[kernels.scratchLength()];
        int panels = matrix.panels();
        kernels.multiply(phase, matrix, packed, ROWS, out, 0, 0, panels, scratch);
        return out;
    }
}

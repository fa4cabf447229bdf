package dev.talaria.inference.repack;

import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.WeightMatrix;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.tensor.TensorType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// The order in which kernels want weights, as a digest: of its name, and of what repacking makes
/// of a small known matrix of each type. So a program whose repacking changed does not take an
/// older one's weights for its own, though someone forgot to give the order another name.
final class WeightOrder {

    // Two super-blocks a row, and rows that do not fill their last panel.
    private static final int COLUMNS = 512;
    private static final int ROWS = 50;

    private WeightOrder() {}

    /// 32 bytes.
    ///
    /// @param name see [Kernels#weightOrder]
    /// @param shapes the matrices whose types count
    static byte[] of(String name, Kernels kernels, List<TensorShape> shapes, WorkerTeam team) {
        MessageDigest digest = Sha256.digest();
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        Set<TensorType> types = EnumSet.noneOf(TensorType.class);
        shapes.forEach(shape -> types.add(shape.type()));
        for (TensorType type : types) {
            try (Arena arena = Arena.ofShared()) {
                WeightMatrix matrix = kernels.prepare(known(type, arena), arena, team);
                digest.update(matrix.memory().asByteBuffer());
            }
        }
        return digest.digest();
    }

    // No byte has bit 6, so no half-precision scale is NaN, whose widening is not laid down bit for
    // bit.
    private static Tensor known(TensorType type, Arena arena) {
        byte[] bytes = new byte[Math.toIntExact(type.bytes((long) ROWS * COLUMNS))];
        new SplittableRandom(type.ggufId()).nextBytes(bytes);
        MemorySegment data = arena.allocate(bytes.length, 64);
        for (int i = 0; i < bytes.length; i++) {
            data.set(ValueLayout.JAVA_BYTE, i, (byte) (bytes[i] & 0xBF));
        }
        return new Tensor("known", type, COLUMNS, ROWS, data);
    }
}

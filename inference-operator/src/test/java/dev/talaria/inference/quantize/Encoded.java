package dev.talaria.inference.quantize;

import dev.talaria.inference.kernel.RowDecoder;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import java.lang.foreign.MemorySegment;

/// Rows encoded and read back.
final class Encoded {

    private Encoded() {}

    static float[] andDecoded(TensorType type, float[] row) {
        byte[] bytes = new byte[Math.toIntExact(type.bytes(row.length))];
        RowEncoder.of(type).encode(row, row.length, bytes, 0);
        float[] decoded = new float[row.length];
        Tensor tensor = new Tensor("row", type, row.length, 1, MemorySegment.ofArray(bytes));
        RowDecoder.decode(tensor, 0, decoded, 0);
        return decoded;
    }

    /// The norm of the difference, as a share of the norm of the row.
    static double relativeError(float[] row, float[] decoded) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < row.length; i++) {
            difference += Math.pow((double) row[i] - decoded[i], 2);
            norm += Math.pow(row[i], 2);
        }
        return Math.sqrt(difference / norm);
    }
}

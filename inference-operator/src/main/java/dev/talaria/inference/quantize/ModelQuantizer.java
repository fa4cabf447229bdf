package dev.talaria.inference.quantize;

import dev.talaria.inference.gguf.GgmlType;
import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.GgufWriter;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.kernel.RowDecoder;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Writes a model anew as a GGUF file of another [FileType].
///
/// Matrices whose names end in `weight` get the types of the [Mixture]; vectors, norms and
/// everything else become `F32`. A matrix that is stored in its new type already is copied as it
/// is. Rows are encoded by all threads of a team, slab by slab, so that memory stays bounded
/// whatever the model's size.
public final class ModelQuantizer {

    private static final String FILE_TYPE = "general.file_type";

    // Enough elements for every thread to be busy between two writes, and a few MB of memory.
    private static final int SLAB_ELEMENTS = 1 << 20;

    // Copied from the source at a time.
    private static final int COPY_BYTES = 1 << 20;

    private final OriginalModel source;
    private final FileType type;
    private final Mixture mixture;
    private final WorkerTeam team;
    private final Listener listener;
    private final GgufWriter writer = new GgufWriter();
    private long written;

    /// Hears what happens. Called on the writing thread.
    public interface Listener {

        /// So many bytes of tensors are written.
        void written(long bytes, long ofBytes);

        /// Something the result is not quite as it was asked for, in one line.
        void note(String line);
    }

    private ModelQuantizer(
            OriginalModel source, FileType type, WorkerTeam team, Listener listener) {
        this.source = source;
        this.type = type;
        this.mixture = mixture(source, type);
        this.team = team;
        this.listener = listener;
    }

    /// Writes the file; it appears under its name once it is whole.
    ///
    /// @throws IOException where the disk has too little room, before anything is written, or where
    ///   writing fails
    /// @throws UnsupportedModelException where a weight is not a number, or too great for its type
    public static void write(
            OriginalModel source, Path out, FileType type, WorkerTeam team, Listener listener)
            throws IOException {
        ModelQuantizer quantizer = new ModelQuantizer(source, type, team, listener);
        quantizer.describe();
        source.notes().forEach(listener::note);
        quantizer.warnOfLoss();
        source.tensors().forEach(quantizer::add);
        quantizer.writer.write(out);
    }

    private static Mixture mixture(OriginalModel source, FileType type) {
        Map<String, GgufValue> metadata = source.metadata();
        String architecture =
                metadata.get("general.architecture") instanceof GgufValue.Text(String name)
                        ? name
                        : "llama";
        long heads = number(metadata, architecture + ".attention.head_count", 1);
        long kvHeads = number(metadata, architecture + ".attention.head_count_kv", heads);
        boolean isTied =
                source.tensors().stream()
                        .noneMatch(tensor -> tensor.name().equals("output.weight"));
        return new Mixture(
                type,
                (int) Math.min(number(metadata, architecture + ".block_count", 0), 1 << 20),
                Math.clamp(heads / Math.max(1, kvHeads), 1, 1 << 20),
                isTied);
    }

    // Per-layer arrays, which some architectures have, count as absent.
    private static long number(Map<String, GgufValue> metadata, String key, long absent) {
        return metadata.get(key) instanceof GgufValue.Whole(_, long value) && value >= 0
                ? value
                : absent;
    }

    private void describe() {
        source.metadata().forEach(writer::set);
        writer.set(FILE_TYPE, GgufValue.uint32(type.number()))
                .set("general.quantization_version", GgufValue.uint32(2));
    }

    private void warnOfLoss() {
        List<WeightTensor> quantized =
                source.tensors().stream()
                        .filter(tensor -> tensor.type().blockElements() > 1)
                        .filter(tensor -> target(tensor) != tensor.type())
                        .toList();
        if (!quantized.isEmpty()) {
            listener.note(
                    "%d tensors are quantized already ('%s' is %s); what that lost does not come back, and quantizing again loses more: start from F16 or BF16 if you can"
                            .formatted(
                                    quantized.size(),
                                    quantized.getFirst().name(),
                                    quantized.getFirst().type()));
        }
    }

    private static boolean isQuantizable(WeightTensor tensor) {
        return tensor.isMatrix()
                && tensor.name().endsWith("weight")
                && !tensor.name().endsWith("_norm.weight");
    }

    private TensorType target(WeightTensor tensor) {
        return isQuantizable(tensor)
                ? Mixture.fitting(mixture.wanted(tensor.name()), tensor.columns())
                : TensorType.F32;
    }

    private void add(WeightTensor tensor) {
        TensorType target = target(tensor);
        if (isQuantizable(tensor) && target != mixture.wanted(tensor.name())) {
            TensorType wanted = mixture.wanted(tensor.name());
            listener.note(
                    "tensor '%s': rows of %d are not a multiple of %s's block of %d; stored as %s"
                            .formatted(
                                    tensor.name(),
                                    tensor.columns(),
                                    wanted,
                                    wanted.blockElements(),
                                    target));
        }
        writer.tensor(
                tensor.name(),
                GgmlType.ofId(target.ggufId()).orElseThrow(),
                tensor.dimensions(),
                out -> write(tensor, target, out));
    }

    private void write(WeightTensor tensor, TensorType target, OutputStream out)
            throws IOException {
        try (Arena scratch = Arena.ofShared()) {
            Tensor stored = tensor.contents().in(scratch);
            if (stored.type() == target) {
                copy(stored.data(), out);
            } else {
                encode(stored, target, out);
            }
        }
    }

    private void copy(MemorySegment bytes, OutputStream out) throws IOException {
        for (long from = 0; from < bytes.byteSize(); from += COPY_BYTES) {
            long length = Math.min(COPY_BYTES, bytes.byteSize() - from);
            out.write(bytes.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE));
            advance(length);
        }
    }

    private void encode(Tensor tensor, TensorType target, OutputStream out) throws IOException {
        int columns = tensor.columns();
        int rowBytes = Math.toIntExact(target.bytes(columns));
        int slabRows = Math.clamp(SLAB_ELEMENTS / columns, 1, tensor.rows());
        byte[] slab = new byte[Math.multiplyExact(slabRows, rowBytes)];
        float[][] rows = new float[team.size()][columns];
        RowEncoder[] encoders = new RowEncoder[team.size()];
        for (int worker = 0; worker < encoders.length; worker++) {
            encoders[worker] = RowEncoder.of(target);
        }
        for (int from = 0; from < tensor.rows(); from += slabRows) {
            int first = from;
            int count = Math.min(slabRows, tensor.rows() - first);
            team.run(
                    count,
                    (part, worker) -> {
                        float[] row = rows[worker];
                        RowDecoder.decode(tensor, first + part, row, 0);
                        encodeRow(
                                tensor, first + part, row, encoders[worker], slab, part * rowBytes);
                    });
            out.write(slab, 0, count * rowBytes);
            advance((long) count * rowBytes);
        }
    }

    private static void encodeRow(
            Tensor tensor, int number, float[] row, RowEncoder encoder, byte[] out, int at) {
        String place = "tensor '" + tensor.name() + "', row " + number + ": ";
        for (int i = 0; i < row.length; i++) {
            if (!Float.isFinite(row[i])) {
                throw new UnsupportedModelException(
                        place + "element " + i + " is " + row[i] + "; the source is damaged");
            }
        }
        try {
            encoder.encode(row, row.length, out, at);
        } catch (ArithmeticException e) {
            throw new UnsupportedModelException(
                    place + e.getMessage() + "; choose a type with a greater range, such as BF16");
        }
    }

    private void advance(long bytes) {
        written += bytes;
        listener.written(written, writer.tensorBytes());
    }
}

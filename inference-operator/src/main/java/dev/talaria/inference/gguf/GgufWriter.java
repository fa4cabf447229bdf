package dev.talaria.inference.gguf;

import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Writes a GGUF file of version 3: first what goes in is named, then all of it is written in one
/// pass.
///
/// Tensor data come from the caller while the file is written, so that their size does not matter
/// to memory. Not for use by several threads at once.
public final class GgufWriter {

    private static final int BUFFER_BYTES = 1 << 20;

    private final Map<String, GgufValue> metadata = new LinkedHashMap<>();
    private final List<Tensor> tensors = new ArrayList<>();

    /// The bytes of one tensor, as they are to stand in the file.
    @FunctionalInterface
    public interface TensorData {

        /// Writes exactly the tensor's bytes; does not close the stream.
        void writeTo(OutputStream out) throws IOException;
    }

    private record Tensor(
            String name, GgmlType type, List<Long> dimensions, long bytes, TensorData data) {}

    /// Sets a key, replacing a value it may have had.
    public GgufWriter set(String key, GgufValue value) {
        metadata.put(requireNonNull(key, "key"), requireNonNull(value, "value"));
        return this;
    }

    /// Sets a key to a string.
    public GgufWriter set(String key, String value) {
        return set(key, new GgufValue.Text(value));
    }

    /// Adds a tensor.
    ///
    /// @param dimensions the contiguous one (a row's) first; rows are whole blocks of the type
    public GgufWriter tensor(String name, GgmlType type, List<Long> dimensions, TensorData data) {
        if (dimensions.isEmpty() || dimensions.getFirst() % type.blockElements() != 0) {
            throw new IllegalArgumentException(
                    "tensor '%s': rows of %s are not a multiple of %s's block of %d"
                            .formatted(name, dimensions, type, type.blockElements()));
        }
        long bytes = type.bytes(dimensions.stream().reduce(1L, Math::multiplyExact));
        tensors.add(new Tensor(name, type, List.copyOf(dimensions), bytes, data));
        return this;
    }

    /// Bytes the tensors will take, their padding included; the header comes on top.
    public long tensorBytes() {
        long alignment = alignment();
        return tensors.stream().mapToLong(tensor -> padded(tensor.bytes(), alignment)).sum();
    }

    /// Writes the file under a temporary name beside `file`, then moves it into place.
    ///
    /// Whatever fails, no half-written file is left behind.
    ///
    /// @throws IOException where the disk has too little room for it, before anything is written,
    ///   or where writing fails
    public void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        requireRoom(file, folder);
        String name = ".%s.%s.unfinished".formatted(file.getFileName(), UUID.randomUUID());
        Path unfinished = folder.resolve(name);
        try {
            try (OutputStream unbuffered =
                            Files.newOutputStream(unfinished, StandardOpenOption.CREATE_NEW);
                    OutputStream out = new BufferedOutputStream(unbuffered, BUFFER_BYTES)) {
                write(out);
            }
            move(unfinished, file);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private void requireRoom(Path file, Path folder) throws IOException {
        GgufOutput header = new GgufOutput(OutputStream.nullOutputStream());
        writeHeader(header);
        long needed = header.position() + tensorBytes();
        long room = Files.getFileStore(folder).getUsableSpace();
        if (room < needed) {
            throw new IOException(
                    "%s: the model takes %,d bytes, and %s has room for %,d; free some or name another folder"
                            .formatted(file, needed, folder, room));
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(
                    from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /// Writes the file to a stream, which stays open.
    public void write(OutputStream stream) throws IOException {
        long alignment = alignment();
        GgufOutput out = new GgufOutput(stream);
        writeHeader(out);
        for (Tensor tensor : tensors) {
            long end = Math.addExact(out.position(), tensor.bytes());
            tensor.data().writeTo(out);
            if (out.position() != end) {
                throw new IllegalStateException(
                        "tensor '%s' has %d bytes, but %d were written"
                                .formatted(
                                        tensor.name(),
                                        tensor.bytes(),
                                        out.position() - end + tensor.bytes()));
            }
            out.pad(alignment);
        }
        out.flush();
    }

    private void writeHeader(GgufOutput out) throws IOException {
        out.int32(GgufHeader.MAGIC);
        out.int32(3);
        out.int64(tensors.size());
        out.int64(metadata.size());
        for (Map.Entry<String, GgufValue> entry : metadata.entrySet()) {
            out.text(entry.getKey());
            out.int32(entry.getValue().type().id());
            out.value(entry.getValue());
        }
        describeTensors(out, alignment());
        out.pad(alignment());
    }

    private void describeTensors(GgufOutput out, long alignment) throws IOException {
        long offset = 0;
        for (Tensor tensor : tensors) {
            out.text(tensor.name());
            out.int32(tensor.dimensions().size());
            for (long dimension : tensor.dimensions()) {
                out.int64(dimension);
            }
            out.int32(tensor.type().id());
            out.int64(offset);
            offset += padded(tensor.bytes(), alignment);
        }
    }

    private long alignment() {
        return metadata.get(GgufHeader.ALIGNMENT) instanceof GgufValue.Whole(_, long value)
                ? value
                : GgufHeader.DEFAULT_ALIGNMENT;
    }

    private static long padded(long bytes, long alignment) {
        return Math.ceilDiv(bytes, alignment) * alignment;
    }
}

package dev.talaria.datasets.arrow;

import dev.talaria.datasets.bytes.CorruptDataException;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordFormatException;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.RowGroup;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// An Arrow IPC file or stream. Its groups are its record batches, but for empty ones. The file is
/// mapped, so that a batch that is not compressed takes no memory, however large; of a compressed
/// one, the columns that are read are held while it is read.
///
/// Reads every type, dictionaries with their deltas, run ends, views, LZ4 and Zstandard.
public final class ArrowSource implements RecordSource {

    private final String name;
    private final Arena arena;
    private final ArrowMessages messages;
    private final List<ArrowField> columns;
    private final RecordType type;
    private final List<RowGroup> groups = new ArrayList<>();
    private final List<Integer> batches = new ArrayList<>();

    private ArrowSource(String name, Arena arena, ArrowMessages messages, ReadOptions options)
            throws IOException {
        this.name = name;
        this.arena = arena;
        this.messages = messages;
        RecordType whole = whole();
        this.type = options.columns().isEmpty() ? whole : whole.project(options.columns());
        this.columns = messages.schema().fields();
        long first = 0;
        for (int i = 0; i < messages.batches().size(); i++) {
            long rows = rows(i);
            if (rows > 0) {
                groups.add(new RowGroup(groups.size(), first, rows));
                batches.add(i);
                first += rows;
            }
        }
    }

    private RecordType whole() throws RecordFormatException {
        try {
            return new RecordType(
                    messages.schema().fields().stream().map(ArrowField::field).toList());
        } catch (IllegalArgumentException e) {
            throw new RecordFormatException(name, "schema", e.getMessage(), e);
        }
    }

    private long rows(int batch) throws RecordFormatException {
        try {
            return messages.batches().get(batch).batch().length();
        } catch (CorruptDataException | RuntimeException e) {
            throw new RecordFormatException(
                    name, "offset " + messages.batches().get(batch).offset(), e.getMessage(), e);
        }
    }

    /// Opens the file and finds its batches.
    ///
    /// @throws RecordFormatException where it is no whole Arrow file
    /// @throws IllegalArgumentException where it has no such column, or cannot be read
    public static ArrowSource open(Path file, ReadOptions options) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            ArrowMessages messages = ArrowMessages.of(bytes);
            return new ArrowSource(file.toString(), arena, messages, options);
        } catch (ArrowMessages.Fault e) {
            arena.close();
            throw new RecordFormatException(
                    file.toString(), "offset " + e.offset(), e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public RecordType type() {
        return type;
    }

    @Override
    public List<RowGroup> groups() {
        return List.copyOf(groups);
    }

    @Override
    public RecordCursor read(int first, int end) {
        Objects.checkFromToIndex(first, end, groups.size());
        return new ArrowCursor(this, first, end);
    }

    ArrowMessages messages() {
        return messages;
    }

    List<ArrowField> columns() {
        return columns;
    }

    RowGroup group(int index) {
        return groups.get(index);
    }

    int batch(int index) {
        return batches.get(index);
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}

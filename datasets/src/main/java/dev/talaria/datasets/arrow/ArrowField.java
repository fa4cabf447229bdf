package dev.talaria.datasets.arrow;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// A field of an Arrow schema: which values it has, and how they lie in buffers.
///
/// @param dictionary where its values are in a dictionary, and these buffers hold only indices;
///   null where they are here
record ArrowField(
        String name,
        boolean nullable,
        ValueType type,
        Layout layout,
        List<ArrowField> children,
        @Nullable Dictionary dictionary) {

    /// @param indices how the indices lie
    record Dictionary(long id, Layout.Fixed indices) {}

    /// How the values of a field lie in the buffers of a record batch.
    sealed interface Layout {

        /// No buffers.
        record Nulls() implements Layout {}

        /// A bit each.
        record Bits() implements Layout {}

        /// So many bytes each.
        record Fixed(int width, FixedReader reader) implements Layout {}

        /// Offsets of 4 or 8 bytes into one buffer of bytes.
        record Variable(int offsetBytes) implements Layout {}

        /// Views of 16 bytes into any number of buffers.
        record View() implements Layout {}

        /// Offsets of 4 or 8 bytes into a child.
        record Lists(int offsetBytes) implements Layout {}

        /// Offsets and sizes of 4 or 8 bytes into a child.
        record ListViews(int offsetBytes) implements Layout {}

        /// So many elements of a child each.
        record FixedLists(int size) implements Layout {}

        /// An element of each child.
        record Structs() implements Layout {}

        /// Lists of key and value.
        record Maps() implements Layout {}

        /// Ends of runs in one child, their values in another.
        record Runs() implements Layout {}

        /// An element of one of the children each.
        ///
        /// @param codes the number in the file that stands for each child
        /// @param isDense whether each says which element of the child it is; else it is the one in
        ///   its own place
        record Unions(List<Integer> codes, boolean isDense) implements Layout {

            int buffers() {
                return isDense ? 2 : 1;
            }
        }
    }

    /// Makes a value of the bytes at an index.
    @FunctionalInterface
    interface FixedReader {
        Value read(MemorySegment data, long index);
    }

    Field field() {
        return new Field(name, type, nullable);
    }

    boolean hasDictionary() {
        return dictionary != null || children.stream().anyMatch(ArrowField::hasDictionary);
    }
}

package dev.talaria.datasets.arrow;

import dev.talaria.datasets.json.JsonWriting;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.LongFunction;

/// The values of one field in one record batch, made as they are asked for from the bytes where
/// they lie. What leads out of the bytes is an [IndexOutOfBoundsException].
abstract sealed class ArrowVector {

    private static final long MOST_WITHOUT_BYTES = 1 << 24;

    private final long length;
    private final @Nullable MemorySegment validity;

    private ArrowVector(long length, @Nullable MemorySegment validity) {
        this.length = length;
        this.validity = validity;
    }

    long length() {
        return length;
    }

    final Value get(long index) {
        Objects.checkIndex(index, length);
        return validity == null || bit(validity, index) ? value(index) : Value.Null.NULL;
    }

    abstract Value value(long index);

    /// Whether values take bytes at all; where they do not, their number means nothing.
    boolean hasBytes() {
        return true;
    }

    private static boolean bit(MemorySegment bits, long index) {
        return (bits.get(ValueLayout.JAVA_BYTE, index >> 3) >> (index & 7) & 1) != 0;
    }

    private static long offset(MemorySegment offsets, long index, int bytes) {
        return FixedReaders.whole(offsets, index, bytes, true);
    }

    /// `count` elements of a list.
    static Value elements(ArrowVector child, long start, long count) {
        Objects.checkFromIndexSize(start, count, child.length());
        if (!child.hasBytes() && count > MOST_WITHOUT_BYTES) {
            throw new IndexOutOfBoundsException("a list of " + count + " elements without bytes");
        }
        List<Value> values = new ArrayList<>();
        for (long i = start; i < start + count; i++) {
            values.add(child.get(i));
        }
        return new Value.Elements(Collections.unmodifiableList(values));
    }

    /// The value that bytes of text or of anything else stand for.
    static Value bytes(ValueType type, MemorySegment bytes) {
        byte[] array = bytes.toArray(ValueLayout.JAVA_BYTE);
        return switch (type) {
            case ValueType.Text _ -> new Value.Text(text(array));
            case ValueType.Json _ -> new Value.Json(text(array));
            case ValueType _ -> new Value.Binary(array);
        };
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalStateException("text that is not UTF-8", e);
        }
    }

    static final class Nulls extends ArrowVector {

        Nulls(long length) {
            super(length, null);
        }

        @Override
        Value value(long index) {
            return Value.Null.NULL;
        }

        @Override
        boolean hasBytes() {
            return false;
        }
    }

    static final class Bits extends ArrowVector {

        private final MemorySegment data;

        Bits(long length, @Nullable MemorySegment validity, MemorySegment data) {
            super(length, validity);
            this.data = data;
        }

        @Override
        Value value(long index) {
            return new Value.Bool(bit(data, index));
        }
    }

    static final class Fixed extends ArrowVector {

        private final MemorySegment data;
        private final ArrowField.Layout.Fixed layout;

        Fixed(
                long length,
                @Nullable MemorySegment validity,
                MemorySegment data,
                ArrowField.Layout.Fixed layout) {
            super(length, validity);
            this.data = data;
            this.layout = layout;
        }

        @Override
        Value value(long index) {
            return layout.reader().read(data, index);
        }

        @Override
        boolean hasBytes() {
            return layout.width() > 0;
        }
    }

    static final class Variable extends ArrowVector {

        private final ValueType type;
        private final MemorySegment offsets;
        private final MemorySegment data;
        private final int width;

        Variable(
                long length,
                @Nullable MemorySegment validity,
                MemorySegment offsets,
                MemorySegment data,
                int width,
                ValueType type) {
            super(length, validity);
            this.offsets = offsets;
            this.data = data;
            this.width = width;
            this.type = type;
        }

        @Override
        Value value(long index) {
            long start = offset(offsets, index, width);
            return bytes(type, data.asSlice(start, offset(offsets, index + 1, width) - start));
        }
    }

    static final class View extends ArrowVector {

        private static final int SIZE = 16;
        private static final int INLINE = 12;

        private final ValueType type;
        private final MemorySegment views;
        private final List<MemorySegment> data;

        View(
                long length,
                @Nullable MemorySegment validity,
                MemorySegment views,
                List<MemorySegment> data,
                ValueType type) {
            super(length, validity);
            this.views = views;
            this.data = data;
            this.type = type;
        }

        @Override
        Value value(long index) {
            MemorySegment view = views.asSlice(index * SIZE, SIZE);
            int size = view.get(FixedReaders.INT, 0);
            if (size <= INLINE) {
                return bytes(type, view.asSlice(4, size));
            }
            MemorySegment buffer = data.get(view.get(FixedReaders.INT, 8));
            return bytes(type, buffer.asSlice(view.get(FixedReaders.INT, 12), size));
        }
    }

    static final class Lists extends ArrowVector {

        private final MemorySegment offsets;
        private final @Nullable MemorySegment sizes;
        private final int width;
        private final ArrowVector child;

        /// @param sizes null where a list ends where the next begins
        Lists(
                long length,
                @Nullable MemorySegment validity,
                MemorySegment offsets,
                @Nullable MemorySegment sizes,
                int width,
                ArrowVector child) {
            super(length, validity);
            this.offsets = offsets;
            this.sizes = sizes;
            this.width = width;
            this.child = child;
        }

        @Override
        Value value(long index) {
            long start = offset(offsets, index, width);
            long count =
                    sizes == null
                            ? offset(offsets, index + 1, width) - start
                            : offset(sizes, index, width);
            return elements(child, start, count);
        }
    }

    static final class FixedLists extends ArrowVector {

        private final int size;
        private final ArrowVector child;

        FixedLists(long length, @Nullable MemorySegment validity, int size, ArrowVector child) {
            super(length, validity);
            this.size = size;
            this.child = child;
        }

        @Override
        Value value(long index) {
            return elements(child, Math.multiplyExact(index, size), size);
        }

        @Override
        boolean hasBytes() {
            return size > 0 && child.hasBytes();
        }
    }

    static final class Structs extends ArrowVector {

        private final List<ArrowVector> children;

        Structs(long length, @Nullable MemorySegment validity, List<ArrowVector> children) {
            super(length, validity);
            this.children = children;
        }

        @Override
        Value value(long index) {
            List<Value> values = new ArrayList<>(children.size());
            for (ArrowVector child : children) {
                values.add(child.get(index));
            }
            return new Value.Struct(Collections.unmodifiableList(values));
        }

        @Override
        boolean hasBytes() {
            return children.stream().anyMatch(ArrowVector::hasBytes);
        }
    }

    static final class Maps extends ArrowVector {

        private final MemorySegment offsets;
        private final ArrowVector entries;

        Maps(
                long length,
                @Nullable MemorySegment validity,
                MemorySegment offsets,
                ArrowVector entries) {
            super(length, validity);
            this.offsets = offsets;
            this.entries = entries;
        }

        @Override
        Value value(long index) {
            long start = offset(offsets, index, 4);
            Value pairs = elements(entries, start, offset(offsets, index + 1, 4) - start);
            List<Value.Entry> map = new ArrayList<>();
            for (Value pair : ((Value.Elements) pairs).values()) {
                if (!(pair instanceof Value.Struct(List<Value> parts))) {
                    throw new IllegalStateException("a map with an entry that is null");
                }
                map.add(new Value.Entry(parts.get(0), parts.get(1)));
            }
            return new Value.Entries(Collections.unmodifiableList(map));
        }
    }

    static final class Runs extends ArrowVector {

        private final ArrowVector ends;
        private final ArrowVector values;

        Runs(long length, ArrowVector ends, ArrowVector values) {
            super(length, null);
            this.ends = ends;
            this.values = values;
        }

        // The first run that ends beyond the index.
        @Override
        Value value(long index) {
            long low = 0;
            long high = ends.length() - 1;
            while (low < high) {
                long middle = (low + high) >>> 1;
                if (end(middle) > index) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            if (end(low) <= index) {
                throw new IndexOutOfBoundsException("the runs end before value " + index);
            }
            return values.get(low);
        }

        private long end(long run) {
            return ends.get(run) instanceof Value.Int(long end) ? end : -1;
        }

        @Override
        boolean hasBytes() {
            return false;
        }
    }

    /// Values of several types, each as the JSON that it is.
    static final class Unions extends ArrowVector {

        private final MemorySegment codes;
        private final @Nullable MemorySegment offsets;
        private final List<Integer> codeOfChild;
        private final List<ArrowVector> children;
        private final List<ValueType> types;

        /// @param offsets null where an element is in its own place in its child
        Unions(
                long length,
                MemorySegment codes,
                @Nullable MemorySegment offsets,
                List<Integer> codeOfChild,
                List<ArrowVector> children,
                List<ValueType> types) {
            super(length, null);
            this.codes = codes;
            this.offsets = offsets;
            this.codeOfChild = codeOfChild;
            this.children = children;
            this.types = types;
        }

        @Override
        Value value(long index) {
            int code = codes.get(ValueLayout.JAVA_BYTE, index);
            int child = codeOfChild.indexOf(code);
            if (child < 0) {
                throw new IllegalStateException("a value of the unknown type " + code);
            }
            long place = offsets == null ? index : offset(offsets, index, 4);
            Value value = children.get(child).get(place);
            return value instanceof Value.Null
                    ? value
                    : new Value.Json(JsonWriting.text(types.get(child), value));
        }
    }

    /// Indices into a dictionary, which may be of several parts.
    static final class Indices extends ArrowVector {

        private final MemorySegment data;
        private final int width;
        private final LongFunction<Value> dictionary;

        Indices(
                long length,
                @Nullable MemorySegment validity,
                MemorySegment data,
                int width,
                LongFunction<Value> dictionary) {
            super(length, validity);
            this.data = data;
            this.width = width;
            this.dictionary = dictionary;
        }

        @Override
        Value value(long index) {
            return dictionary.apply(FixedReaders.whole(data, index, width, width == 8));
        }
    }
}

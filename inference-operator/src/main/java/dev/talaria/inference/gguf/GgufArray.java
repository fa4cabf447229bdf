package dev.talaria.inference.gguf;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/// An array of a file's metadata, decoded element by element as it is asked for.
///
/// An array read from a file lives as long as the file is open. Immutable and safe for use by many
/// threads.
public final class GgufArray implements GgufValue {

    /// Arrays of arrays of arrays of arrays are the deepest that are read.
    static final int DEEPEST = 4;

    /// The most strings or arrays in one array: real vocabularies have a few hundred thousand.
    static final long MOST_VARIABLE = 1L << 24;

    private static final long MOST_FIXED = Integer.MAX_VALUE - 8L;
    private static final int STRINGS_AT_A_TIME = 1024;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final GgufType elementType;
    private final int size;
    private final MemorySegment data;

    // Where each string begins in the data, its length before it; null for other elements.
    private final long[] starts;

    private GgufArray(GgufType elementType, int size, MemorySegment data, long[] starts) {
        this.elementType = elementType;
        this.size = size;
        this.data = data;
        this.starts = starts;
    }

    /// Reads an array's element type, length and elements; all lengths are checked.
    static GgufArray read(GgufCursor cursor, String what) {
        return read(cursor, what, 1, new long[] {MOST_VARIABLE});
    }

    // The budget is shared by all levels, so that nesting cannot multiply what is kept.
    private static GgufArray read(GgufCursor cursor, String what, int depth, long[] budget) {
        long at = cursor.position();
        GgufType type = GgufHeader.valueType(cursor, what);
        int size =
                switch (type) {
                    case STRING -> (int) cursor.count("strings in " + what, 8, budget[0]);
                    case ARRAY -> (int) cursor.count("arrays in " + what, 12, budget[0]);
                    default -> (int) cursor.count("values in " + what, type.bytes(), MOST_FIXED);
                };
        long from = cursor.position();
        return switch (type) {
            case STRING -> {
                budget[0] -= size;
                long[] starts = strings(cursor, what, size, from);
                yield slice(cursor, type, size, from, starts);
            }
            case ARRAY -> {
                budget[0] -= size;
                if (depth == DEEPEST) {
                    throw cursor.failure(at, what + " nests arrays deeper than " + DEEPEST);
                }
                for (int i = 0; i < size; i++) {
                    read(cursor, what, depth + 1, budget);
                }
                yield slice(cursor, type, size, from, null);
            }
            case BOOL -> {
                for (int i = 0; i < size; i++) {
                    GgufHeader.flag(cursor, what);
                }
                yield slice(cursor, type, size, from, null);
            }
            default -> {
                cursor.take((long) size * type.bytes(), what);
                yield slice(cursor, type, size, from, null);
            }
        };
    }

    private static long[] strings(GgufCursor cursor, String what, int size, long from) {
        long[] starts = new long[size];
        for (int i = 0; i < size; i++) {
            starts[i] = cursor.position() - from;
            cursor.take(cursor.length(what, Integer.MAX_VALUE - 8L), what);
        }
        return starts;
    }

    private static GgufArray slice(
            GgufCursor cursor, GgufType type, int size, long from, long[] starts) {
        MemorySegment data = cursor.slice(from, cursor.position() - from);
        return new GgufArray(type, size, data, starts);
    }

    /// An array of strings.
    public static GgufArray of(List<String> strings) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        long[] starts = new long[strings.size()];
        for (int i = 0; i < starts.length; i++) {
            byte[] utf8 = strings.get(i).getBytes(StandardCharsets.UTF_8);
            starts[i] = data.size();
            data.writeBytes(littleEndian(8).putLong(0, utf8.length).array());
            data.writeBytes(utf8);
        }
        MemorySegment bytes = MemorySegment.ofArray(data.toByteArray());
        return new GgufArray(GgufType.STRING, starts.length, bytes.asReadOnly(), starts);
    }

    /// An array of type `float32`.
    public static GgufArray of(float[] values) {
        ByteBuffer data = littleEndian(Math.multiplyExact(values.length, 4));
        data.asFloatBuffer().put(values);
        return fixed(GgufType.FLOAT32, values.length, data);
    }

    /// An array of type `int32`.
    public static GgufArray of(int[] values) {
        ByteBuffer data = littleEndian(Math.multiplyExact(values.length, 4));
        data.asIntBuffer().put(values);
        return fixed(GgufType.INT32, values.length, data);
    }

    private static GgufArray fixed(GgufType type, int size, ByteBuffer data) {
        MemorySegment bytes = MemorySegment.ofBuffer(data);
        return new GgufArray(type, size, bytes.asReadOnly(), null);
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public GgufType type() {
        return GgufType.ARRAY;
    }

    /// The type of every element.
    public GgufType elementType() {
        return elementType;
    }

    /// How many elements there are.
    public int size() {
        return size;
    }

    /// The elements as they stand in the file.
    MemorySegment data() {
        return data;
    }

    /// The raw bytes of all string elements, new arrays: for whoever wants all of many.
    public byte[][] allBytes() {
        require(GgufType.STRING == elementType, "strings");
        byte[][] strings = new byte[size][];
        for (int from = 0; from < size; from += STRINGS_AT_A_TIME) {
            int to = Math.min(from + STRINGS_AT_A_TIME, size);
            byte[] some = data.asSlice(starts[from], end(to - 1) - starts[from]).toArray(BYTE);
            for (int i = from; i < to; i++) {
                int start = (int) (starts[i] - starts[from]) + Long.BYTES;
                strings[i] = Arrays.copyOfRange(some, start, (int) (end(i) - starts[from]));
            }
        }
        return strings;
    }

    /// How many bytes a string element has.
    public long length(int index) {
        require(GgufType.STRING == elementType, "strings");
        return end(index) - starts[index] - Long.BYTES;
    }

    // A string ends where the next one's length begins.
    private long end(int index) {
        return index + 1 < size ? starts[index + 1] : data.byteSize();
    }

    /// All elements of 32 bits as they stand in the file.
    int[] words() {
        int[] words = new int[size];
        MemorySegment.copy(data, INT, 0, words, 0, size);
        return words;
    }

    /// The raw bytes of a string element, a new array each time.
    public byte[] bytes(int index) {
        require(GgufType.STRING == elementType, "strings");
        long length = data.get(LONG, starts[index]);
        return data.asSlice(starts[index] + 8, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /// The strings of a string array, decoded anew at each access; bytes that are not UTF-8 show as
    /// U+FFFD.
    public List<String> strings() {
        require(GgufType.STRING == elementType, "strings");
        return new Strings(this);
    }

    /// The numbers of an integer array; unsigned 64-bit ones above `Long.MAX_VALUE` show as
    /// negative.
    public long integer(int index) {
        return switch (elementType) {
            case UINT8 -> Byte.toUnsignedLong(data.get(ValueLayout.JAVA_BYTE, index));
            case INT8 -> data.get(ValueLayout.JAVA_BYTE, index);
            case UINT16 -> Short.toUnsignedLong(data.get(SHORT, 2L * index));
            case INT16 -> data.get(SHORT, 2L * index);
            case UINT32 -> Integer.toUnsignedLong(data.get(INT, 4L * index));
            case INT32 -> data.get(INT, 4L * index);
            case UINT64, INT64 -> data.get(LONG, 8L * index);
            case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> throw mistaken("whole numbers");
        };
    }

    /// The numbers of a floating-point or integer array.
    public double real(int index) {
        return switch (elementType) {
            case FLOAT32 -> Float.intBitsToFloat(data.get(INT, 4L * index));
            case FLOAT64 -> Double.longBitsToDouble(data.get(LONG, 8L * index));
            case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> integer(index);
            case BOOL, STRING, ARRAY -> throw mistaken("numbers");
        };
    }

    /// The values of an array of booleans.
    public boolean flag(int index) {
        require(GgufType.BOOL == elementType, "booleans");
        return data.get(ValueLayout.JAVA_BYTE, index) != 0;
    }

    /// The arrays of an array of arrays, read anew at each call.
    public List<GgufArray> arrays() {
        require(GgufType.ARRAY == elementType, "arrays");
        GgufCursor cursor = new GgufCursor(Path.of(""), data);
        List<GgufArray> arrays = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            arrays.add(read(cursor, "an array"));
        }
        return List.copyOf(arrays);
    }

    private void require(boolean holds, String expected) {
        if (!holds) {
            throw mistaken(expected);
        }
    }

    private IllegalStateException mistaken(String expected) {
        return new IllegalStateException("an array of " + elementType + " holds no " + expected);
    }

    @Override
    public String toString() {
        return size + " x " + elementType;
    }

    private static final class Strings extends AbstractList<String> implements RandomAccess {

        private final GgufArray array;

        private Strings(GgufArray array) {
            this.array = array;
        }

        @Override
        public String get(int index) {
            return new String(array.bytes(index), StandardCharsets.UTF_8);
        }

        @Override
        public int size() {
            return array.size;
        }
    }
}

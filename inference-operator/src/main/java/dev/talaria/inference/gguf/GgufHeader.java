package dev.talaria.inference.gguf;

import static dev.talaria.inference.gguf.GgufCursor.quoted;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// Everything before the tensor data.
///
/// @param version 2 or 3
record GgufHeader(int version, GgufMetadata metadata, List<TensorInfo> tensors) {

    static final int MAGIC = 0x46554747; // "GGUF", read as a little-endian number
    static final String ALIGNMENT = "general.alignment";
    static final int DEFAULT_ALIGNMENT = 32;

    private static final long MOST_KEYS = 65_536;
    private static final long MOST_TENSORS = 65_536;
    private static final long LONGEST_KEY = 65_535;
    private static final long LONGEST_TENSOR_NAME = 512;
    private static final long LONGEST_STRING = 1L << 24;
    private static final int MOST_DIMENSIONS = 4;

    // The least bytes a key and its value, or a tensor's description, take.
    private static final long KEY_BYTES = 8 + 1 + 4 + 1;
    private static final long TENSOR_BYTES = 8 + 4 + 4 + 8;

    static GgufHeader read(Path file, GgufCursor cursor) {
        int version = version(file, cursor);
        long tensorCountAt = cursor.position();
        long tensorCount = cursor.count("tensors", TENSOR_BYTES, MOST_TENSORS);
        long keyCount = cursor.count("keys", KEY_BYTES, MOST_KEYS);
        GgufMetadata metadata = new GgufMetadata(file, entries(cursor, keyCount));
        if (tensorCount > cursor.remaining() / TENSOR_BYTES) {
            throw cursor.failure(
                    tensorCountAt,
                    "%d tensors are announced, but only %d bytes are left for them; %s"
                            .formatted(
                                    tensorCount,
                                    cursor.remaining(),
                                    MalformedModelException.INCOMPLETE));
        }
        List<Described> described = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (long i = 0; i < tensorCount; i++) {
            described.add(Described.read(cursor, names));
        }
        return new GgufHeader(version, metadata, place(cursor, described, alignment(metadata)));
    }

    private static int version(Path file, GgufCursor cursor) {
        if (cursor.remaining() == 0) {
            throw cursor.failure(0, "the file is empty; " + MalformedModelException.INCOMPLETE);
        }
        int magic = cursor.int32("the magic number");
        if (magic != MAGIC) {
            throw cursor.failure(0, foreign(magic));
        }
        int version = cursor.int32("the version");
        if ((version & 0xFFFF) == 0 && version != 0) {
            throw new UnsupportedModelException(
                    file + " is a big-endian GGUF file; convert it to little-endian");
        }
        if (version == 1) {
            throw new UnsupportedModelException(
                    file + " is GGUF version 1; versions 2 and 3 are read: convert it anew");
        }
        if (version != 2 && version != 3) {
            throw cursor.failure(
                    4, "GGUF version " + Integer.toUnsignedString(version) + "; 2 and 3 are read");
        }
        return version;
    }

    private static String foreign(int magic) {
        String start = "the file begins with bytes %08x".formatted(Integer.reverseBytes(magic));
        return switch (magic) {
            case 0x73726576 -> // "vers"
                    start + ": it may be a Git LFS pointer; fetch the file it stands for";
            case 0x04034B50 -> // a ZIP archive
                    start + ": it is a ZIP archive, perhaps PyTorch weights, not GGUF";
            case 0x67676D6C, 0x67676D66, 0x67676A74, 0x67676C61 -> // ggml, ggmf, ggjt, ggla
                    start + ": it is an older GGML format; convert it to GGUF";
            default -> start + ", not with 'GGUF'; name a GGUF file";
        };
    }

    private static Map<String, GgufMetadata.Entry> entries(GgufCursor cursor, long count) {
        Map<String, GgufMetadata.Entry> entries = new LinkedHashMap<>();
        for (long i = 0; i < count; i++) {
            long keyAt = cursor.position();
            String key = cursor.text("key " + i, LONGEST_KEY);
            if (key.isEmpty()) {
                throw cursor.failure(keyAt, "key " + i + " is empty");
            }
            GgufType type = valueType(cursor, "key " + quoted(key));
            long valueAt = cursor.position();
            GgufValue value = value(cursor, type, "the value of key " + quoted(key));
            if (entries.put(key, new GgufMetadata.Entry(value, valueAt)) != null) {
                throw cursor.failure(keyAt, "key " + quoted(key) + " appears twice");
            }
        }
        return entries;
    }

    static GgufType valueType(GgufCursor cursor, String what) {
        long at = cursor.position();
        int id = cursor.int32("the type of " + what);
        GgufType type = GgufType.ofId(id);
        if (type == null) {
            throw cursor.failure(
                    at,
                    what + " has value type " + Integer.toUnsignedString(id) + "; 0 to 12 exist");
        }
        return type;
    }

    private static GgufValue value(GgufCursor cursor, GgufType type, String what) {
        return switch (type) {
            case UINT8 -> new GgufValue.Whole(type, cursor.int8(what) & 0xFF);
            case INT8 -> new GgufValue.Whole(type, cursor.int8(what));
            case UINT16 -> new GgufValue.Whole(type, cursor.int16(what) & 0xFFFF);
            case INT16 -> new GgufValue.Whole(type, cursor.int16(what));
            case UINT32 -> new GgufValue.Whole(type, Integer.toUnsignedLong(cursor.int32(what)));
            case INT32 -> new GgufValue.Whole(type, cursor.int32(what));
            case UINT64, INT64 -> new GgufValue.Whole(type, cursor.int64(what));
            case FLOAT32 -> new GgufValue.Real(type, Float.intBitsToFloat(cursor.int32(what)));
            case FLOAT64 -> new GgufValue.Real(type, Double.longBitsToDouble(cursor.int64(what)));
            case BOOL -> new GgufValue.Flag(flag(cursor, what));
            case STRING -> new GgufValue.Text(cursor.text(what, LONGEST_STRING));
            case ARRAY -> GgufArray.read(cursor, what);
        };
    }

    static boolean flag(GgufCursor cursor, String what) {
        long at = cursor.position();
        int value = cursor.int8(what);
        if (value != 0 && value != 1) {
            throw cursor.failure(at, what + " is " + (value & 0xFF) + ", neither true nor false");
        }
        return value == 1;
    }

    private static int alignment(GgufMetadata metadata) {
        long alignment = metadata.integer(ALIGNMENT).orElse(DEFAULT_ALIGNMENT);
        if (alignment < 8 || alignment > 1 << 30 || Long.bitCount(alignment) != 1) {
            throw metadata.failure(ALIGNMENT, alignment + " is not a power of two from 8 to 2^30");
        }
        return (int) alignment;
    }

    private static List<TensorInfo> place(
            GgufCursor cursor, List<Described> described, int alignment) {
        long dataAt = Math.ceilDiv(cursor.position(), alignment) * (long) alignment;
        long end = cursor.position() + cursor.remaining();
        List<TensorInfo> tensors = new ArrayList<>(described.size());
        for (Described tensor : described) {
            tensors.add(tensor.place(cursor, dataAt, end, alignment));
        }
        return List.copyOf(tensors);
    }

    /// A tensor as the header describes it, before its place in the file is known.
    ///
    /// @param at where the description begins
    /// @param offset from the beginning of the tensor data
    private record Described(long at, String name, int typeId, List<Long> dimensions, long offset) {

        static Described read(GgufCursor cursor, Set<String> names) {
            long at = cursor.position();
            String name = cursor.text("the name of tensor " + names.size(), LONGEST_TENSOR_NAME);
            String what = "tensor " + quoted(name);
            if (!names.add(name)) {
                throw cursor.failure(at, what + " appears twice");
            }
            long countAt = cursor.position();
            int count = cursor.int32("the number of dimensions of " + what);
            if (count < 0 || count > MOST_DIMENSIONS) {
                throw cursor.failure(
                        countAt,
                        "%s has %s dimensions, more than %d"
                                .formatted(what, Integer.toUnsignedString(count), MOST_DIMENSIONS));
            }
            List<Long> dimensions = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                dimensions.add(cursor.int64("the dimensions of " + what));
            }
            int typeId = cursor.int32("the type of " + what);
            long offset = cursor.int64("the offset of " + what);
            return new Described(at, name, typeId, List.copyOf(dimensions), offset);
        }

        TensorInfo place(GgufCursor cursor, long dataAt, long end, int alignment) {
            OptionalLong size = byteSize(cursor);
            long room = end - dataAt;
            if (offset % alignment != 0) {
                throw failure(
                        cursor,
                        "its data begin at %s, not a multiple of the alignment %d"
                                .formatted(Long.toUnsignedString(offset), alignment));
            }
            if (offset < 0 || offset > room || size.orElse(0) > room - offset) {
                throw failure(
                        cursor,
                        "its %s bytes at %s of the tensor data reach beyond the file's end at %d; %s"
                                .formatted(
                                        size.isPresent() ? size.getAsLong() : "unknown",
                                        Long.toUnsignedString(offset),
                                        end,
                                        MalformedModelException.INCOMPLETE));
            }
            return new TensorInfo(cursor.file(), name, typeId, dimensions, dataAt + offset, size);
        }

        private OptionalLong byteSize(GgufCursor cursor) {
            long elements = elements(cursor);
            GgmlType type = GgmlType.ofId(typeId).orElse(null);
            if (type == null) {
                return OptionalLong.empty();
            }
            long row = dimensions.isEmpty() ? 1 : dimensions.getFirst();
            if (row % type.blockElements() != 0) {
                throw failure(
                        cursor,
                        "rows of %d elements of %s, not a multiple of its block of %d"
                                .formatted(row, type, type.blockElements()));
            }
            try {
                return OptionalLong.of(type.bytes(elements));
            } catch (ArithmeticException e) {
                throw failure(cursor, "dimensions " + dimensions + " overflow a 64-bit size");
            }
        }

        private long elements(GgufCursor cursor) {
            long elements = 1;
            for (long dimension : dimensions) {
                if (dimension < 1) {
                    throw failure(
                            cursor,
                            "dimension "
                                    + Long.toUnsignedString(dimension)
                                    + " is empty or absurd");
                }
                if (elements > Long.MAX_VALUE / dimension) {
                    throw failure(cursor, "dimensions " + dimensions + " overflow a 64-bit size");
                }
                elements *= dimension;
            }
            return elements;
        }

        private MalformedGgufException failure(GgufCursor cursor, String finding) {
            return cursor.failure(at, "tensor " + quoted(name) + ": " + finding);
        }
    }
}

package dev.talaria.inference.gguf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// The keys and values of a file.
///
/// Each typed accessor comes twice: one that is empty where the key is absent, and a required one.
/// Both throw [MalformedGgufException], naming key and expected type, where the value has another
/// type. Immutable and safe for use by many threads, as long as the file is open.
public final class GgufMetadata {

    private final Path file;
    private final Map<String, Entry> entries;

    /// @param offset where the value begins in the file
    record Entry(GgufValue value, long offset) {}

    GgufMetadata(Path file, Map<String, Entry> entries) {
        this.file = file;
        this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /// All keys, in the file's order.
    public List<String> keys() {
        return new ArrayList<>(entries.keySet());
    }

    /// The value of any type.
    public Optional<GgufValue> value(String key) {
        return Optional.ofNullable(entries.get(key)).map(Entry::value);
    }

    /// A string.
    public Optional<String> string(String key) {
        return value(key)
                .map(value -> value instanceof GgufValue.Text(String text) ? text : null)
                .or(() -> absent(key, "a string"));
    }

    /// A string that must be there.
    public String requiredString(String key) {
        return string(key).orElseThrow(() -> missing(key, "a string"));
    }

    /// A whole number of any width, up to `Long.MAX_VALUE`.
    public OptionalLong integer(String key) {
        return switch (value(key).orElse(null)) {
            case null -> OptionalLong.empty();
            case GgufValue.Whole(GgufType type, long value) -> {
                if (type == GgufType.UINT64 && value < 0) {
                    throw mistyped(key, "a whole number below 2^63");
                }
                yield OptionalLong.of(value);
            }
            case GgufValue _ -> throw mistyped(key, "a whole number");
        };
    }

    /// A whole number that must be there.
    public long requiredInteger(String key) {
        return integer(key).orElseThrow(() -> missing(key, "a whole number"));
    }

    /// A whole number that must be within bounds where it is there.
    public OptionalLong integer(String key, long least, long most) {
        OptionalLong number = integer(key);
        if (number.isPresent() && (number.getAsLong() < least || number.getAsLong() > most)) {
            throw failure(key, number.getAsLong() + " is not within " + least + " to " + most);
        }
        return number;
    }

    /// A whole number that must be there and within bounds.
    public int requiredInteger(String key, int least, int most) {
        long number = integer(key, least, most).orElseThrow(() -> missing(key, "a whole number"));
        return (int) number;
    }

    /// A floating-point number of either width; whole numbers count.
    public OptionalDouble real(String key) {
        return switch (value(key).orElse(null)) {
            case null -> OptionalDouble.empty();
            case GgufValue.Real(_, double value) -> OptionalDouble.of(value);
            case GgufValue.Whole(_, long value) -> OptionalDouble.of((double) value);
            case GgufValue _ -> throw mistyped(key, "a number");
        };
    }

    /// A number that must be there.
    public double requiredReal(String key) {
        return real(key).orElseThrow(() -> missing(key, "a number"));
    }

    /// True or false.
    public Optional<Boolean> bool(String key) {
        return value(key)
                .map(value -> value instanceof GgufValue.Flag(boolean flag) ? flag : null)
                .or(() -> absent(key, "true or false"));
    }

    /// True or false, which must be there.
    public boolean requiredBool(String key) {
        return bool(key).orElseThrow(() -> missing(key, "true or false"));
    }

    /// An array of any type.
    public Optional<GgufArray> array(String key) {
        return value(key)
                .map(value -> value instanceof GgufArray array ? array : null)
                .or(() -> absent(key, "an array"));
    }

    /// An array of strings, decoded as they are asked for.
    public Optional<List<String>> strings(String key) {
        return stringArray(key).map(GgufArray::strings);
    }

    /// An array of strings that must be there.
    public List<String> requiredStrings(String key) {
        return strings(key).orElseThrow(() -> missing(key, "an array of strings"));
    }

    /// An array of strings, as such.
    public Optional<GgufArray> stringArray(String key) {
        return array(key, "an array of strings", GgufType.STRING == elementType(key));
    }

    /// An array of numbers, converted to floats.
    public Optional<float[]> floats(String key) {
        GgufType type = elementType(key);
        boolean numbers = type != null && (type.isReal() || type.isInteger());
        return array(key, "an array of numbers", numbers).map(GgufMetadata::floats);
    }

    private static float[] floats(GgufArray array) {
        float[] floats = new float[array.size()];
        if (array.elementType() == GgufType.FLOAT32) {
            int[] words = array.words();
            for (int i = 0; i < floats.length; i++) {
                floats[i] = Float.intBitsToFloat(words[i]);
            }
            return floats;
        }
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) array.real(i);
        }
        return floats;
    }

    /// An array of numbers that must be there.
    public float[] requiredFloats(String key) {
        return floats(key).orElseThrow(() -> missing(key, "an array of numbers"));
    }

    /// An array of whole numbers, each within `int`.
    public Optional<int[]> ints(String key) {
        GgufType type = elementType(key);
        return array(key, "an array of whole numbers", type != null && type.isInteger())
                .map(array -> ints(key, array));
    }

    /// An array of whole numbers that must be there.
    public int[] requiredInts(String key) {
        return ints(key).orElseThrow(() -> missing(key, "an array of whole numbers"));
    }

    /// A complaint about a key's value, with its place in the file.
    public MalformedGgufException failure(String key, String finding) {
        Entry entry = entries.get(key);
        return new MalformedGgufException(
                file,
                entry == null ? 0 : entry.offset(),
                "key " + GgufCursor.quoted(key) + ": " + finding);
    }

    private int[] ints(String key, GgufArray array) {
        if (array.elementType() == GgufType.INT32) {
            return array.words();
        }
        int[] ints = new int[array.size()];
        for (int i = 0; i < ints.length; i++) {
            long value = array.integer(i);
            if (value != (int) value) {
                throw failure(key, "element " + i + " exceeds 32 bits");
            }
            ints[i] = (int) value;
        }
        return ints;
    }

    private GgufType elementType(String key) {
        return value(key).orElse(null) instanceof GgufArray array ? array.elementType() : null;
    }

    private Optional<GgufArray> array(String key, String expected, boolean fits) {
        if (entries.containsKey(key) && !fits) {
            throw mistyped(key, expected);
        }
        return array(key);
    }

    // Reached with an empty Optional: the key is absent, or its value was of another type.
    private <T> Optional<T> absent(String key, String expected) {
        if (entries.containsKey(key)) {
            throw mistyped(key, expected);
        }
        return Optional.empty();
    }

    private MalformedGgufException mistyped(String key, String expected) {
        GgufValue value = entries.get(key).value();
        String found =
                value instanceof GgufArray array ? array.toString() : value.type().toString();
        return failure(key, "expected " + expected + ", found " + found);
    }

    private MalformedGgufException missing(String key, String expected) {
        return failure(key, "is missing; this file needs it, as " + expected);
    }
}

package dev.talaria.inference.safetensors;

import static dev.talaria.inference.safetensors.JsonCursor.quoted;

import tools.jackson.core.JsonToken;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// The object of a JSON file such as `config.json`, or one within it.
///
/// Accessors are empty where the name is absent or its value is `null`, and throw
/// [MalformedFolderException], naming place and expected type, where the value has another type.
/// Immutable and independent of the file.
public final class JsonFields {

    private static final long LONGEST = 16 << 20;
    private static final int MOST_VALUES = 1 << 20;

    private final Path file;
    private final String place;
    private final Map<String, Field> fields;
    private final long offset;

    private sealed interface Value {
        record Text(String value) implements Value {}

        record Whole(long value) implements Value {}

        record Real(double value) implements Value {}

        record Flag(boolean value) implements Value {}

        record Null() implements Value {}

        record Nested(JsonFields value) implements Value {}

        record Items(List<Value> values) implements Value {}
    }

    private record Field(Value value, long offset) {}

    private JsonFields(Path file, String place, Map<String, Field> fields, long offset) {
        this.file = file;
        this.place = place;
        this.fields = fields;
        this.offset = offset;
    }

    /// Reads a file that holds one object.
    ///
    /// @throws MalformedFolderException where it is not JSON, names something twice, or is longer
    ///   than 16 MiB
    public static JsonFields read(Path file) throws IOException {
        SafetensorsFile.requireRegular(file);
        long size = Files.size(file);
        if (size > LONGEST) {
            throw new MalformedFolderException(
                    file, LONGEST, "%d bytes are too long for such a file".formatted(size));
        }
        return read(file, MemorySegment.ofArray(Files.readAllBytes(file)));
    }

    static JsonFields read(Path file, MemorySegment text) {
        try (JsonCursor json = new JsonCursor(file, text, 0)) {
            json.expect(JsonToken.START_OBJECT, "the file's object");
            JsonFields fields = new Reader(file, json).object("");
            json.expectEnd();
            return fields;
        }
    }

    /// Reads values; nesting is bounded by the cursor, their number here.
    private static final class Reader {
        private final Path file;
        private final JsonCursor json;
        private int values;

        Reader(Path file, JsonCursor json) {
            this.file = file;
            this.json = json;
        }

        JsonFields object(String place) {
            long offset = json.offset();
            Map<String, Field> fields = new LinkedHashMap<>();
            while (json.next() != JsonToken.END_OBJECT) {
                String name = json.name();
                if (fields.containsKey(name)) {
                    throw json.failure("name " + quoted(place + name) + " appears twice");
                }
                JsonToken token = json.next();
                long at = json.offset();
                fields.put(name, new Field(value(token, place + name + "."), at));
            }
            return new JsonFields(file, place, fields, offset);
        }

        private Value value(JsonToken token, String place) {
            if (++values > MOST_VALUES) {
                throw json.failure("more than " + MOST_VALUES + " values");
            }
            return switch (token) {
                case START_OBJECT -> new Value.Nested(object(place));
                case START_ARRAY -> items(place);
                case VALUE_STRING -> new Value.Text(json.text());
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
                case VALUE_TRUE -> new Value.Flag(true);
                case VALUE_FALSE -> new Value.Flag(false);
                case VALUE_NULL -> new Value.Null();
                case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                        throw json.failure("a value is missing");
            };
        }

        // A whole number beyond 64 bits is kept as a real one, as "no limit" is often written so.
        private Value number() {
            return json.isLong() ? new Value.Whole(json.integer()) : new Value.Real(json.real());
        }

        private Value items(String place) {
            List<Value> items = new ArrayList<>();
            for (JsonToken token = json.next(); token != JsonToken.END_ARRAY; token = json.next()) {
                items.add(value(token, place));
            }
            return new Value.Items(List.copyOf(items));
        }
    }

    /// The file.
    public Path file() {
        return file;
    }

    /// Whether there is a value of that name other than `null`.
    public boolean has(String name) {
        return value(name).isPresent();
    }

    /// Whether there is a value of that name, `null` or not.
    public boolean isNamed(String name) {
        return fields.containsKey(name);
    }

    private Optional<Value> value(String name) {
        return Optional.ofNullable(fields.get(name))
                .map(Field::value)
                .filter(value -> !(value instanceof Value.Null));
    }

    /// A string.
    public Optional<String> text(String name) {
        return value(name)
                .map(value -> {
                    if (value instanceof Value.Text(String text)) {
                        return text;
                    }
                    throw mistyped(name, "a string");
                });
    }

    /// A whole number, which must be within bounds; `8.0` is one.
    public OptionalLong integer(String name, long least, long most) {
        Optional<Value> value = value(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(whole(name, value.get(), least, most));
    }

    /// A whole number that must be there and within bounds.
    public int requiredInteger(String name, int least, int most) {
        return (int)
                integer(name, least, most)
                        .orElseThrow(() -> failure(name, "is missing; it is a whole number"));
    }

    private long whole(String name, Value value, long least, long most) {
        long number =
                switch (value) {
                    case Value.Whole(long whole) -> whole;
                    case Value.Real(double real) when real == Math.rint(real) -> (long) real;
                    case Value.Real _,
                            Value.Text _,
                            Value.Flag _,
                            Value.Null _,
                            Value.Nested _,
                            Value.Items _ ->
                            throw mistyped(name, "a whole number");
                };
        if (number < least || number > most) {
            throw failure(name, number + " is not within " + least + " to " + most);
        }
        return number;
    }

    /// A finite number.
    public OptionalDouble real(String name) {
        Optional<Value> value = value(name);
        if (value.isEmpty()) {
            return OptionalDouble.empty();
        }
        double number =
                switch (value.get()) {
                    case Value.Whole(long whole) -> (double) whole;
                    case Value.Real(double real) -> real;
                    case Value.Text _, Value.Flag _, Value.Null _, Value.Nested _, Value.Items _ ->
                            throw mistyped(name, "a number");
                };
        if (!Double.isFinite(number)) {
            throw failure(name, "is not finite");
        }
        return OptionalDouble.of(number);
    }

    /// True or false.
    public Optional<Boolean> flag(String name) {
        return value(name)
                .map(value -> {
                    if (value instanceof Value.Flag(boolean flag)) {
                        return flag;
                    }
                    throw mistyped(name, "true or false");
                });
    }

    /// An object.
    public Optional<JsonFields> object(String name) {
        return value(name)
                .map(value -> {
                    if (value instanceof Value.Nested(JsonFields nested)) {
                        return nested;
                    }
                    throw mistyped(name, "an object");
                });
    }

    /// Whether the value is an object.
    public boolean isObject(String name) {
        return value(name).orElse(null) instanceof Value.Nested;
    }

    /// An array of strings; empty where it is absent.
    public List<String> texts(String name) {
        return items(name).stream()
                .map(item -> {
                    if (item instanceof Value.Text(String text)) {
                        return text;
                    }
                    throw mistyped(name, "an array of strings");
                })
                .toList();
    }

    /// A whole number or an array of them, each within bounds; empty where it is absent.
    public List<Long> integers(String name, long least, long most) {
        List<Value> items =
                value(name).orElse(null) instanceof Value.Items
                        ? items(name)
                        : value(name).stream().toList();
        return items.stream().map(item -> whole(name, item, least, most)).toList();
    }

    private List<Value> items(String name) {
        return value(name)
                .map(value -> {
                    if (value instanceof Value.Items(List<Value> items)) {
                        return items;
                    }
                    throw mistyped(name, "an array");
                })
                .orElse(List.of());
    }

    /// A complaint about a name's value, with its place in the file; about the object where it has
    /// none of that name.
    public MalformedFolderException failure(String name, String finding) {
        Field field = fields.get(name);
        return new MalformedFolderException(
                file,
                field == null ? offset : field.offset(),
                quoted(place + name) + ": " + finding);
    }

    private MalformedFolderException mistyped(String name, String expected) {
        return failure(name, "expected " + expected);
    }
}

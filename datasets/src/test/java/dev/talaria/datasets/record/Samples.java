package dev.talaria.datasets.record;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Rows of every type, with nulls, drawn from a seed.
public final class Samples {

    private Samples() {}

    /// Every flat type that all typed formats have, nullable.
    public static List<ValueType> flatTypes() {
        List<ValueType> types = new ArrayList<>();
        types.add(new ValueType.Bool());
        for (int bits = 8; bits <= 64; bits *= 2) {
            types.add(new ValueType.Int(bits, true));
            types.add(new ValueType.Int(bits, false));
        }
        types.add(new ValueType.Real(16));
        types.add(new ValueType.Real(32));
        types.add(new ValueType.Real(64));
        types.add(new ValueType.Decimal(7, 2));
        types.add(new ValueType.Decimal(18, 0));
        types.add(new ValueType.Decimal(38, 10));
        types.add(new ValueType.Decimal(76, 3));
        types.add(new ValueType.Text());
        types.add(new ValueType.Json());
        types.add(new ValueType.Binary());
        types.add(new ValueType.FixedBinary(5));
        types.add(new ValueType.Date());
        for (Precision precision : List.of(Precision.MILLI, Precision.MICRO, Precision.NANO)) {
            types.add(new ValueType.Time(precision));
            types.add(ValueType.Timestamp.utc(precision));
            types.add(ValueType.Timestamp.local(precision));
        }
        return types;
    }

    /// All flat types, and lists, structs and maps of them and of each other.
    public static RecordType everything() {
        List<Field> fields = new ArrayList<>();
        List<ValueType> flat = flatTypes();
        for (int i = 0; i < flat.size(); i++) {
            fields.add(Field.nullable("flat" + i, flat.get(i)));
            fields.add(Field.required("sure" + i, flat.get(i)));
            fields.add(Field.nullable("list" + i, ValueType.ListOf.of(flat.get(i))));
        }
        ValueType person =
                ValueType.Struct.of(
                        Field.nullable("name", new ValueType.Text()),
                        Field.required("age", ValueType.Int.INT32),
                        Field.nullable("tags", ValueType.ListOf.of(new ValueType.Text())));
        fields.add(Field.nullable("person", person));
        fields.add(Field.required("people", ValueType.ListOf.of(person)));
        fields.add(
                Field.nullable(
                        "deep", ValueType.ListOf.of(ValueType.ListOf.of(ValueType.Int.INT64))));
        fields.add(
                Field.nullable(
                        "map", ValueType.MapOf.of(new ValueType.Text(), ValueType.Int.INT32)));
        fields.add(
                Field.nullable(
                        "maps",
                        ValueType.MapOf.of(
                                ValueType.Int.INT32,
                                ValueType.ListOf.of(
                                        ValueType.MapOf.of(new ValueType.Text(), person)))));
        fields.add(Field.nullable("nothing", new ValueType.Null()));
        return new RecordType(fields);
    }

    public static List<Row> rows(RecordType type, int count, Random random) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(new Row(type, type.fields().stream().map(f -> value(f, random)).toList()));
        }
        return rows;
    }

    public static Value value(Field field, Random random) {
        if (field.nullable()
                && (random.nextInt(5) == 0 || field.type() instanceof ValueType.Null)) {
            return Value.Null.NULL;
        }
        return value(field.type(), random);
    }

    private static Value value(ValueType type, Random random) {
        return switch (type) {
            case ValueType.Null _ -> Value.Null.NULL;
            case ValueType.Bool _ -> new Value.Bool(random.nextBoolean());
            case ValueType.Int(int bits, boolean signed) -> integer(bits, signed, random);
            case ValueType.Real(int bits) -> real(bits, random);
            case ValueType.Decimal(int precision, int scale) ->
                    new Value.Decimal(
                            new BigDecimal(
                                    new BigInteger(
                                                    BigInteger.TEN.pow(precision).bitLength() - 1,
                                                    random)
                                            .multiply(
                                                    BigInteger.valueOf(
                                                            random.nextBoolean() ? 1 : -1)),
                                    scale));
            case ValueType.Text _ -> new Value.Text(text(random));
            case ValueType.Json _ -> new Value.Json("{\"a\":" + random.nextInt(100) + "}");
            case ValueType.Binary _ -> bytes(random.nextInt(20), random);
            case ValueType.FixedBinary(int length) -> bytes(length, random);
            case ValueType.Date _ ->
                    new Value.Date(LocalDate.ofEpochDay(random.nextInt(-50_000, 50_000)));
            case ValueType.Time(Precision unit) ->
                    new Value.Time(
                            LocalTime.ofNanoOfDay(
                                    random.nextLong(86_400_000_000_000L / unit.nanos())
                                            * unit.nanos()));
            case ValueType.Timestamp stamp -> stamp(stamp, random);
            case ValueType.Duration(Precision unit) ->
                    new Value.Span(
                            Duration.ofNanos(
                                    random.nextLong(-1_000_000_000L, 1_000_000_000L)
                                            * unit.nanos()));
            case ValueType.Interval _ ->
                    new Value.Interval(
                            random.nextInt(50),
                            random.nextInt(50),
                            random.nextInt(50) * 1_000_000L);
            case ValueType.ListOf(Field element) -> {
                List<Value> values = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    values.add(value(element, random));
                }
                yield new Value.Elements(values);
            }
            case ValueType.MapOf(Field key, Field value) -> {
                List<Value.Entry> entries = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    entries.add(new Value.Entry(value(key, random), value(value, random)));
                }
                yield new Value.Entries(entries);
            }
            case ValueType.Struct(List<Field> fields) ->
                    new Value.Struct(fields.stream().map(f -> value(f, random)).toList());
        };
    }

    private static Value integer(int bits, boolean signed, Random random) {
        long number = random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(100);
        if (bits == 64) {
            return new Value.Int(number);
        }
        return new Value.Int(
                signed ? number << (64 - bits) >> (64 - bits) : number & ((1L << bits) - 1));
    }

    private static Value real(int bits, Random random) {
        double number = random.nextInt(10) == 0 ? Double.NaN : random.nextGaussian() * 100;
        return new Value.Real(
                switch (bits) {
                    case 16 -> Float.float16ToFloat(Float.floatToFloat16((float) number));
                    case 32 -> (float) number;
                    default -> number;
                });
    }

    private static Value stamp(ValueType.Timestamp type, Random random) {
        long second = random.nextLong(-4_000_000_000L, 8_000_000_000L);
        long unit = type.precision().nanos();
        int nano = (int) (random.nextLong(1_000_000_000L / unit) * unit);
        return type.zone().isPresent()
                ? new Value.Timestamp(Instant.ofEpochSecond(second, nano))
                : new Value.LocalTimestamp(
                        LocalDateTime.ofEpochSecond(second, nano, ZoneOffset.UTC));
    }

    private static Value bytes(int length, Random random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new Value.Binary(bytes);
    }

    private static String text(Random random) {
        String[] words = {
            "", "Öl", "invoice 4711", "line\nbreak", "\"quoted\", and more", "🦉", "x"
        };
        return words[random.nextInt(words.length)] + random.nextInt(10);
    }
}

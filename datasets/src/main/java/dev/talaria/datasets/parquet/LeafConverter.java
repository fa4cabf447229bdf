package dev.talaria.datasets.parquet;

import dev.talaria.datasets.record.Moments;
import dev.talaria.datasets.record.Precision;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;

/// Makes values of what a column's decoder hands out, and hands them on.
final class LeafConverter extends PrimitiveConverter {

    private static final long JULIAN_EPOCH = 2_440_588;

    private final Consumer<Value> next;
    private final PrimitiveTypeName physical;
    private final LongFunction<Value> ofLong;
    private final Function<Binary, Value> ofBinary;
    private @Nullable Dictionary dictionary;
    private @Nullable Value[] known = new Value[0];

    LeafConverter(PrimitiveType column, ValueType type, Consumer<Value> next) {
        this.next = next;
        this.physical = column.getPrimitiveTypeName();
        this.ofLong = ofLong(type);
        this.ofBinary = ofBinary(column, type);
    }

    @Override
    public boolean hasDictionarySupport() {
        return true;
    }

    @Override
    public void setDictionary(Dictionary entries) {
        dictionary = entries;
        known = new Value[entries.getMaxId() + 1];
    }

    @Override
    public void addValueFromDictionary(int id) {
        Value value = known[id];
        if (value == null) {
            value = decode(id);
            known[id] = value;
        }
        next.accept(value);
    }

    private Value decode(int id) {
        Dictionary entries = dictionary;
        if (entries == null) {
            throw new IllegalStateException("an index without a dictionary");
        }
        return switch (physical) {
            case BOOLEAN -> new Value.Bool(entries.decodeToBoolean(id));
            case INT32 -> ofLong.apply(entries.decodeToInt(id));
            case INT64 -> ofLong.apply(entries.decodeToLong(id));
            case FLOAT -> new Value.Real(entries.decodeToFloat(id));
            case DOUBLE -> new Value.Real(entries.decodeToDouble(id));
            case INT96, BINARY, FIXED_LEN_BYTE_ARRAY -> ofBinary.apply(entries.decodeToBinary(id));
        };
    }

    @Override
    public void addBinary(Binary value) {
        next.accept(ofBinary.apply(value));
    }

    @Override
    public void addBoolean(boolean value) {
        next.accept(new Value.Bool(value));
    }

    @Override
    public void addDouble(double value) {
        next.accept(new Value.Real(value));
    }

    @Override
    public void addFloat(float value) {
        next.accept(new Value.Real(value));
    }

    @Override
    public void addInt(int value) {
        next.accept(ofLong.apply(value));
    }

    @Override
    public void addLong(long value) {
        next.accept(ofLong.apply(value));
    }

    private static LongFunction<Value> ofLong(ValueType type) {
        return switch (type) {
            case ValueType.Int(int bits, boolean signed) ->
                    signed || bits == Long.SIZE
                            ? Value.Int::new
                            : number -> new Value.Int(number & ((1L << bits) - 1));
            case ValueType.Decimal(int _, int scale) ->
                    number -> new Value.Decimal(BigDecimal.valueOf(number, scale));
            case ValueType.Date _ -> day -> new Value.Date(LocalDate.ofEpochDay(day));
            case ValueType.Time(Precision unit) ->
                    number ->
                            new Value.Time(
                                    LocalTime.ofNanoOfDay(
                                            Math.multiplyExact(number, unit.nanos())));
            case ValueType.Timestamp stamp ->
                    stamp.zone().isPresent()
                            ? number ->
                                    new Value.Timestamp(Moments.instant(number, stamp.precision()))
                            : number ->
                                    new Value.LocalTimestamp(
                                            Moments.local(number, stamp.precision()));
            case ValueType other ->
                    _ -> {
                        throw new IllegalStateException("a number in a column of " + other);
                    };
        };
    }

    private static Function<Binary, Value> ofBinary(PrimitiveType column, ValueType type) {
        return switch (type) {
            case ValueType.Text _ ->
                    column.getLogicalTypeAnnotation() instanceof UUIDLogicalTypeAnnotation
                            ? bytes -> new Value.Text(uuid(bytes))
                            : bytes -> new Value.Text(text(bytes));
            case ValueType.Json _ -> bytes -> new Value.Json(text(bytes));
            case ValueType.Binary _, ValueType.FixedBinary _ ->
                    bytes -> new Value.Binary(bytes.getBytes());
            case ValueType.Decimal(int _, int scale) ->
                    bytes ->
                            new Value.Decimal(
                                    new BigDecimal(new BigInteger(bytes.getBytes()), scale));
            case ValueType.Timestamp _ -> bytes -> new Value.LocalTimestamp(julian(bytes));
            case ValueType.Real _ ->
                    bytes -> new Value.Real(Float.float16ToFloat(little(bytes).getShort()));
            case ValueType.Interval _ -> LeafConverter::interval;
            case ValueType other ->
                    _ -> {
                        throw new IllegalStateException("bytes in a column of " + other);
                    };
        };
    }

    private static String text(Binary bytes) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(bytes.toByteBuffer());
            return text.toString();
        } catch (CharacterCodingException e) {
            throw new IllegalStateException("text that is not UTF-8", e);
        }
    }

    private static String uuid(Binary bytes) {
        ByteBuffer halves = bytes.toByteBuffer().slice();
        return new UUID(halves.getLong(), halves.getLong()).toString();
    }

    // Nanoseconds of the day, then the Julian day.
    private static LocalDateTime julian(Binary bytes) {
        ByteBuffer parts = little(bytes);
        long nanos = parts.getLong();
        return LocalDate.ofEpochDay(parts.getInt() - JULIAN_EPOCH).atStartOfDay().plusNanos(nanos);
    }

    private static Value interval(Binary bytes) {
        ByteBuffer parts = little(bytes);
        int months = parts.getInt();
        int days = parts.getInt();
        return new Value.Interval(
                months, days, Integer.toUnsignedLong(parts.getInt()) * Precision.MILLI.nanos());
    }

    private static ByteBuffer little(Binary bytes) {
        return bytes.toByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
    }
}

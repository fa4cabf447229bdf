package dev.talaria.datasets.arrow;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.Moments;
import dev.talaria.datasets.record.Precision;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The buffers of one column of a batch that is being written, and those of its children. The
/// values fit the type.
final class ColumnBuffers {

    private final ValueType type;
    private final List<ColumnBuffers> children = new ArrayList<>();
    private final GrowingBytes validity = new GrowingBytes();
    private final GrowingBytes offsets = new GrowingBytes();
    private final GrowingBytes data = new GrowingBytes();
    private int length;
    private int nulls;

    ColumnBuffers(ValueType type) {
        this.type = type;
        switch (type) {
            case ValueType.ListOf(Field element) -> children.add(new ColumnBuffers(element.type()));
            case ValueType.MapOf(Field key, Field value) ->
                    children.add(new ColumnBuffers(ValueType.Struct.of(key, value)));
            case ValueType.Struct(List<Field> fields) ->
                    fields.forEach(field -> children.add(new ColumnBuffers(field.type())));
            case ValueType _ -> {}
        }
        clear();
    }

    /// Forgets the values.
    void clear() {
        validity.clear();
        offsets.clear();
        data.clear();
        length = 0;
        nulls = 0;
        if (hasOffsets()) {
            offsets.whole(0, Integer.BYTES);
        }
        children.forEach(ColumnBuffers::clear);
    }

    private boolean hasOffsets() {
        return switch (type) {
            case ValueType.Text _,
                    ValueType.Json _,
                    ValueType.Binary _,
                    ValueType.ListOf _,
                    ValueType.MapOf _ ->
                    true;
            case ValueType _ -> false;
        };
    }

    int length() {
        return length;
    }

    int nulls() {
        return nulls;
    }

    ValueType type() {
        return type;
    }

    List<ColumnBuffers> children() {
        return children;
    }

    /// The buffers of this column alone, in the order of the format. Where nothing is null, the
    /// bits that say so are left out.
    void forEach(Consumer<byte[]> next) {
        if (type instanceof ValueType.Null) {
            return;
        }
        next.accept(nulls == 0 ? new byte[0] : validity.toArray());
        if (hasOffsets()) {
            next.accept(offsets.toArray());
        }
        boolean hasData =
                switch (type) {
                    case ValueType.ListOf _, ValueType.MapOf _, ValueType.Struct _ -> false;
                    case ValueType _ -> true;
                };
        if (hasData) {
            next.accept(data.toArray());
        }
    }

    void add(Value value) {
        boolean isNull = value.isNull();
        validity.bit(length, !isNull);
        length++;
        if (isNull) {
            nulls++;
            addPlace();
        } else {
            addValue(value);
        }
        endValue();
    }

    // Within a struct that is null, a field that is never null has some value all the same.
    private void addFiller() {
        validity.bit(length, true);
        length++;
        addPlace();
        endValue();
    }

    private void endValue() {
        if (hasOffsets()) {
            offsets.whole(
                    children.isEmpty() ? data.size() : children.getFirst().length, Integer.BYTES);
        }
    }

    // A place for what is not there, where others have one.
    private void addPlace() {
        if (type instanceof ValueType.Bool) {
            data.bit(length - 1, false);
        } else if (type instanceof ValueType.Struct(List<Field> fields)) {
            for (int i = 0; i < fields.size(); i++) {
                if (fields.get(i).nullable()) {
                    children.get(i).add(Value.Null.NULL);
                } else {
                    children.get(i).addFiller();
                }
            }
        } else if (!hasOffsets() && !(type instanceof ValueType.Null)) {
            data.zeros(width());
        }
    }

    private void addValue(Value value) {
        switch (value) {
            case Value.Null _ -> throw new IllegalStateException("a null is no value");
            case Value.Bool(boolean flag) -> data.bit(length - 1, flag);
            case Value.Int(long number) -> data.whole(number, width());
            case Value.Real(double number) -> real(number);
            case Value.Decimal decimal -> decimal(decimal.value().unscaledValue());
            case Value.Text(String text) -> data.bytes(text.getBytes(StandardCharsets.UTF_8));
            case Value.Json(String text) -> data.bytes(text.getBytes(StandardCharsets.UTF_8));
            case Value.Binary(byte[] bytes) -> data.bytes(bytes);
            case Value.Date date -> {
                int day = Math.toIntExact(date.value().toEpochDay());
                data.whole(day, Integer.BYTES);
            }
            case Value.Time time ->
                    data.whole(
                            time.value().toNanoOfDay()
                                    / ((ValueType.Time) type).precision().nanos(),
                            width());
            case Value.Timestamp stamp ->
                    data.whole(
                            Moments.count(stamp.value(), ((ValueType.Timestamp) type).precision()),
                            Long.BYTES);
            case Value.LocalTimestamp stamp ->
                    data.whole(
                            Moments.count(stamp.value(), ((ValueType.Timestamp) type).precision()),
                            Long.BYTES);
            case Value.Span span ->
                    data.whole(
                            Moments.count(span.value(), ((ValueType.Duration) type).precision()),
                            Long.BYTES);
            case Value.Interval interval -> {
                data.whole(interval.months(), Integer.BYTES);
                data.whole(interval.days(), Integer.BYTES);
                data.whole(interval.nanos(), Long.BYTES);
            }
            case Value.Elements(List<Value> elements) -> elements.forEach(children.getFirst()::add);
            case Value.Entries(List<Value.Entry> entries) -> {
                for (Value.Entry entry : entries) {
                    children.getFirst().add(new Value.Struct(List.of(entry.key(), entry.value())));
                }
            }
            case Value.Struct(List<Value> values) -> {
                for (int i = 0; i < values.size(); i++) {
                    children.get(i).add(values.get(i));
                }
            }
        }
    }

    private void real(double number) {
        switch (width()) {
            case 2 -> data.whole(Float.floatToFloat16((float) number), Short.BYTES);
            case 4 -> data.whole(Float.floatToRawIntBits((float) number), Integer.BYTES);
            default -> data.whole(Double.doubleToRawLongBits(number), Long.BYTES);
        }
    }

    private void decimal(BigInteger unscaled) {
        byte[] big = unscaled.toByteArray();
        byte[] little = new byte[width()];
        for (int i = 0; i < little.length; i++) {
            int from = big.length - 1 - i;
            little[i] = from >= 0 ? big[from] : (byte) (unscaled.signum() < 0 ? -1 : 0);
        }
        data.bytes(little);
    }

    private int width() {
        return width(type);
    }

    /// Bytes of each value of a type of fixed width.
    static int width(ValueType type) {
        return switch (type) {
            case ValueType.Int(int bits, boolean _) -> bits / Byte.SIZE;
            case ValueType.Real(int bits) -> bits / Byte.SIZE;
            case ValueType.Decimal(int precision, int _) -> precision <= 38 ? 16 : 32;
            case ValueType.FixedBinary(int length) -> length;
            case ValueType.Date _ -> Integer.BYTES;
            case ValueType.Time(Precision unit) ->
                    switch (unit) {
                        case SECOND, MILLI -> Integer.BYTES;
                        case MICRO, NANO -> Long.BYTES;
                    };
            case ValueType.Timestamp _, ValueType.Duration _ -> Long.BYTES;
            case ValueType.Interval _ -> 16;
            case ValueType other -> throw new IllegalStateException(other + " has no width");
        };
    }
}

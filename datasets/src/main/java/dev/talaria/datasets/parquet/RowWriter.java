package dev.talaria.datasets.parquet;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.Moments;
import dev.talaria.datasets.record.Precision;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/// Tells the fields of rows to Parquet's writer of columns. The rows fit their type.
final class RowWriter {

    private final RecordType type;
    private final RecordConsumer consumer;

    RowWriter(RecordType type, RecordConsumer consumer) {
        this.type = type;
        this.consumer = consumer;
    }

    void write(Row row) {
        consumer.startMessage();
        fields(type.fields(), row.values());
        consumer.endMessage();
    }

    /// Hands on the nulls that were not yet told to the columns.
    void flush() {
        consumer.flush();
    }

    private void fields(List<Field> fields, List<Value> values) {
        for (int i = 0; i < fields.size(); i++) {
            field(fields.get(i).name(), i, fields.get(i).type(), values.get(i));
        }
    }

    private void field(String name, int place, ValueType fieldType, Value value) {
        if (!value.isNull()) {
            consumer.startField(name, place);
            value(fieldType, value);
            consumer.endField(name, place);
        }
    }

    private void value(ValueType valueType, Value value) {
        switch (value) {
            case Value.Null _ -> throw new IllegalStateException("a null is no field");
            case Value.Bool(boolean flag) -> consumer.addBoolean(flag);
            case Value.Int(long number) -> integer(((ValueType.Int) valueType).bits(), number);
            case Value.Real(double number) -> real(((ValueType.Real) valueType).bits(), number);
            case Value.Decimal(BigDecimal number) ->
                    decimal(((ValueType.Decimal) valueType).precision(), number.unscaledValue());
            case Value.Text(String text) -> consumer.addBinary(Binary.fromString(text));
            case Value.Json(String text) -> consumer.addBinary(Binary.fromString(text));
            case Value.Binary(byte[] bytes) ->
                    consumer.addBinary(Binary.fromConstantByteArray(bytes));
            case Value.Date date -> consumer.addInteger(Math.toIntExact(date.value().toEpochDay()));
            case Value.Time time -> time(((ValueType.Time) valueType).precision(), time);
            case Value.Timestamp stamp ->
                    consumer.addLong(
                            Moments.count(
                                    stamp.value(),
                                    written(((ValueType.Timestamp) valueType).precision())));
            case Value.LocalTimestamp stamp ->
                    consumer.addLong(
                            Moments.count(
                                    stamp.value(),
                                    written(((ValueType.Timestamp) valueType).precision())));
            case Value.Span span ->
                    consumer.addLong(
                            Moments.count(
                                    span.value(), ((ValueType.Duration) valueType).precision()));
            case Value.Interval interval -> interval(interval);
            case Value.Elements(List<Value> elements) ->
                    elements(((ValueType.ListOf) valueType).element().type(), elements);
            case Value.Entries(List<Value.Entry> entries) ->
                    entries((ValueType.MapOf) valueType, entries);
            case Value.Struct(List<Value> values) -> {
                consumer.startGroup();
                fields(((ValueType.Struct) valueType).fields(), values);
                consumer.endGroup();
            }
        }
    }

    private void elements(ValueType elementType, List<Value> elements) {
        consumer.startGroup();
        if (!elements.isEmpty()) {
            consumer.startField("list", 0);
            for (Value element : elements) {
                consumer.startGroup();
                field("element", 0, elementType, element);
                consumer.endGroup();
            }
            consumer.endField("list", 0);
        }
        consumer.endGroup();
    }

    private void entries(ValueType.MapOf mapType, List<Value.Entry> entries) {
        consumer.startGroup();
        if (!entries.isEmpty()) {
            consumer.startField("key_value", 0);
            for (Value.Entry entry : entries) {
                consumer.startGroup();
                field("key", 0, mapType.key().type(), entry.key());
                field("value", 1, mapType.value().type(), entry.value());
                consumer.endGroup();
            }
            consumer.endField("key_value", 0);
        }
        consumer.endGroup();
    }

    private void integer(int bits, long number) {
        if (bits == Long.SIZE) {
            consumer.addLong(number);
        } else {
            // An unsigned number of 32 bits keeps its bits.
            consumer.addInteger((int) number);
        }
    }

    private void real(int bits, double number) {
        switch (bits) {
            case 16 -> {
                short half = Float.floatToFloat16((float) number);
                ByteBuffer bytes = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
                bytes.putShort(half);
                consumer.addBinary(Binary.fromConstantByteArray(bytes.array()));
            }
            case 32 -> consumer.addFloat((float) number);
            default -> consumer.addDouble(number);
        }
    }

    private void decimal(int precision, BigInteger unscaled) {
        if (precision <= 9) {
            consumer.addInteger(unscaled.intValueExact());
        } else if (precision <= 18) {
            consumer.addLong(unscaled.longValueExact());
        } else {
            byte[] bytes = new byte[ParquetSchema.decimalBytes(precision)];
            byte[] significant = unscaled.toByteArray();
            Arrays.fill(bytes, (byte) (unscaled.signum() < 0 ? -1 : 0));
            System.arraycopy(
                    significant, 0, bytes, bytes.length - significant.length, significant.length);
            consumer.addBinary(Binary.fromConstantByteArray(bytes));
        }
    }

    private void time(Precision precision, Value.Time time) {
        long count = time.value().toNanoOfDay() / written(precision).nanos();
        if (written(precision) == Precision.MILLI) {
            consumer.addInteger(Math.toIntExact(count));
        } else {
            consumer.addLong(count);
        }
    }

    private void interval(Value.Interval interval) {
        long millis = interval.nanos() / Precision.MILLI.nanos();
        if (interval.nanos() % Precision.MILLI.nanos() != 0
                || millis < 0
                || millis > 0xFFFF_FFFFL
                || interval.months() < 0
                || interval.days() < 0) {
            throw new IllegalArgumentException(
                    interval + ": Parquet's intervals are whole milliseconds and not negative");
        }
        ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(interval.months()).putInt(interval.days()).putInt((int) millis);
        consumer.addBinary(Binary.fromConstantByteArray(bytes.array()));
    }

    private static Precision written(Precision precision) {
        return ParquetTypes.precision(ParquetSchema.unit(precision));
    }
}

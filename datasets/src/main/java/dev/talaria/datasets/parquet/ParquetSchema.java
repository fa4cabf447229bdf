package dev.talaria.datasets.parquet;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.Precision;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.ValueType;

import org.apache.parquet.schema.ConversionPatterns;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// The Parquet schema that a type of records is written with.
final class ParquetSchema {

    private static final int INT32_DIGITS = 9;
    private static final int INT64_DIGITS = 18;

    private ParquetSchema() {}

    /// @throws IllegalArgumentException naming the column that Parquet has no type for
    static MessageType of(RecordType type) {
        List<Type> fields = new ArrayList<>();
        for (Field field : type.fields()) {
            fields.add(type(field.name(), field, field.name()));
        }
        return new MessageType("record", fields);
    }

    private static Type type(String name, Field field, String path) {
        Repetition repetition = field.nullable() ? Repetition.OPTIONAL : Repetition.REQUIRED;
        return switch (field.type()) {
            case ValueType.ListOf(Field element) ->
                    ConversionPatterns.listOfElements(
                            repetition, name, type("element", element, path + "[]"));
            case ValueType.MapOf(Field key, Field value) ->
                    ConversionPatterns.mapType(
                            repetition,
                            name,
                            "key_value",
                            type("key", Field.required("key", key.type()), path + ".key"),
                            type("value", value, path + ".value"));
            case ValueType.Struct(List<Field> fields) -> struct(repetition, name, fields, path);
            case ValueType.Decimal decimal -> decimal(repetition, name, decimal, path);
            case ValueType flat -> flat(repetition, name, flat);
        };
    }

    private static Type struct(
            Repetition repetition, String name, List<Field> fields, String path) {
        if (fields.isEmpty()) {
            throw new IllegalArgumentException(
                    "column '%s': Parquet has no struct without fields; leave it out"
                            .formatted(path));
        }
        Types.GroupBuilder<org.apache.parquet.schema.GroupType> group =
                Types.buildGroup(repetition);
        for (Field field : fields) {
            group = group.addField(type(field.name(), field, path + "." + field.name()));
        }
        return group.named(name);
    }

    private static Type decimal(
            Repetition repetition, String name, ValueType.Decimal type, String path) {
        if (type.scale() < 0 || type.scale() > type.precision()) {
            throw new IllegalArgumentException(
                    "column '%s': Parquet has no %s; its scale must lie between 0 and the precision"
                            .formatted(path, type));
        }
        LogicalTypeAnnotation annotation =
                LogicalTypeAnnotation.decimalType(type.scale(), type.precision());
        if (type.precision() <= INT64_DIGITS) {
            return Types.primitive(
                            type.precision() <= INT32_DIGITS
                                    ? PrimitiveTypeName.INT32
                                    : PrimitiveTypeName.INT64,
                            repetition)
                    .as(annotation)
                    .named(name);
        }
        return fixed(repetition, name, decimalBytes(type.precision()), annotation);
    }

    /// Bytes of the largest number of so many digits.
    static int decimalBytes(int precision) {
        return BigInteger.TEN.pow(precision).bitLength() / Byte.SIZE + 1;
    }

    private static Type flat(Repetition repetition, String name, ValueType type) {
        return switch (type) {
            case ValueType.Null _ ->
                    Types.optional(PrimitiveTypeName.INT32)
                            .as(LogicalTypeAnnotation.unknownType())
                            .named(name);
            case ValueType.Bool _ -> new PrimitiveType(repetition, PrimitiveTypeName.BOOLEAN, name);
            case ValueType.Int integer -> integer(repetition, name, integer);
            case ValueType.Real(int bits) ->
                    switch (bits) {
                        case 16 -> fixed(repetition, name, 2, LogicalTypeAnnotation.float16Type());
                        case 32 -> new PrimitiveType(repetition, PrimitiveTypeName.FLOAT, name);
                        default -> new PrimitiveType(repetition, PrimitiveTypeName.DOUBLE, name);
                    };
            case ValueType.Text _ -> binary(repetition, name, LogicalTypeAnnotation.stringType());
            case ValueType.Json _ -> binary(repetition, name, LogicalTypeAnnotation.jsonType());
            case ValueType.FixedBinary(int length) when length > 0 ->
                    new PrimitiveType(
                            repetition, PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, length, name);
            case ValueType.Binary _, ValueType.FixedBinary _ ->
                    new PrimitiveType(repetition, PrimitiveTypeName.BINARY, name);
            case ValueType.Date _ ->
                    Types.primitive(PrimitiveTypeName.INT32, repetition)
                            .as(LogicalTypeAnnotation.dateType())
                            .named(name);
            case ValueType.Time(Precision precision) ->
                    Types.primitive(
                                    unit(precision) == TimeUnit.MILLIS
                                            ? PrimitiveTypeName.INT32
                                            : PrimitiveTypeName.INT64,
                                    repetition)
                            .as(LogicalTypeAnnotation.timeType(false, unit(precision)))
                            .named(name);
            case ValueType.Timestamp stamp ->
                    Types.primitive(PrimitiveTypeName.INT64, repetition)
                            .as(
                                    LogicalTypeAnnotation.timestampType(
                                            stamp.zone().isPresent(), unit(stamp.precision())))
                            .named(name);
            case ValueType.Duration _ ->
                    new PrimitiveType(repetition, PrimitiveTypeName.INT64, name);
            case ValueType.Interval _ ->
                    fixed(
                            repetition,
                            name,
                            12,
                            LogicalTypeAnnotation.IntervalLogicalTypeAnnotation.getInstance());
            case ValueType.Decimal _, ValueType.ListOf _, ValueType.MapOf _, ValueType.Struct _ ->
                    throw new IllegalArgumentException(type + " is not flat");
        };
    }

    private static Type integer(Repetition repetition, String name, ValueType.Int type) {
        PrimitiveTypeName physical =
                type.bits() == Long.SIZE ? PrimitiveTypeName.INT64 : PrimitiveTypeName.INT32;
        if (type.equals(ValueType.Int.INT32) || type.equals(ValueType.Int.INT64)) {
            return new PrimitiveType(repetition, physical, name);
        }
        return Types.primitive(physical, repetition)
                .as(LogicalTypeAnnotation.intType(type.bits(), type.signed()))
                .named(name);
    }

    private static Type binary(
            Repetition repetition, String name, LogicalTypeAnnotation annotation) {
        return Types.primitive(PrimitiveTypeName.BINARY, repetition).as(annotation).named(name);
    }

    private static Type fixed(
            Repetition repetition, String name, int length, LogicalTypeAnnotation annotation) {
        return Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
                .length(length)
                .as(annotation)
                .named(name);
    }

    /// The unit that is written: Parquet counts no seconds.
    static TimeUnit unit(Precision precision) {
        return switch (precision) {
            case SECOND, MILLI -> TimeUnit.MILLIS;
            case MICRO -> TimeUnit.MICROS;
            case NANO -> TimeUnit.NANOS;
        };
    }
}

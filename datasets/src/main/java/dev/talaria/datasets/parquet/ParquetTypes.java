package dev.talaria.datasets.parquet;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.Precision;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.ValueType;

import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.BsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntervalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UnknownLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The columns of a Parquet schema, as types of records.
final class ParquetTypes {

    private ParquetTypes() {}

    static RecordType record(MessageType schema) {
        return new RecordType(fields(schema));
    }

    private static List<Field> fields(GroupType group) {
        List<Field> fields = new ArrayList<>();
        for (Type type : group.getFields()) {
            fields.add(field(type));
        }
        return fields;
    }

    /// A field of a group. One that is repeated without being part of a list is a list itself.
    static Field field(Type type) {
        if (type.isRepetition(Repetition.REPEATED)) {
            return Field.required(
                    type.getName(), new ValueType.ListOf(Field.required("element", value(type))));
        }
        return new Field(type.getName(), value(type), type.isRepetition(Repetition.OPTIONAL));
    }

    /// The type of a field's value, or of one value of a repeated field.
    static ValueType value(Type type) {
        if (type.isPrimitive()) {
            return primitive(type.asPrimitiveType());
        }
        GroupType group = type.asGroupType();
        if (isList(group)) {
            return new ValueType.ListOf(element(group));
        }
        if (isMap(group)) {
            GroupType entry = group.getType(0).asGroupType();
            return new ValueType.MapOf(
                    Field.required("key", value(entry.getType(0))), field(entry.getType(1)));
        }
        return new ValueType.Struct(fields(group));
    }

    /// Whether a group stands for a list: one repeated field in it, as the format's rules say.
    static boolean isList(GroupType group) {
        return LogicalTypeAnnotation.listType().equals(group.getLogicalTypeAnnotation())
                && group.getFieldCount() == 1
                && group.getType(0).isRepetition(Repetition.REPEATED);
    }

    /// Whether a group stands for a map: one repeated group of key and value in it.
    static boolean isMap(GroupType group) {
        LogicalTypeAnnotation annotation = group.getLogicalTypeAnnotation();
        boolean named =
                annotation instanceof LogicalTypeAnnotation.MapLogicalTypeAnnotation
                        || annotation instanceof LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
        return named
                && group.getFieldCount() == 1
                && group.getType(0).isRepetition(Repetition.REPEATED)
                && !group.getType(0).isPrimitive()
                && group.getType(0).asGroupType().getFieldCount() == 2;
    }

    private static Field element(GroupType list) {
        return isElement(list)
                ? Field.required("element", value(list.getType(0)))
                : field(list.getType(0).asGroupType().getType(0));
    }

    /// Whether the repeated field of a list is the element itself, as in lists of older writers,
    /// and not a group around it. The rules are those of the format, "Backward-compatibility
    /// rules".
    static boolean isElement(GroupType list) {
        Type repeated = list.getType(0);
        if (repeated.isPrimitive() || repeated.asGroupType().getFieldCount() != 1) {
            return true;
        }
        GroupType group = repeated.asGroupType();
        return group.getType(0).isRepetition(Repetition.REPEATED)
                || isList(group)
                || isMap(group)
                || group.getName().equals("array")
                || group.getName().equals(list.getName() + "_tuple");
    }

    private static ValueType primitive(PrimitiveType type) {
        return switch (type.getLogicalTypeAnnotation()) {
            case null -> physical(type);
            case StringLogicalTypeAnnotation _, EnumLogicalTypeAnnotation _ -> new ValueType.Text();
            case UUIDLogicalTypeAnnotation _ -> new ValueType.Text();
            case JsonLogicalTypeAnnotation _ -> new ValueType.Json();
            case BsonLogicalTypeAnnotation _ -> new ValueType.Binary();
            case DecimalLogicalTypeAnnotation decimal ->
                    decimal.getPrecision() > ValueType.Decimal.MAX_PRECISION
                            ? physical(type)
                            : new ValueType.Decimal(decimal.getPrecision(), decimal.getScale());
            case DateLogicalTypeAnnotation _ -> new ValueType.Date();
            case TimeLogicalTypeAnnotation time -> new ValueType.Time(precision(time.getUnit()));
            case TimestampLogicalTypeAnnotation stamp ->
                    new ValueType.Timestamp(
                            precision(stamp.getUnit()),
                            stamp.isAdjustedToUTC() ? Optional.of("UTC") : Optional.empty());
            case IntLogicalTypeAnnotation integer ->
                    new ValueType.Int(integer.getBitWidth(), integer.isSigned());
            case Float16LogicalTypeAnnotation _ -> new ValueType.Real(16);
            case IntervalLogicalTypeAnnotation _ -> new ValueType.Interval();
            case UnknownLogicalTypeAnnotation _ -> new ValueType.Null();
            // Annotations that say more of bytes than this model does.
            case LogicalTypeAnnotation _ -> physical(type);
        };
    }

    private static ValueType physical(PrimitiveType type) {
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> new ValueType.Bool();
            case INT32 -> ValueType.Int.INT32;
            case INT64 -> ValueType.Int.INT64;
            case INT96 -> ValueType.Timestamp.local(Precision.NANO);
            case FLOAT -> new ValueType.Real(32);
            case DOUBLE -> ValueType.Real.DOUBLE;
            case BINARY -> new ValueType.Binary();
            case FIXED_LEN_BYTE_ARRAY -> new ValueType.FixedBinary(type.getTypeLength());
        };
    }

    static Precision precision(TimeUnit unit) {
        return switch (unit) {
            case MILLIS -> Precision.MILLI;
            case MICROS -> Precision.MICRO;
            case NANOS -> Precision.NANO;
        };
    }
}

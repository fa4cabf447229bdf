package dev.talaria.datasets.arrow;

import com.google.flatbuffers.FlatBufferBuilder;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.Precision;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.ValueType;

import org.apache.arrow.flatbuf.Binary;
import org.apache.arrow.flatbuf.Bool;
import org.apache.arrow.flatbuf.Date;
import org.apache.arrow.flatbuf.DateUnit;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.Duration;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.FixedSizeBinary;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Interval;
import org.apache.arrow.flatbuf.IntervalUnit;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Null;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Struct_;
import org.apache.arrow.flatbuf.Time;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Utf8;

import java.util.List;
import java.util.Map;

/// Puts the type of records into an Arrow schema.
final class SchemaMessage {

    private final FlatBufferBuilder out;

    private SchemaMessage(FlatBufferBuilder out) {
        this.out = out;
    }

    /// Adds the schema; its offset in the buffer.
    static int add(FlatBufferBuilder out, RecordType type, Map<String, String> metadata) {
        SchemaMessage message = new SchemaMessage(out);
        int[] fields = type.fields().stream().mapToInt(message::field).toArray();
        int columns = Schema.createFieldsVector(out, fields);
        int pairs = message.metadata(metadata);
        return Schema.createSchema(out, Endianness.Little, columns, pairs, 0);
    }

    private int metadata(Map<String, String> metadata) {
        int[] pairs =
                metadata.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .mapToInt(pair ->
                                KeyValue.createKeyValue(
                                        out,
                                        out.createString(pair.getKey()),
                                        out.createString(pair.getValue())))
                        .toArray();
        return Schema.createCustomMetadataVector(out, pairs);
    }

    private int field(Field field) {
        int[] children =
                switch (field.type()) {
                    case ValueType.ListOf(Field element) -> new int[] {field(element)};
                    case ValueType.MapOf(Field key, Field value) ->
                            new int[] {
                                field(Field.required("entries", ValueType.Struct.of(key, value)))
                            };
                    case ValueType.Struct(List<Field> fields) ->
                            fields.stream().mapToInt(this::field).toArray();
                    case ValueType _ -> new int[0];
                };
        int name = out.createString(field.name());
        int childVector = org.apache.arrow.flatbuf.Field.createChildrenVector(out, children);
        int pairs = 0;
        if (field.type() instanceof ValueType.Json) {
            int key = out.createString("ARROW:extension:name");
            int pair = KeyValue.createKeyValue(out, key, out.createString("arrow.json"));
            pairs =
                    org.apache.arrow.flatbuf.Field.createCustomMetadataVector(
                            out, new int[] {pair});
        }
        int type = type(field.type());
        return org.apache.arrow.flatbuf.Field.createField(
                out, name, field.nullable(), kind(field.type()), type, 0, childVector, pairs);
    }

    private static byte kind(ValueType type) {
        return switch (type) {
            case ValueType.Null _ -> Type.Null;
            case ValueType.Bool _ -> Type.Bool;
            case ValueType.Int _ -> Type.Int;
            case ValueType.Real _ -> Type.FloatingPoint;
            case ValueType.Decimal _ -> Type.Decimal;
            case ValueType.Text _, ValueType.Json _ -> Type.Utf8;
            case ValueType.Binary _ -> Type.Binary;
            case ValueType.FixedBinary _ -> Type.FixedSizeBinary;
            case ValueType.Date _ -> Type.Date;
            case ValueType.Time _ -> Type.Time;
            case ValueType.Timestamp _ -> Type.Timestamp;
            case ValueType.Duration _ -> Type.Duration;
            case ValueType.Interval _ -> Type.Interval;
            case ValueType.ListOf _ -> Type.List;
            case ValueType.MapOf _ -> Type.Map;
            case ValueType.Struct _ -> Type.Struct_;
        };
    }

    private int type(ValueType type) {
        return switch (type) {
            case ValueType.Null _ -> {
                Null.startNull(out);
                yield Null.endNull(out);
            }
            case ValueType.Bool _ -> {
                Bool.startBool(out);
                yield Bool.endBool(out);
            }
            case ValueType.Int(int bits, boolean signed) -> Int.createInt(out, bits, signed);
            case ValueType.Real(int bits) ->
                    FloatingPoint.createFloatingPoint(
                            out, (short) Integer.numberOfTrailingZeros(bits / 16));
            case ValueType.Decimal(int precision, int scale) ->
                    Decimal.createDecimal(
                            out, precision, scale, ColumnBuffers.width(type) * Byte.SIZE);
            case ValueType.Text _, ValueType.Json _ -> {
                Utf8.startUtf8(out);
                yield Utf8.endUtf8(out);
            }
            case ValueType.Binary _ -> {
                Binary.startBinary(out);
                yield Binary.endBinary(out);
            }
            case ValueType.FixedBinary(int length) ->
                    FixedSizeBinary.createFixedSizeBinary(out, length);
            case ValueType.Date _ -> Date.createDate(out, DateUnit.DAY);
            case ValueType.Time(Precision unit) ->
                    Time.createTime(
                            out, (short) unit.ordinal(), ColumnBuffers.width(type) * Byte.SIZE);
            case ValueType.Timestamp stamp -> {
                int zone = stamp.zone().map(out::createString).orElse(0);
                yield Timestamp.createTimestamp(out, (short) stamp.precision().ordinal(), zone);
            }
            case ValueType.Duration(Precision unit) ->
                    Duration.createDuration(out, (short) unit.ordinal());
            case ValueType.Interval _ -> Interval.createInterval(out, IntervalUnit.MONTH_DAY_NANO);
            case ValueType.ListOf _ -> {
                org.apache.arrow.flatbuf.List.startList(out);
                yield org.apache.arrow.flatbuf.List.endList(out);
            }
            case ValueType.MapOf _ -> org.apache.arrow.flatbuf.Map.createMap(out, false);
            case ValueType.Struct _ -> {
                Struct_.startStruct_(out);
                yield Struct_.endStruct_(out);
            }
        };
    }
}

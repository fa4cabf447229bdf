package dev.talaria.datasets.arrow;

import com.google.flatbuffers.Table;

import dev.talaria.datasets.arrow.ArrowField.Layout;
import dev.talaria.datasets.bytes.CorruptDataException;
import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.Precision;
import dev.talaria.datasets.record.ValueType;

import org.apache.arrow.flatbuf.Date;
import org.apache.arrow.flatbuf.DateUnit;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.DictionaryEncoding;
import org.apache.arrow.flatbuf.Duration;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.FixedSizeBinary;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Interval;
import org.apache.arrow.flatbuf.IntervalUnit;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Time;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;
import org.apache.arrow.flatbuf.UnionMode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the schema of an Arrow file, whatever is in it.
final class ArrowSchema {

    private static final int MAX_DEPTH = 64;
    private static final int MAX_FIELDS = 100_000;
    private static final String EXTENSION = "ARROW:extension:name";

    private final List<ArrowField> fields = new ArrayList<>();
    private final Map<Long, ArrowField> dictionaries = new HashMap<>();
    private int count;

    private ArrowSchema() {}

    static ArrowSchema of(Schema schema) throws CorruptDataException {
        if (schema.endianness() != Endianness.Little) {
            throw new CorruptDataException("big-endian files are not supported");
        }
        ArrowSchema read = new ArrowSchema();
        for (int i = 0; i < schema.fieldsLength(); i++) {
            read.fields.add(read.field(schema.fields(i), 0));
        }
        return read;
    }

    /// The columns.
    List<ArrowField> fields() {
        return fields;
    }

    /// What the values of each dictionary are.
    Map<Long, ArrowField> dictionaries() {
        return dictionaries;
    }

    private ArrowField field(org.apache.arrow.flatbuf.Field field, int depth)
            throws CorruptDataException {
        if (depth > MAX_DEPTH) {
            throw new CorruptDataException("columns nested more than %d deep".formatted(MAX_DEPTH));
        }
        if (++count > MAX_FIELDS) {
            throw new CorruptDataException("more than %d fields".formatted(MAX_FIELDS));
        }
        String name = field.name() == null ? "" : field.name();
        List<ArrowField> children = new ArrayList<>();
        for (int i = 0; i < field.childrenLength(); i++) {
            children.add(field(field.children(i), depth + 1));
        }
        Shape shape = shape(field, name, children);
        ArrowField values =
                new ArrowField(
                        name,
                        field.nullable() || shape.layout() instanceof Layout.Unions,
                        shape.type(),
                        shape.layout(),
                        children,
                        null);
        DictionaryEncoding encoding = field.dictionary();
        if (encoding == null) {
            return values;
        }
        register(encoding.id(), values);
        Int index = encoding.indexType();
        int bytes = index == null ? 4 : bytes(index.bitWidth(), name);
        boolean signed = index == null || index.isSigned();
        Layout.Fixed indices = new Layout.Fixed(bytes, FixedReaders.integer(bytes, signed));
        return new ArrowField(
                name,
                field.nullable(),
                shape.type(),
                shape.layout(),
                children,
                new ArrowField.Dictionary(encoding.id(), indices));
    }

    // Several fields may share a dictionary; if it held others, they could hold each other.
    private void register(long id, ArrowField values) throws CorruptDataException {
        ArrowField before = dictionaries.put(id, values);
        boolean isNested = values.children().stream().anyMatch(ArrowField::hasDictionary);
        if (before != null && (isNested || !before.type().equals(values.type()))) {
            throw new CorruptDataException(
                    "columns '%s' and '%s' of different types have the same dictionary %d"
                            .formatted(before.name(), values.name(), id));
        }
    }

    private record Shape(ValueType type, Layout layout) {}

    private static <T extends Table> T type(org.apache.arrow.flatbuf.Field field, T table)
            throws CorruptDataException {
        if (field.type(table) == null) {
            throw new CorruptDataException("column '%s' has no type".formatted(field.name()));
        }
        return table;
    }

    private static Shape shape(
            org.apache.arrow.flatbuf.Field field, String name, List<ArrowField> children)
            throws CorruptDataException {
        return switch (field.typeType()) {
            case Type.Null -> new Shape(new ValueType.Null(), new Layout.Nulls());
            case Type.Bool -> new Shape(new ValueType.Bool(), new Layout.Bits());
            case Type.Int -> integer(type(field, new Int()), name);
            case Type.FloatingPoint -> {
                int bits = 16 << type(field, new FloatingPoint()).precision();
                yield fixed(new ValueType.Real(bits), bits / 8, FixedReaders.real(bits));
            }
            case Type.Decimal -> decimal(type(field, new Decimal()), name);
            case Type.Utf8 -> new Shape(text(field), new Layout.Variable(4));
            case Type.LargeUtf8 -> new Shape(text(field), new Layout.Variable(8));
            case Type.Utf8View -> new Shape(text(field), new Layout.View());
            case Type.Binary -> new Shape(new ValueType.Binary(), new Layout.Variable(4));
            case Type.LargeBinary -> new Shape(new ValueType.Binary(), new Layout.Variable(8));
            case Type.BinaryView -> new Shape(new ValueType.Binary(), new Layout.View());
            case Type.FixedSizeBinary -> {
                int width = type(field, new FixedSizeBinary()).byteWidth();
                notNegative(width, name);
                yield fixed(new ValueType.FixedBinary(width), width, FixedReaders.bytes(width));
            }
            case Type.Date ->
                    type(field, new Date()).unit() == DateUnit.DAY
                            ? fixed(new ValueType.Date(), 4, FixedReaders.days())
                            : fixed(new ValueType.Date(), 8, FixedReaders.millisOfDays());
            case Type.Time, Type.Timestamp, Type.Duration, Type.Interval -> moment(field, name);
            case Type.List, Type.LargeList, Type.ListView, Type.LargeListView, Type.FixedSizeList ->
                    list(field, name, only(children, name));
            case Type.Struct_ ->
                    new Shape(
                            new ValueType.Struct(children.stream().map(ArrowField::field).toList()),
                            new Layout.Structs());
            case Type.Map -> map(only(children, name), name);
            case Type.RunEndEncoded -> {
                if (children.size() != 2) {
                    throw new CorruptDataException(
                            "column '%s' has runs without ends and values".formatted(name));
                }
                yield new Shape(children.get(1).type(), new Layout.Runs());
            }
            case Type.Union -> union(type(field, new Union()), name, children.size());
            default ->
                    throw new CorruptDataException(
                            "column '%s' has the unknown type %d"
                                    .formatted(name, field.typeType()));
        };
    }

    private static Shape fixed(ValueType type, int width, ArrowField.FixedReader reader) {
        return new Shape(type, new Layout.Fixed(width, reader));
    }

    private static Shape integer(Int type, String name) throws CorruptDataException {
        int bytes = bytes(type.bitWidth(), name);
        return fixed(
                new ValueType.Int(type.bitWidth(), type.isSigned()),
                bytes,
                FixedReaders.integer(bytes, type.isSigned()));
    }

    private static int bytes(int bits, String name) throws CorruptDataException {
        if (bits != 8 && bits != 16 && bits != 32 && bits != 64) {
            throw new CorruptDataException(
                    "column '%s' has numbers of %d bits".formatted(name, bits));
        }
        return bits / Byte.SIZE;
    }

    private static Shape decimal(Decimal type, String name) throws CorruptDataException {
        int bits = type.bitWidth();
        boolean isKnown = bits == 32 || bits == 64 || bits == 128 || bits == 256;
        if (!isKnown
                || type.precision() < 1
                || type.precision() > ValueType.Decimal.MAX_PRECISION) {
            throw new CorruptDataException(
                    "column '%s' has decimals of %d bits and %d digits"
                            .formatted(name, bits, type.precision()));
        }
        return fixed(
                new ValueType.Decimal(type.precision(), type.scale()),
                bits / Byte.SIZE,
                FixedReaders.decimal(bits / Byte.SIZE, type.scale()));
    }

    private static ValueType text(org.apache.arrow.flatbuf.Field field) {
        for (int i = 0; i < field.customMetadataLength(); i++) {
            KeyValue pair = field.customMetadata(i);
            if (EXTENSION.equals(pair.key()) && "arrow.json".equals(pair.value())) {
                return new ValueType.Json();
            }
        }
        return new ValueType.Text();
    }

    private static Shape moment(org.apache.arrow.flatbuf.Field field, String name)
            throws CorruptDataException {
        return switch (field.typeType()) {
            case Type.Time -> {
                Time time = type(field, new Time());
                Precision unit = precision(time.unit(), name);
                int bytes = bytes(time.bitWidth(), name);
                yield fixed(new ValueType.Time(unit), bytes, FixedReaders.time(bytes, unit));
            }
            case Type.Timestamp -> {
                Timestamp stamp = type(field, new Timestamp());
                Precision unit = precision(stamp.unit(), name);
                Optional<String> zone =
                        Optional.ofNullable(stamp.timezone()).filter(text -> !text.isEmpty());
                yield fixed(
                        new ValueType.Timestamp(unit, zone),
                        8,
                        FixedReaders.stamp(unit, zone.isPresent()));
            }
            case Type.Duration -> {
                Precision unit = precision(type(field, new Duration()).unit(), name);
                yield fixed(new ValueType.Duration(unit), 8, FixedReaders.span(unit));
            }
            default -> interval(type(field, new Interval()));
        };
    }

    private static Shape interval(Interval type) {
        return switch (type.unit()) {
            case IntervalUnit.YEAR_MONTH ->
                    fixed(new ValueType.Interval(), 4, FixedReaders.months());
            case IntervalUnit.DAY_TIME ->
                    fixed(new ValueType.Interval(), 8, FixedReaders.daysAndMillis());
            default -> fixed(new ValueType.Interval(), 16, FixedReaders.monthsDaysAndNanos());
        };
    }

    private static Precision precision(int unit, String name) throws CorruptDataException {
        if (unit < 0 || unit >= Precision.values().length) {
            throw new CorruptDataException(
                    "column '%s' counts time in the unknown unit %d".formatted(name, unit));
        }
        return Precision.values()[unit];
    }

    private static Shape list(org.apache.arrow.flatbuf.Field field, String name, ArrowField element)
            throws CorruptDataException {
        Layout layout =
                switch (field.typeType()) {
                    case Type.List -> new Layout.Lists(4);
                    case Type.LargeList -> new Layout.Lists(8);
                    case Type.ListView -> new Layout.ListViews(4);
                    case Type.LargeListView -> new Layout.ListViews(8);
                    default -> {
                        int size = type(field, new FixedSizeList()).listSize();
                        notNegative(size, name);
                        yield new Layout.FixedLists(size);
                    }
                };
        Field type = new Field("element", element.type(), element.nullable());
        return new Shape(new ValueType.ListOf(type), layout);
    }

    // There is no such type here, so a value of any of its types becomes the JSON it would be.
    private static Shape union(Union type, String name, int children) throws CorruptDataException {
        int count = type.typeIdsVector() == null ? children : type.typeIdsLength();
        if (count != children) {
            throw new CorruptDataException(
                    "column '%s' is a union of %d types with %d numbers"
                            .formatted(name, children, count));
        }
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            codes.add(type.typeIdsVector() == null ? i : type.typeIds(i));
        }
        return new Shape(
                new ValueType.Json(), new Layout.Unions(codes, type.mode() == UnionMode.Dense));
    }

    private static Shape map(ArrowField entries, String name) throws CorruptDataException {
        if (!(entries.layout() instanceof Layout.Structs) || entries.children().size() != 2) {
            throw new CorruptDataException(
                    "column '%s' is a map without keys and values".formatted(name));
        }
        ArrowField key = entries.children().get(0);
        ArrowField value = entries.children().get(1);
        return new Shape(
                new ValueType.MapOf(
                        Field.required("key", key.type()),
                        new Field("value", value.type(), value.nullable())),
                new Layout.Maps());
    }

    private static ArrowField only(List<ArrowField> children, String name)
            throws CorruptDataException {
        if (children.size() != 1) {
            throw new CorruptDataException(
                    "column '%s' has %d children instead of one".formatted(name, children.size()));
        }
        return children.getFirst();
    }

    private static void notNegative(int size, String name) throws CorruptDataException {
        if (size < 0) {
            throw new CorruptDataException("column '%s' has the size %d".formatted(name, size));
        }
    }
}

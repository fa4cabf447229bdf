package dev.talaria.datasets.parquet;

import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/// Puts rows together from the fields that a record reader walks through.
final class RowConverter extends RecordMaterializer<Row> {

    private final RecordType type;
    private final Fields root;
    private List<Value> current = List.of();

    RowConverter(MessageType schema, RecordType type) {
        this.type = type;
        this.root = new Fields(schema, values -> current = values);
    }

    @Override
    public Row getCurrentRecord() {
        return new Row(type, current);
    }

    @Override
    public GroupConverter getRootConverter() {
        return root;
    }

    private static Converter converter(Type type, Consumer<Value> next) {
        if (type.isPrimitive()) {
            ValueType value = ParquetTypes.value(type);
            return new LeafConverter(type.asPrimitiveType(), value, next);
        }
        GroupType group = type.asGroupType();
        if (ParquetTypes.isList(group)) {
            return new ListConverter(group, next);
        }
        if (ParquetTypes.isMap(group)) {
            return new MapConverter(group, next);
        }
        return new Fields(group, values -> next.accept(new Value.Struct(values)));
    }

    /// The fields of a record or struct; those that are repeated are lists.
    private static final class Fields extends GroupConverter {

        private final Converter[] converters;
        private final boolean[] repeated;
        private final List<List<Value>> lists = new ArrayList<>();
        private final Consumer<List<Value>> next;
        private Value[] values = new Value[0];

        Fields(GroupType group, Consumer<List<Value>> next) {
            this.next = next;
            this.converters = new Converter[group.getFieldCount()];
            this.repeated = new boolean[group.getFieldCount()];
            for (int i = 0; i < converters.length; i++) {
                int place = i;
                Type field = group.getType(i);
                repeated[i] = field.isRepetition(Repetition.REPEATED);
                lists.add(List.of());
                converters[i] =
                        converter(
                                field,
                                repeated[i]
                                        ? value -> lists.get(place).add(value)
                                        : value -> values[place] = value);
            }
        }

        @Override
        public Converter getConverter(int field) {
            return converters[field];
        }

        @Override
        public void start() {
            values = new Value[converters.length];
            Arrays.fill(values, Value.Null.NULL);
            for (int i = 0; i < repeated.length; i++) {
                if (repeated[i]) {
                    lists.set(i, new ArrayList<>());
                }
            }
        }

        @Override
        public void end() {
            for (int i = 0; i < repeated.length; i++) {
                if (repeated[i]) {
                    values[i] = new Value.Elements(Collections.unmodifiableList(lists.get(i)));
                }
            }
            next.accept(Collections.unmodifiableList(Arrays.asList(values)));
        }
    }

    /// A group around one repeated field.
    private static final class ListConverter extends GroupConverter {

        private final Consumer<Value> next;
        private final Converter element;
        private List<Value> elements = new ArrayList<>();

        ListConverter(GroupType list, Consumer<Value> next) {
            this.next = next;
            this.element =
                    ParquetTypes.isElement(list)
                            ? converter(list.getType(0), value -> elements.add(value))
                            : new Fields(list.getType(0).asGroupType(), this::add);
        }

        private void add(List<Value> wrapped) {
            elements.add(wrapped.getFirst());
        }

        @Override
        public Converter getConverter(int field) {
            return element;
        }

        @Override
        public void start() {
            elements = new ArrayList<>();
        }

        @Override
        public void end() {
            next.accept(new Value.Elements(Collections.unmodifiableList(elements)));
        }
    }

    private static final class MapConverter extends GroupConverter {

        private final Consumer<Value> next;
        private final Fields entry;
        private List<Value.Entry> entries = new ArrayList<>();

        MapConverter(GroupType map, Consumer<Value> next) {
            this.next = next;
            this.entry = new Fields(map.getType(0).asGroupType(), this::add);
        }

        private void add(List<Value> pair) {
            entries.add(new Value.Entry(pair.get(0), pair.get(1)));
        }

        @Override
        public Converter getConverter(int field) {
            return entry;
        }

        @Override
        public void start() {
            entries = new ArrayList<>();
        }

        @Override
        public void end() {
            next.accept(new Value.Entries(Collections.unmodifiableList(entries)));
        }
    }
}

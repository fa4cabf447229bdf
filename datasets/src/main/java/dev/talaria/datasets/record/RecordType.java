package dev.talaria.datasets.record;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The columns of a file's rows, in order; names are unique. Immutable.
public final class RecordType {

    private final List<Field> fields;
    private final Map<String, Integer> places = new HashMap<>();

    /// @throws IllegalArgumentException where two fields have the same name
    public RecordType(List<Field> fields) {
        this.fields = List.copyOf(fields);
        for (int i = 0; i < this.fields.size(); i++) {
            Integer before = places.put(this.fields.get(i).name(), i);
            if (before != null) {
                throw new IllegalArgumentException(
                        "columns %d and %d are both named '%s'; rename one"
                                .formatted(before, i, this.fields.get(i).name()));
            }
        }
    }

    public static RecordType of(Field... fields) {
        return new RecordType(List.of(fields));
    }

    /// The columns in order.
    public List<Field> fields() {
        return fields;
    }

    /// The names of the columns in order.
    public List<String> names() {
        return fields.stream().map(Field::name).toList();
    }

    /// The place of a column, or -1 where there is none of that name.
    public int indexOf(String name) {
        return places.getOrDefault(name, -1);
    }

    /// The column of that name, or null.
    public @Nullable Field field(String name) {
        Integer place = places.get(name);
        return place == null ? null : fields.get(place);
    }

    /// Only these columns, in the order they are named.
    ///
    /// @throws IllegalArgumentException naming the column that is not there, and those that are
    public RecordType project(Collection<String> names) {
        List<Field> chosen = new ArrayList<>();
        for (String name : names) {
            Field field = field(name);
            if (field == null) {
                throw new IllegalArgumentException(
                        "there is no column '%s'; there are %s"
                                .formatted(name, String.join(", ", names())));
            }
            chosen.add(field);
        }
        return new RecordType(chosen);
    }

    @Override
    public boolean equals(Object other) {
        return other == this || other instanceof RecordType type && fields.equals(type.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return fields.stream().map(Field::toString).collect(Collectors.joining(", ", "{", "}"));
    }
}

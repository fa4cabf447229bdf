package dev.talaria.datasets.record;

import static java.util.Objects.requireNonNull;

/// A named part of a record, struct or list: its type, and whether a value may be missing.
public record Field(String name, ValueType type, boolean nullable) {

    public Field {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
    }

    /// A field whose value may be null.
    public static Field nullable(String name, ValueType type) {
        return new Field(name, type, true);
    }

    /// A field that always has a value.
    public static Field required(String name, ValueType type) {
        return new Field(name, type, false);
    }

    /// As a schema is printed: `name type`, with `not null` where it has to be there.
    @Override
    public String toString() {
        return name + " " + type + (nullable ? "" : " not null");
    }
}

package dev.talaria.datasets.filter;

import dev.talaria.datasets.record.Value;

import java.util.List;
import java.util.OptionalInt;

/// A filter, or a part of one.
sealed interface Condition {

    /// What it says of a row's values.
    Truth of(List<Value> values);

    /// The least that any of them says.
    record All(List<Condition> parts) implements Condition {
        @Override
        public Truth of(List<Value> values) {
            Truth least = Truth.TRUE;
            for (Condition part : parts) {
                Truth one = part.of(values);
                if (one == Truth.FALSE) {
                    return Truth.FALSE;
                }
                least = one.compareTo(least) < 0 ? one : least;
            }
            return least;
        }
    }

    /// The most that any of them says.
    record Any(List<Condition> parts) implements Condition {
        @Override
        public Truth of(List<Value> values) {
            Truth most = Truth.FALSE;
            for (Condition part : parts) {
                Truth one = part.of(values);
                if (one == Truth.TRUE) {
                    return Truth.TRUE;
                }
                most = one.compareTo(most) > 0 ? one : most;
            }
            return most;
        }
    }

    record Not(Condition part) implements Condition {
        @Override
        public Truth of(List<Value> values) {
            return part.of(values).negated();
        }
    }

    record IsNull(int column) implements Condition {
        @Override
        public Truth of(List<Value> values) {
            return Truth.of(values.get(column).isNull());
        }
    }

    record Compare(int column, Comparison comparison, Value literal) implements Condition {
        @Override
        public Truth of(List<Value> values) {
            OptionalInt order = Literals.compare(values.get(column), literal);
            return order.isEmpty() ? Truth.UNKNOWN : Truth.of(comparison.holds(order.getAsInt()));
        }
    }

    record In(int column, List<Value> literals) implements Condition {
        @Override
        public Truth of(List<Value> values) {
            Value cell = values.get(column);
            if (cell.isNull()) {
                return Truth.UNKNOWN;
            }
            for (Value literal : literals) {
                OptionalInt order = Literals.compare(cell, literal);
                if (order.isPresent() && order.getAsInt() == 0) {
                    return Truth.TRUE;
                }
            }
            return Truth.FALSE;
        }
    }

    record Like(int column, TextPattern pattern) implements Condition {
        @Override
        public Truth of(List<Value> values) {
            return switch (values.get(column)) {
                case Value.Text(String text) -> Truth.of(pattern.matches(text));
                case Value.Json(String text) -> Truth.of(pattern.matches(text));
                default -> Truth.UNKNOWN;
            };
        }
    }
}

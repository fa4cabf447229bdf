package dev.talaria.eval.python;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A value of a type that literals have. Immutable, where nobody changes the array of a [Bytes].
///
/// `equals` is Python's `==`: numbers by their value, `True` as 1, containers deeply, a list never
/// equal to a tuple; `nan` is not even equal to itself. `hashCode` goes with it.
public sealed interface PythonValue {

    /// The only value of its type.
    enum None implements PythonValue {
        NONE
    }

    /// `...`, as models write where they leave something out.
    enum Ellipsis implements PythonValue {
        ELLIPSIS
    }

    /// What is compared by its numeric value. Complex numbers are not read.
    sealed interface Numeric extends PythonValue {}

    /// A truth value, which is a whole number too.
    record Bool(boolean value) implements Numeric {

        @Override
        public boolean equals(Object other) {
            return Numbers.equal(this, other);
        }

        @Override
        public int hashCode() {
            return Numbers.hash(this);
        }
    }

    /// A whole number of any size.
    record Int(BigInteger value) implements Numeric {

        public Int {
            requireNonNull(value, "value");
        }

        @Override
        public boolean equals(Object other) {
            return Numbers.equal(this, other);
        }

        @Override
        public int hashCode() {
            return Numbers.hash(this);
        }
    }

    /// A `float`.
    record Real(double value) implements Numeric {

        @Override
        public boolean equals(Object other) {
            return Numbers.equal(this, other);
        }

        @Override
        public int hashCode() {
            return Numbers.hash(this);
        }
    }

    /// A `str`.
    record Text(String value) implements PythonValue {

        public Text {
            requireNonNull(value, "value");
        }
    }

    /// A `bytes`; the array belongs to the value.
    record Bytes(byte[] value) implements PythonValue {

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "Bytes" + Arrays.toString(value);
        }
    }

    /// A `list`.
    record Sequence(List<PythonValue> values) implements PythonValue {

        public Sequence {
            values = List.copyOf(values);
        }
    }

    /// A `tuple`.
    record Tuple(List<PythonValue> values) implements PythonValue {

        public Tuple {
            values = List.copyOf(values);
        }
    }

    /// A `set`.
    record SetOf(Set<PythonValue> values) implements PythonValue {

        public SetOf {
            values = Collections.unmodifiableSet(new LinkedHashSet<>(values));
        }
    }

    /// A `dict`, in the order its keys came first.
    record Dict(Map<PythonValue, PythonValue> entries) implements PythonValue {

        public Dict {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        /// The value of a string key, or null.
        public PythonValue get(String key) {
            return entries.get(new Text(key));
        }
    }

    /// What `bool(value)` is.
    default boolean isTruthy() {
        return switch (this) {
            case None _ -> false;
            case Ellipsis _ -> true;
            case Bool(boolean value) -> value;
            case Int(BigInteger value) -> value.signum() != 0;
            case Real(double value) -> value != 0;
            case Text(String value) -> !value.isEmpty();
            case Bytes(byte[] value) -> value.length > 0;
            case Sequence(List<PythonValue> values) -> !values.isEmpty();
            case Tuple(List<PythonValue> values) -> !values.isEmpty();
            case SetOf(Set<PythonValue> values) -> !values.isEmpty();
            case Dict(Map<PythonValue, PythonValue> entries) -> !entries.isEmpty();
        };
    }

    /// Whether it may be a key or stand in a set: nothing in it can be changed in Python.
    default boolean isHashable() {
        return switch (this) {
            case Sequence _, SetOf _, Dict _ -> false;
            case Tuple(List<PythonValue> values) ->
                    values.stream().allMatch(PythonValue::isHashable);
            case None _, Ellipsis _, Bool _, Int _, Real _, Text _, Bytes _ -> true;
        };
    }

    /// The name of its class, such as `str`.
    default String typeName() {
        return switch (this) {
            case None _ -> "NoneType";
            case Ellipsis _ -> "ellipsis";
            case Bool _ -> "bool";
            case Int _ -> "int";
            case Real _ -> "float";
            case Text _ -> "str";
            case Bytes _ -> "bytes";
            case Sequence _ -> "list";
            case Tuple _ -> "tuple";
            case SetOf _ -> "set";
            case Dict _ -> "dict";
        };
    }

    /// Equality as JSON has it, which tells `true` from 1: stricter than `equals`.
    default boolean sameJson(PythonValue other) {
        return switch (this) {
            case Sequence(List<PythonValue> values) ->
                    other instanceof Sequence(List<PythonValue> others) && same(values, others);
            case Tuple(List<PythonValue> values) ->
                    other instanceof Tuple(List<PythonValue> others) && same(values, others);
            case Dict(Map<PythonValue, PythonValue> entries) ->
                    other instanceof Dict(Map<PythonValue, PythonValue> others)
                            && entries.keySet().equals(others.keySet())
                            && entries.entrySet().stream()
                                    .allMatch(
                                            it -> it.getValue().sameJson(others.get(it.getKey())));
            case Bool _ -> other instanceof Bool && equals(other);
            case None _, Ellipsis _, Int _, Real _, Text _, Bytes _, SetOf _ ->
                    !(other instanceof Bool) && equals(other);
        };
    }

    private static boolean same(List<PythonValue> values, List<PythonValue> others) {
        if (values.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < values.size(); i++) {
            if (!values.get(i).sameJson(others.get(i))) {
                return false;
            }
        }
        return true;
    }

    /// A list of these.
    static Sequence list(PythonValue... values) {
        return new Sequence(new ArrayList<>(List.of(values)));
    }

    /// A whole number.
    static Int of(long value) {
        return new Int(BigInteger.valueOf(value));
    }

    /// Numbers compared by value, exactly.
    final class Numbers {

        private Numbers() {}

        private static boolean equal(Numeric one, Object other) {
            if (!(other instanceof Numeric second)) {
                return false;
            }
            if (one instanceof Real(double a) && second instanceof Real(double b)) {
                return a == b;
            }
            if (!isFinite(one) || !isFinite(second)) {
                return false;
            }
            return exact(one).compareTo(exact(second)) == 0;
        }

        private static int hash(Numeric number) {
            if (!isFinite(number)) {
                return Double.hashCode(((Real) number).value());
            }
            BigDecimal exact = exact(number).stripTrailingZeros();
            return exact.signum() == 0 ? 0 : exact.hashCode();
        }

        private static boolean isFinite(Numeric number) {
            return !(number instanceof Real(double value)) || Double.isFinite(value);
        }

        private static BigDecimal exact(Numeric number) {
            return switch (number) {
                case Bool(boolean value) -> value ? BigDecimal.ONE : BigDecimal.ZERO;
                case Int(BigInteger value) -> new BigDecimal(value);
                case Real(double value) -> new BigDecimal(value);
            };
        }
    }
}

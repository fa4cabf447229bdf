package dev.talaria.datasets.filter;

import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;

/// A condition on rows, such as `total >= 100 and (currency = 'EUR' or currency is null)`.
///
/// Comparisons (`=`, `==`, `!=`, `<>`, `<`, `<=`, `>`, `>=`) of a column with a number, a `'text'`,
/// `true` or `false`; dates and timestamps are compared with their ISO 8601 text. `is null`, `is
/// not null`, `like 'a_c%'`, `in ('a', 'b')`, the latter two also with `not` before them. `and`,
/// `or`, `not` and parentheses, in this order of strength from the weakest: or, and, not. Words may
/// be in upper case; `"a column"` with odd characters stands in double quotes, and quotes inside of
/// quotes are doubled. What is null is neither equal nor unequal, as in SQL.
///
/// Time is linear in filter and row. Immutable, for any number of threads.
public final class RowFilter {

    private final Condition condition;

    private RowFilter(Condition condition) {
        this.condition = condition;
    }

    /// The filter of that text for rows of that type.
    ///
    /// @throws FilterException where it is none, with the place
    public static RowFilter of(String text, RecordType type) {
        return new RowFilter(new FilterParser(text, type).parse());
    }

    /// Whether the row is wanted.
    public boolean matches(Row row) {
        return condition.of(row.values()) == Truth.TRUE;
    }
}

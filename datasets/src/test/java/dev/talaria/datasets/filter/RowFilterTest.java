package dev.talaria.datasets.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.Precision;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.time.LocalDate;

class RowFilterTest {

    private static final RecordType TYPE =
            RecordType.of(
                    Field.nullable("n", ValueType.Int.INT64),
                    Field.nullable("x", ValueType.Real.DOUBLE),
                    Field.nullable("name", new ValueType.Text()),
                    Field.nullable("ok", new ValueType.Bool()),
                    Field.nullable("day", new ValueType.Date()),
                    Field.nullable("at", ValueType.Timestamp.utc(Precision.MICRO)),
                    Field.nullable("odd name", new ValueType.Text()),
                    Field.nullable("list", ValueType.ListOf.of(new ValueType.Text())));

    private static final Row ROW =
            Row.of(
                    TYPE,
                    new Value.Int(7),
                    new Value.Real(0.1),
                    new Value.Text("Oak's 50%"),
                    new Value.Bool(true),
                    new Value.Date(LocalDate.of(2026, 1, 31)),
                    new Value.Timestamp(Instant.parse("2026-01-31T12:00:00Z")),
                    Value.Null.NULL,
                    Value.Null.NULL);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n = 7",
                "n == 7.0 and n != 8 and n <> 8",
                "n>=7 AND n<=7 AND NOT n<7",
                "n > -1e3",
                "x = 0.1",
                "name = 'Oak''s 50%'",
                "name like 'Oak%'",
                "name like '_ak%50_'",
                "name not like 'oak%'",
                "ok = true",
                "not ok = false",
                "day < '2026-02-01'",
                "at >= '2026-01-31T12:00:00Z'",
                "n in (1, 7)",
                "n not in (1, 2)",
                "\"odd name\" is null",
                "n is not null",
                "list is null",
                "n = 1 or n = 7 and ok = true",
                "(n = 1 or n = 7) and name > 'A'"
            })
    void rowsThatSatisfyTheFilterMatch(String filter) {
        assertThat(RowFilter.of(filter, TYPE).matches(ROW)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n = 8",
                "\"odd name\" = 'x'",
                "not \"odd name\" = 'x'",
                "\"odd name\" not in ('x')",
                "\"odd name\" not like '%'",
                "n = 7 and \"odd name\" = 'x'",
                "n = 1 and n = 7 or n = 2",
                "name like 'Oak'"
            })
    void othersDoNotAndWhatIsNullNeitherWay(String filter) {
        assertThat(RowFilter.of(filter, TYPE).matches(ROW)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "m = 1 | column 1: there is no column 'm'; there are n, x",
                "n = | column 4: expected a number or a 'text', found the end",
                "n = 1 n | column 7: expected 'and', 'or' or the end, found 'n'",
                "n = 'a' | column 5: column 'n' is int64; compare it with a number",
                "n = null | column 5: nothing is equal to null",
                "name = Oak | column 8: 'Oak' is no value; texts stand in single quotes",
                "name = 'a | column 8: the quote is not closed",
                "n like 'a' | column 8: column 'n' is int64; like is for texts",
                "day = 'soon' | column 7: column 'day' is date; compare it with a date such as",
                "list = 'a' | column 8: column 'list' is list<text>; compare it with nothing but"
                        + " null",
                "n % 2 = 0 | column 3: '%' means nothing here",
                "n = 1.2.3 | column 5: '1.2.3' is no number",
                "(n = 1 | column 7: expected ')', found the end",
                "n is nil | column 6: expected 'null', found 'nil'",
                "n not = 1 | column 7: expected 'like' or 'in', found '='"
            })
    void errorsSayWhereAndWhatIsWanted(String filter, String message) {
        assertThatThrownBy(() -> RowFilter.of(filter, TYPE))
                .isInstanceOf(FilterException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void deepNestingIsRefusedNotFollowed() {
        String filter = "(".repeat(100_000) + "n = 1" + ")".repeat(100_000);

        assertThatThrownBy(() -> RowFilter.of(filter, TYPE))
                .isInstanceOf(FilterException.class)
                .hasMessageContaining("column 201: nested deeper than 200");
    }
}

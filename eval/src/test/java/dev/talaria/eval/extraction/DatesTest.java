package dev.talaria.eval.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.LocalDate;

/// Spellings of days that are one day, and those that are another or none.
class DatesTest {

    private static final DateText DAY_FIRST = new DateText(DateOrder.DMY);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2018-04-02",
                "2018/04/02",
                "2018.4.2",
                "20180402",
                "2018-04-02T18:31:00Z",
                "2018-04-02 18:31:07.25 +02:00",
                "02/04/2018",
                "2/4/2018",
                "02.04.18",
                "2-4-18",
                "02 04 2018",
                "02/04/2018 8:01:11 PM",
                "02 APR 2018",
                "02/APR/2018",
                "2-Apr-18",
                "2nd of April 2018",
                "2. April 2018",
                "April 2 , 2018",
                "April 2nd, 2018",
                "Apr. 2, 2018",
                "Monday, 2 April 2018",
                "Mon, Apr 2 2018",
                "2018 April 2",
                "2 avril 2018",
                "Montag, 2. April 2018",
                "2 de abril de 2018",
                "2 aprile 2018",
                "2018年4月2日",
                "２０１８-０４-０２",
                "  2 \u00a0 April   2018. ",
            })
    void theSecondOfAprilHasManySpellings(String text) {
        assertThat(DAY_FIRST.read(text)).contains(LocalDate.of(2018, 4, 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "04/03/2018",
                "2018-02-04",
                "2 May 2018",
                "20180204",
                "02.04.2017",
                "02/04/1918",
            })
    void otherDaysAreOtherDays(String text) {
        assertThat(DAY_FIRST.read(text)).isPresent();
        assertThat(DAY_FIRST.read(text)).isNotEqualTo(DAY_FIRST.read("2018-04-02"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "soon",
                "2018",
                "April 2018",
                "31/02/2018",
                "13/13/2018",
                "2/4",
                "02-04/2018",
                "12345678",
                "02/04/2018 to 03/04/2018",
                "Invoice 2 April 2018",
                "2 Foo 2018",
                "1.234.567",
                "02/04/201",
                "+60 07-355 2616",
            })
    void whatIsNoDayIsNone(String text) {
        assertThat(DAY_FIRST.read(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "DMY, 03/04/2005, 2005-04-03",
        "MDY, 03/04/2005, 2005-03-04",
        "YMD, 03/04/2005, 2005-04-03",
        "DMY, 03/04/05, 2005-04-03",
        "MDY, 03/04/05, 2005-03-04",
        "YMD, 03/04/05, 2003-04-05",
        // Only one order is possible, whichever is usual.
        "DMY, 12/25/2005, 2005-12-25",
        "MDY, 25/12/2005, 2005-12-25",
        // The year is seen.
        "MDY, 2005-03-04, 2005-03-04",
        "DMY, 2005/25/12, 2005-12-25",
        // The name is seen.
        "MDY, 3 April 2005, 2005-04-03",
        "DMY, April 3 2005, 2005-04-03",
    })
    void theOrderDecidesOnlyWhereMoreThanOneIsPossible(DateOrder order, String text, String day) {
        assertThat(new DateText(order).read(text)).contains(LocalDate.parse(day));
    }

    @Test
    void twoDigitsOfAYearAreFrom1970To2069() {
        assertThat(DAY_FIRST.read("01/01/69")).contains(LocalDate.of(2069, 1, 1));
        assertThat(DAY_FIRST.read("01/01/70")).contains(LocalDate.of(1970, 1, 1));
    }

    @Test
    void aLongTextIsNoDayAndTakesNoTime() {
        assertThat(DAY_FIRST.read("1/".repeat(1_000_000))).isEmpty();
    }
}

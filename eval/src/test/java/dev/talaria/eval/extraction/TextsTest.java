package dev.talaria.eval.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Texts and truths that are the same, and those that are not.
class TextsTest {

    private static final Normalization USUAL = Normalization.usual();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "Nike Inc.|NIKE Inc",
                "Nike  Inc|Nike\tInc",
                " Nike|Nike ",
                "ＮＩＫＥ|nike",
                "Straße|STRASSE",
                "Οδυσσεύς|ΟΔΥΣΣΕΎΣ",
                "Cafe\u0301|Café",
                "ﬁne|fine",
                "“quoted”|\"quoted\"",
                "O’Neill|O'Neill",
                "1999–2001|1999-2001",
                "soft\u00adhyphen|softhyphen",
                "Total:|Total",
                "What?!|What",
            })
    void spellingsOfOneText(String one, String other) {
        assertThat(PlainText.of(one)).isEqualTo(PlainText.of(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Nike Inc.|Nike Ltd.",
                "Café|Cafe",
                "A B|AB",
                "A,B|A, B",
                "[Nike]|Nike",
                ".NET|NET",
                "...|!",
                "1.0|1",
            })
    void otherTexts(String one, String other) {
        assertThat(PlainText.of(one)).isNotEqualTo(PlainText.of(other));
    }

    @ParameterizedTest
    @CsvSource({
        "BOOLEAN, true, 'yes', true",
        "BOOLEAN, false, 'No', true",
        "BOOLEAN, true, 'no', false",
        "BOOLEAN, true, 'maybe', false",
        "AMOUNT, 31, '31.00', true",
        "AMOUNT, 31.0, 31, true",
        "AMOUNT, 31, '31.01', false",
        "AMOUNT, 31, 'thirty-one', false",
        "AMOUNT, 'on request', 'On request.', true",
        "DATE, '2018-04-02', '2 April 2018', true",
        "DATE, '2018-04-02', 20180402, true",
        "DATE, '2018-04-02', '2 May 2018', false",
        "DATE, 'next week', 'Next week', true",
        "TEXT, '31.', 31, true",
        "TEXT, '31.00', '31', false",
        "TEXT, '2018-04-02', '2 April 2018', false",
        "TEXT, 'yes', 'y', false",
    })
    void aTypeSaysWhatIsTheSame(FieldType type, String one, String other, boolean isSame) {
        assertThat(USUAL.read(type, value(one)).isSameAs(USUAL.read(type, value(other))))
                .isEqualTo(isSame);
        assertThat(USUAL.read(type, value(other)).isSameAs(USUAL.read(type, value(one))))
                .isEqualTo(isSame);
    }

    // What CsvSource leaves of a number is one; of anything else, a string.
    private static JsonNode value(String text) {
        boolean isLiteral = text.matches("true|false|31|31\\.0|20180402");
        return isLiteral
                ? JsonMapper.shared().readTree(text)
                : JsonMapper.shared().getNodeFactory().stringNode(text);
    }
}

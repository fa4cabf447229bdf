package dev.talaria.eval.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PythonJsonTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{\"a\": [1, 2.0, true, null]} ~ {'a': [1, 2.0, True, None]}",
                "{\"a\": 1, \"b\": 2, \"a\": 3} ~ {'a': 3, 'b': 2}",
                "[NaN, Infinity, -Infinity] ~ [nan, inf, -inf]",
                "123456789012345678901234567890 ~ 123456789012345678901234567890",
                "-0 ~ 0",
                "-0.0 ~ -0.0",
                "1e3 ~ 1000.0",
                "1E-2 ~ 0.01",
                "\"\\u00e9\\/\\n\" ~ 'é/\\n'",
                "\"\\ud83d\\ude00\" ~ '😀'",
                "[] ~ []",
                "{} ~ {}",
            })
    void isReadAsPythonReadsIt(String text, String shown) throws PythonSyntaxException {
        assertThat(PythonText.repr(PythonJson.loads(text))).isEqualTo(shown);
    }

    @Test
    void whiteSpaceMayStandAround() throws PythonSyntaxException {
        assertThat(PythonJson.loads(" \t\r\n[ 1 ,\n2 ] \n"))
                .isEqualTo(PythonValue.list(PythonValue.of(1), PythonValue.of(2)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{'a': 1}",
                "[1,]",
                "{\"a\": 1,}",
                "{\"a\" 1}",
                "{a: 1}",
                "[1 2]",
                "[1] 2",
                "01",
                "+1",
                ".5",
                "1.",
                "1e",
                "-",
                "- 1",
                "-NaN",
                "True",
                "nul",
                "\"a",
                "\"\\x41\"",
                "\"\\u12g4\"",
                "\"a\nb\"",
                "\"a\tb\"",
                "[1, // one\n2]",
                "\ufeff1",
                "\u00a01",
                "[",
                "{\"a\"",
            })
    void whatPythonDoesNotTakeIsRefused(String text) {
        assertThatThrownBy(() -> PythonJson.loads(text)).isInstanceOf(PythonSyntaxException.class);
    }

    @Test
    void nestingIsBounded() throws PythonSyntaxException {
        assertThat(PythonJson.loads("[".repeat(900) + "]".repeat(900))).isNotNull();
        assertThatThrownBy(() -> PythonJson.loads("[".repeat(1_000_000)))
                .isInstanceOf(PythonSyntaxException.class);
        assertThatThrownBy(() -> PythonJson.loads("{\"a\":".repeat(1_000_000)))
                .isInstanceOf(PythonSyntaxException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "[Infinity]", "[-Infinity]", "{\"a\": 1, \"a\": 1}"})
    void byTheLetterMoreIsRefused(String text) {
        assertThatThrownBy(() -> PythonJson.strict(text)).isInstanceOf(PythonSyntaxException.class);
    }

    @Test
    void leniencyTakesJsonFirstAndLiteralsSecond() throws PythonSyntaxException {
        assertThat(PythonReader.LENIENT.read("{'a': None}"))
                .isEqualTo(PythonJson.loads("{\"a\": null}"));
        assertThat(PythonReader.LENIENT.read("[NaN, null]"))
                .isInstanceOf(PythonValue.Sequence.class);
        assertThatThrownBy(() -> PythonReader.STRICT.read("{'a': None}"))
                .isInstanceOf(PythonSyntaxException.class);
        assertThatThrownBy(() -> PythonReader.LENIENT.read("[null, None]"))
                .isInstanceOf(PythonSyntaxException.class);
    }
}

package dev.talaria.eval.python;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonEqualityTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "1 ~ 1.0",
                "1 ~ True",
                "0.0 ~ False",
                "-0.0 ~ 0",
                "10000000000000000 ~ 1e16",
                "[1, {'a': 2.0}] ~ [True, {'a': 2}]",
                "{'a': 1, 'b': 2} ~ {'b': 2, 'a': 1}",
                "{1: 'x'} ~ {True: 'x'}",
                "{1, 2} ~ {2.0, 1}",
                "(1, 2) ~ (1.0, 2)",
                "'a' ~ \"a\"",
                "1e999 ~ 1e999",
            })
    void isPythonsOwn(String one, String other) throws PythonSyntaxException {
        PythonValue a = PythonLiteral.parse(one);
        PythonValue b = PythonLiteral.parse(other);
        assertThat(a.equals(b)).isTrue();
        assertThat(b.equals(a)).isTrue();
        assertThat(a.hashCode()).isEqualTo(b.hashCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "1 ~ '1'",
                "1 ~ 2",
                "0 ~ None",
                "'' ~ None",
                "False ~ None",
                "[1] ~ (1,)",
                "[1] ~ [1, 1]",
                "[1, 2] ~ [2, 1]",
                "'a' ~ b'a'",
                "'a' ~ 'A'",
                "10000000000000001 ~ 1e16",
                "0.1 ~ 0.10000000000000002",
                "1e999 ~ -1e999",
                "{'a': None} ~ {}",
                "{} ~ []",
                "{} ~ set()",
            })
    void tellsApartWhatPythonDoes(String one, String other) throws PythonSyntaxException {
        PythonValue a = PythonLiteral.parse(one);
        PythonValue b = PythonLiteral.parse(other);
        assertThat(a.equals(b)).isFalse();
        assertThat(b.equals(a)).isFalse();
    }

    @Test
    void whatIsNotANumberEqualsNothing() throws PythonSyntaxException {
        assertThat(PythonJson.loads("NaN").equals(PythonJson.loads("NaN"))).isFalse();
        assertThat(PythonJson.loads("[NaN]").equals(PythonJson.loads("[NaN]"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "1 ~ 1.0 ~ true",
                "1 ~ True ~ false",
                "True ~ 1 ~ false",
                "True ~ True ~ true",
                "[1, {'a': 0}] ~ [1.0, {'a': 0.0}] ~ true",
                "[1, {'a': 0}] ~ [1, {'a': False}] ~ false",
                "{'a': 1} ~ {'a': 1, 'b': 1} ~ false",
                "[1] ~ (1,) ~ false",
                "None ~ None ~ true",
            })
    void jsonTellsTruthFromOne(String one, String other, boolean same)
            throws PythonSyntaxException {
        assertThat(PythonLiteral.parse(one).sameJson(PythonLiteral.parse(other))).isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "0 ~ false", "0.0 ~ false", "'' ~ false", "[] ~ false", "{} ~ false",
                "() ~ false", "set() ~ false", "b'' ~ false", "None ~ false", "False ~ false",
                "1 ~ true", "-0.1 ~ true", "' ' ~ true", "'0' ~ true", "[None] ~ true",
                "{'': 0} ~ true", "(0,) ~ true", "{0} ~ true", "b'0' ~ true", "... ~ true",
            })
    void truthIsPythonsOwn(String text, boolean truthy) throws PythonSyntaxException {
        assertThat(PythonLiteral.parse(text).isTruthy()).isEqualTo(truthy);
    }
}

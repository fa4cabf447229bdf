package dev.talaria.eval.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What Python 3.11's `ast.literal_eval` does with these texts was looked up there.
class PythonLiteralTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{'a': 1, 'b': [True, None]} ~ {'a': 1, 'b': [True, None]}",
                "{1: 2, True: 3} ~ {1: 3}",
                "{'a': 1,} ~ {'a': 1}",
                "{} ~ {}",
                "[1, ] ~ [1]",
                "[1, 2.5, -3] ~ [1, 2.5, -3]",
                "(1) ~ 1",
                "((1, 2)) ~ (1, 2)",
                "(1,) ~ (1,)",
                "1, 2 ~ (1, 2)",
                "1, ~ (1,)",
                "() ~ ()",
                "((),) ~ ((),)",
                "{1, 2} ~ {1, 2}",
                "set ( ) ~ set()",
                "... ~ Ellipsis",
                "[1, ...] ~ [1, Ellipsis]",
                "1_000 ~ 1000",
                "0_0 ~ 0",
                "0xFF ~ 255",
                "0x_f ~ 15",
                "0o17 ~ 15",
                "0b1_0 ~ 2",
                "-0x1 ~ -1",
                ".5 ~ 0.5",
                "5. ~ 5.0",
                "1.e5 ~ 100000.0",
                "1_0.0_1e1_0 ~ 100100000000.0",
                "09.5 ~ 9.5",
                "1e999 ~ inf",
                "-1.5 ~ -1.5",
                "- 1 ~ -1",
                "+1 ~ 1",
                "-((1)) ~ -1",
                "-0.0 ~ -0.0",
                "`'a' 'b'` ~ 'ab'",
                "'a\"b' ~ 'a\"b'",
                "\"it's\" ~ \"it's\"",
                "u'x' ~ 'x'",
                "R'\\d' ~ '\\\\d'",
                "r'\\'' ~ \"\\\\'\"",
                "b'a' b'\\xff\\400' ~ b'a\\xff\\x00'",
                "bR'\\x' ~ b'\\x5cx'",
                "'\\x41\\101\\u0042\\U00000043\\N{BULLET}' ~ 'AABC•'",
                "'\\d\\8' ~ '\\\\d\\\\8'",
                "'\\400' ~ 'Ā'",
                "'\\a\\b\\f\\v' ~ '\\x07\\x08\\x0c\\x0b'",
                "\"\"\"\"a\"\"\" ~ '\"a'",
            })
    void isReadAsPythonReadsIt(String text, String shown) throws PythonSyntaxException {
        assertThat(PythonText.repr(PythonLiteral.parse(text))).isEqualTo(shown);
    }

    @Test
    void linesAndCommentsAreWherePythonHasThem() throws PythonSyntaxException {
        assertThat(shown("  [1, # one\n\n  2,\r\n 3]\n# end\n   \n")).isEqualTo("[1, 2, 3]");
        assertThat(shown("# first\n\n1")).isEqualTo("1");
        assertThat(shown("(\n'a'\n'b')")).isEqualTo("'ab'");
        assertThat(shown("[1, \\\n2]")).isEqualTo("[1, 2]");
        assertThat(shown("\f1\f")).isEqualTo("1");
        assertThat(shown("'a\\\nb'")).isEqualTo("'ab'");
        assertThat(shown("'a\\\r\nb'")).isEqualTo("'ab'");
        assertThat(shown("'''a\r\nb'''")).isEqualTo("'a\\nb'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "# only",
                "{'a': 1}\n{'b': 2}",
                "{'a': 1}\n  2",
                "# c\n 1",
                "'a'\n'b'",
                "1;",
                "1 \\\n",
                "1 2",
                "[1 2]",
                "[,]",
                "(,)",
                "{,}",
                "{1: 2, 3}",
                "{1, 2: 3}",
                "{[]: 1}",
                "{([],): 1}",
                "{{1}}",
                "[*[1]]",
                "{**{}}",
                "{'a': 1",
                "'a",
                "'a\nb'",
                "r'\\'",
                "'it's'",
                "ur'x'",
                "f'x'",
                "'a' f'b'",
                "b'a' 'b'",
                "b'é'",
                "'\\x4'",
                "'\\u12'",
                "'\\U00110000'",
                "'\\N{no such name}'",
                "012",
                "1_",
                "1__0",
                "0x",
                "0o8",
                "1e",
                "1abc",
                "1.real",
                "1j",
                "1+1j",
                "1+1",
                "--5",
                "-True",
                "-'a'",
                "~1",
                "not 1",
                "true",
                "null",
                "nan",
                "Nonex",
                "set",
                "set([1])",
                "dict()",
                "open('/etc/passwd')",
                "[1]()",
                "'a'.upper()",
                "1 if 1 else 2",
                "[x for x in [1]]",
                "lambda: 1",
                "\ufeff1",
                "\u00a01",
                "[1,\u00a02]",
                "'\ud800'",
                "'a\0'",
                "..",
                "é",
            })
    void whatPythonDoesNotTakeIsRefused(String text) {
        assertThatThrownBy(() -> PythonLiteral.parse(text))
                .isInstanceOf(PythonSyntaxException.class)
                .hasMessageMatching("(?s).+ at character \\d+");
    }

    @Test
    void bracketsNestAsDeepAsInPythonAndNoDeeper() throws PythonSyntaxException {
        assertThat(shown("[".repeat(200) + "]".repeat(200))).startsWith("[[[");
        assertThat(shown("(".repeat(200) + "1" + ")".repeat(200))).isEqualTo("1");
        assertThatThrownBy(() -> PythonLiteral.parse("[".repeat(201) + "]".repeat(201)))
                .hasMessageContaining("200");
        assertThatThrownBy(() -> PythonLiteral.parse("-" + "(".repeat(100_000)))
                .isInstanceOf(PythonSyntaxException.class);
        assertThatThrownBy(() -> PythonLiteral.parse("{1:".repeat(100_000)))
                .isInstanceOf(PythonSyntaxException.class);
    }

    @Test
    void aNumberHasAsManyDigitsAsInPythonAndNoMore() throws PythonSyntaxException {
        assertThat(shown("9".repeat(4_300))).hasSize(4_300);
        assertThatThrownBy(() -> PythonLiteral.parse("9".repeat(4_301)))
                .hasMessageContaining("4300 digits");
    }

    private static String shown(String text) throws PythonSyntaxException {
        return PythonText.repr(PythonLiteral.parse(text));
    }
}

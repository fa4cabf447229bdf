package dev.talaria.eval.python;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PythonTextTest {

    @Test
    void jsonHasTheSpacesThatPythonWrites() throws PythonSyntaxException {
        PythonValue value =
                PythonLiteral.parse("{'a': [1, 2.0, 'é\\n'], 'b': {}, 'c': [], 'd': None}");
        assertThat(PythonText.json(value))
                .contains("{\"a\": [1, 2.0, \"é\\n\"], \"b\": {}, \"c\": [], \"d\": null}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(1,)", "[{1}]", "{'a': b''}", "...", "1e999", "{1: 2}", "{None: 1}"})
    void whatJsonHasNotIsNone(String text) throws PythonSyntaxException {
        assertThat(PythonText.json(PythonLiteral.parse(text))).isEmpty();
    }

    @Test
    void aStringIsItselfAndInsideSomethingQuoted() throws PythonSyntaxException {
        assertThat(PythonText.str(PythonLiteral.parse("'a b'"))).isEqualTo("a b");
        assertThat(PythonText.str(PythonLiteral.parse("['a b']"))).isEqualTo("['a b']");
    }

    @Test
    void stripTakesWhatPythonCallsSpace() {
        assertThat(PythonText.strip("\u001c\u0085\u00a0\u2003\u3000 \n\u000ba\u00a0b\u2028\r"))
                .isEqualTo("a\u00a0b");
        assertThat(PythonText.strip("\ufeffa\u200b\0")).isEqualTo("\ufeffa\u200b\0");
        assertThat(PythonText.strip(" \n ")).isEmpty();
    }
}

package dev.talaria.eval.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Lists and maps of a row, from files that have such types and from those that have only text.
class NestedValuesTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static DatasetRow textual(String text) {
        ObjectNode values = JSON.createObjectNode();
        return new DatasetRow(0, values.put("choices", text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\": [\"ice\", \"it's fire\"], \"label\": [\"A\", \"B\"]}",
                "{'text': ['ice', \"it's fire\"], 'label': ['A', 'B']}",
                "\n{'text': ['ice' , 'it\\'s fire',], 'label': ['A', 'B']} ",
            })
    void aTextIsReadAsJsonOrAsAPythonLiteral(String text) {
        DatasetRow row = textual(text);
        assertThat(row.nested("choices"))
                .isEqualTo(
                        JSON.readTree(
                                "{\"text\": [\"ice\", \"it's fire\"], \"label\": [\"A\", \"B\"]}"));
    }

    @Test
    void aValueThatIsNestedAlreadyIsTaken() {
        DatasetRow row = new DatasetRow(0, JSON.readTree("{\"gold\": [0, 2], \"one\": 3}"));
        assertThat(row.nested("gold")).isEqualTo(JSON.readTree("[0, 2]"));
        assertThat(row.nested("one")).isEqualTo(JSON.readTree("3"));
    }

    // Python would take the two texts for one.
    @Test
    void aListWithoutCommasIsRefused() {
        assertThatThrownBy(() -> textual("['one' 'two'\n 'three']").nested("choices"))
                .hasMessage(
                        "'choices' is a list as numpy prints it, without commas; write the file as"
                                + " JSONL or Parquet");
    }

    @Test
    void anyOtherTextIsRefused() {
        assertThatThrownBy(() -> textual("well").nested("choices"))
                .hasMessageStartingWith("'choices' is neither JSON nor a Python literal: ");
        assertThatThrownBy(() -> textual("{1, 2}").nested("choices"))
                .hasMessage("'choices' holds what JSON has not");
    }
}

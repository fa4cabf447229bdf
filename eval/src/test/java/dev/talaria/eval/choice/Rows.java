package dev.talaria.eval.choice;

import dev.talaria.eval.suite.DatasetRow;

import tools.jackson.databind.json.JsonMapper;

/// Rows written by hand.
final class Rows {

    private Rows() {}

    /// @param json with single quotes, where the text has none
    static DatasetRow of(String json) {
        return new DatasetRow(0, JsonMapper.shared().readTree(json.replace('\'', '"')));
    }

    static ChoiceQuestion question(String json) {
        DatasetRow row = of(json);
        return ChoiceTask.of(row).orElseThrow().question(row);
    }
}

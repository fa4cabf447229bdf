package dev.talaria.datasets.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.datasets.json.JsonWriting;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.Rows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// Files that pyarrow wrote, of what no other witness of these tests writes.
class PyArrowFilesTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"brotli.parquet", "brotli-version-2.parquet"})
    void brotliIsRead(String name) throws IOException {
        assertThat(rows(name))
                .isEqualTo(
                        lines(
                                """
                                {"i": 1, "s": "alpha", "f": 1.5, "d": 1.25, "t": "1970-01-01T00:00:00Z", "l": [{"a": 1, "b": ["x"]}], "m": {"k": 1}}
                                {"i": null, "s": "alphabet", "f": -0.25, "d": -99999.99, "t": "2023-11-14T22:13:20.123456Z", "l": [], "m": {}}
                                {"i": -3, "s": null, "f": null, "d": null, "t": null, "l": null, "m": null}
                                {"i": 1099511627776, "s": "", "f": 1E10, "d": 0.0, "t": "1969-12-31T23:59:59.999999Z", "l": [null, {"a": null, "b": null}], "m": {"é": null}}
                                """));
    }

    @Test
    void aUnionIsTheJsonOfItsValues() throws IOException {
        assertThat(rows("unions.arrow"))
                .isEqualTo(
                        lines(
                                """
                                {"dense": 1, "sparse": 1.5, "list": [1, "é"]}
                                {"dense": "é", "sparse": [1, 2], "list": []}
                                {"dense": null, "sparse": null, "list": [null]}
                                {"dense": "it's", "sparse": null, "list": ["it's"]}
                                """));
    }

    @Test
    void viewsRunsAndDictionariesAreTheirValues() throws IOException {
        assertThat(rows("views-and-runs.arrows"))
                .isEqualTo(
                        lines(
                                """
                                {"view": "short", "runs": "a", "listview": [1, null], "dictionary": "x"}
                                {"view": "a text of more than twelve bytes", "runs": null, "listview": [], "dictionary": "y"}
                                {"view": null, "runs": null, "listview": null, "dictionary": null}
                                {"view": "", "runs": "b", "listview": [3], "dictionary": "x"}
                                """));
    }

    private List<JsonNode> rows(String name) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream bytes = getClass().getResourceAsStream("pyarrow/" + name)) {
            Files.copy(Objects.requireNonNull(bytes, name), file);
        }
        try (RecordSource source = RecordFiles.open(file, ReadOptions.DEFAULT)) {
            List<Row> rows = Rows.all(source);
            return rows.stream().map(JsonWriting::text).map(JSON::readTree).toList();
        }
    }

    private static List<JsonNode> lines(String text) {
        return text.lines().map(JSON::readTree).toList();
    }
}

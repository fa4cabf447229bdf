package dev.talaria.eval.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

class RowSelectionTest {

    @TempDir Path folder;

    @Test
    void rangesAndALimitChooseRowsByTheirPlaceInTheFile() throws IOException {
        assertThat(rows("2-4,7,18-", Long.MAX_VALUE)).containsExactly(2L, 3L, 4L, 7L, 18L, 19L);
        assertThat(rows("18-,2-4", 4)).containsExactly(2L, 3L, 4L, 18L);
        assertThat(rows("19", 1)).containsExactly(19L);
        assertThatThrownBy(() -> rows("20-", 1)).hasMessageContaining("none of its rows is chosen");
    }

    private List<Long> rows(String ranges, long limit) throws IOException {
        String lines =
                IntStream.range(0, 20)
                        .mapToObj("{\"prompt\": \"number %d\"}\n"::formatted)
                        .collect(Collectors.joining());
        Path file = Files.writeString(folder.resolve("rows.jsonl"), lines);
        RowSelection selection = new RowSelection(RowSelection.ranges(ranges), limit);
        Dataset dataset = Dataset.read(file, Optional.empty(), selection);
        assertThat(dataset.rows())
                .allSatisfy(
                        row -> assertThat(row.text("prompt")).isEqualTo("number " + row.number()));
        return dataset.rows().stream().map(DatasetRow::number).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "-3", "1-2-3", "5-2", "1,,2", "1.5"})
    void whatIsNoRangeIsRefused(String text) {
        assertThatThrownBy(() -> RowSelection.ranges(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

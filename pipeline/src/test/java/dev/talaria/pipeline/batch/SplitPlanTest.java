package dev.talaria.pipeline.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.datasets.file.RecordFiles;
import dev.talaria.datasets.filter.RowFilter;
import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordSink;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;
import dev.talaria.datasets.record.WriteOptions;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

class SplitPlanTest {

    private static final RecordType TYPE = RecordType.of(Field.required("n", ValueType.Int.INT64));

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("in.parquet");
        try (RecordSink sink =
                RecordFiles.create(file, TYPE, WriteOptions.DEFAULT.withRowsPerGroup(5))) {
            for (int i = 0; i < 12; i++) {
                sink.write(Row.of(TYPE, new Value.Int(i)));
            }
            sink.finish();
        }
    }

    @Test
    void splitsEndWithRowGroupsAndAfterSoManyRows() throws IOException {
        try (RecordSource source = RecordFiles.open(file, ReadOptions.DEFAULT)) {
            assertThat(SplitPlan.of(source, 11, 3))
                    .containsExactly(
                            new Split(0, 0, 3),
                            new Split(1, 3, 2),
                            new Split(2, 5, 3),
                            new Split(3, 8, 2),
                            new Split(4, 10, 1));
            assertThat(SplitPlan.of(source, 0, 3)).isEmpty();
        }
    }

    @Test
    void aLimitCountsTheRowsThatAreWanted() throws IOException {
        try (RecordSource source = RecordFiles.open(file, ReadOptions.DEFAULT)) {
            Optional<RowFilter> odd = Optional.of(RowFilter.of("n in (1, 3, 5, 7)", TYPE));

            assertThat(SplitPlan.rows(source, odd, Optional.of(2L))).isEqualTo(4);
            assertThat(SplitPlan.rows(source, odd, Optional.of(9L))).isEqualTo(12);
            assertThat(SplitPlan.rows(source, Optional.empty(), Optional.of(7L))).isEqualTo(7);
            assertThat(SplitPlan.rows(source, odd, Optional.of(0L))).isZero();
            assertThat(SplitPlan.rows(source, odd, Optional.empty())).isEqualTo(12);
        }
    }

    @Test
    void rowsAreFoundByTheirPlaceInAnyOrder() throws IOException {
        try (RecordSource source = RecordFiles.open(file, ReadOptions.DEFAULT);
                RowSequence rows = new RowSequence(source)) {
            for (long place : new long[] {0, 1, 7, 8, 11, 3, 4, 5}) {
                assertThat(rows.at(place).value("n")).isEqualTo(new Value.Int(place));
            }
        }
    }
}

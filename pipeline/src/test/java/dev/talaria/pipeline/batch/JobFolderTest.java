package dev.talaria.pipeline.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.task.SamplingOptions;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class JobFolderTest {

    @TempDir private Path folder;
    private JobFolder job;

    @BeforeEach
    void begin() throws IOException {
        job = JobFolder.of(folder.resolve("out.parquet"));
        job.begin(job("strict"));
    }

    @Test
    void aJobIsReadAsItWasWritten() throws IOException {
        assertThat(job.job()).contains(job("strict"));
        assertThat(JobFolder.at(job.path()).job()).contains(job("strict"));
    }

    @Test
    void jobsSayInWhatTheyDiffer() {
        assertThat(job("strict").differences(job("strict"))).isEmpty();
        assertThat(job("strict").differences(job("hybrid")))
                .containsExactly("question.enforce: \"strict\" then, \"hybrid\" now");
    }

    @Test
    void ofTwoWhoDidTheSameSplitTheFirstCounts() throws IOException {
        Files.writeString(job.parts().resolve("a"), "first");
        Files.writeString(job.parts().resolve("b"), "second");

        assertThat(job.commit(record("a"))).isTrue();
        assertThat(job.commit(record("b"))).isFalse();

        assertThat(job.records()).containsOnlyKeys(7).containsValue(record("a"));
        assertThat(job.parts().resolve("a")).exists();
        assertThat(job.parts().resolve("b")).doesNotExist();
    }

    @Test
    void whatWasNotCommittedIsTidiedAway() throws IOException {
        Files.writeString(job.parts().resolve("a"), "committed");
        Files.writeString(job.parts().resolve(".b.123.part"), "half");
        job.commit(record("a"));

        job.tidy(job.records());

        assertThat(job.parts()).isDirectoryContaining("glob:**/a");
        assertThat(job.parts()).isDirectoryNotContaining("glob:**/*.part");
    }

    @Test
    void onlyOneProcessIsAtAJob() throws IOException {
        job.lock();
        JobFolder other = JobFolder.of(folder.resolve("out.parquet"));

        assertThatThrownBy(other::lock)
                .isInstanceOf(BatchException.class)
                .hasMessageContaining("another process is at work on this output");

        job.close();
        other.lock();
        other.close();
    }

    @Test
    void allAnswersComeFromOneModel() throws IOException {
        job.pinModel("1".repeat(64));
        job.pinModel("1".repeat(64));

        assertThatThrownBy(() -> job.pinModel("2".repeat(64)))
                .isInstanceOf(BatchException.class)
                .hasMessageContaining("111111111111…, this one is 222222222222…");
    }

    @Test
    void nothingIsLeftOfAJobThatIsOver() throws IOException {
        job.lock();
        job.delete();

        assertThat(folder).isEmptyDirectory();
    }

    private static SplitRecord record(String part) {
        return new SplitRecord(7, 10, 9, 1, 100, 20, Optional.of(part), Optional.empty(), 5, 0);
    }

    private static BatchJob job(String enforce) {
        return new BatchJob(
                "test",
                new BatchJob.Input("/in.jsonl", BatchJob.Kind.RECORDS, "0".repeat(64)),
                new BatchJob.Selection(
                        Optional.of("text"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("id"),
                        List.of("id"),
                        Optional.empty(),
                        10),
                new BatchJob.Question(
                        Optional.of("{}"),
                        "Extract.",
                        SamplingOptions.GREEDY,
                        2,
                        enforce,
                        "schema",
                        "single-space",
                        16),
                new BatchJob.Engine(Optional.of("1".repeat(64)), "f16", 0, 1),
                new BatchJob.Output(
                        "/out.parquet", "/r.parquet", false, "parquet", true, false, 64));
    }
}

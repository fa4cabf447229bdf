package dev.talaria.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Two runs side by side, and those that do not belong together.
class RunComparisonTest {

    @TempDir Path folder;

    @Test
    void rowsThatChangedAreFoundBothWays() throws IOException {
        Path first =
                run("a", "s", "d")
                        .add(0, 0, "replay", true)
                        .add(1, 0, "replay", false)
                        .add(2, 0, "replay", true)
                        .add(3, 0, "replay", false)
                        .write(folder.resolve("a"));
        Path second =
                run("b", "s", "d")
                        .add(0, 0, "replay", true)
                        .add(1, 0, "replay", true)
                        .add(2, 0, "replay", false)
                        .add(3, 0, "replay", true)
                        .write(folder.resolve("b"));

        RunComparison comparison = RunComparison.of(first, second, false);

        PairedRuns paired = comparison.sides().getFirst().paired();
        assertThat(paired.gained()).containsExactly(1L, 3L);
        assertThat(paired.lost()).containsExactly(2L);
        assertThat(paired.both()).isEqualTo(1);
        assertThat(paired.neither()).isZero();
        assertThat(paired.difference().difference()).isCloseTo(0.25, within(1e-12));
        assertThat(paired.difference().p()).isCloseTo(1, within(1e-12));
        assertThat(comparison.loss()).isCloseTo(-0.25, within(1e-12));
        assertThat(ComparisonTable.of(comparison))
                .contains("replay, now passing: rows 1, 3", "replay, now failing: rows 2")
                .contains("+25.0 points", "McNemar's exact test", "wrong-value");
    }

    @Test
    void theResultsFileItselfMayBeNamed() throws IOException {
        Path first = same("a");

        RunComparison comparison = RunComparison.of(first.resolve("results.jsonl"), first, false);

        assertThat(comparison.loss()).isZero();
    }

    @Test
    void runsOfOtherSuitesAreRefused() throws IOException {
        Path first = same("a");
        Path second = run("b", "other", "d").add(0, 0, "replay", true).write(folder.resolve("b"));

        assertThatThrownBy(() -> RunComparison.of(first, second, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is of suite s,")
                .hasMessageContaining("--force");
        assertThat(RunComparison.of(first, second, true).notes())
                .anyMatch(note -> note.contains("--force"));
    }

    @Test
    void runsOverOtherDatasetsAreRefused() throws IOException {
        Path first = same("a");
        RunFolders other = run("b", "s", "e").add(0, 0, "replay", true);
        other.summary().putObject("dataset").put("path", "others.jsonl").put("sha256", "e");
        Path second = other.write(folder.resolve("b"));

        assertThatThrownBy(() -> RunComparison.of(first, second, false))
                .hasMessageContaining("the datasets differ")
                .hasMessageContaining("others.jsonl");
    }

    @Test
    void otherExpectedAnswersAreAnotherDataset() throws IOException {
        Path first = same("a");
        RunFolders other = run("b", "s", "e").add(0, 0, "replay", true);
        other.last().putObject("expected").put("a", 2);
        Path second = other.write(folder.resolve("b"));

        assertThatThrownBy(() -> RunComparison.of(first, second, false))
                .hasMessageContaining("row 0 of")
                .hasMessageContaining("expects another answer");
    }

    @Test
    void anotherChoiceOfTheSameRowsIsComparedWhereBothHaveThem() throws IOException {
        Path first = same("a");
        RunFolders other = run("b", "s", "e").add(0, 0, "replay", false).add(9, 0, "replay", true);
        other.summary().putObject("dataset").put("path", "/lies/elsewhere/rows.jsonl");
        Path second = other.write(folder.resolve("b"));

        RunComparison comparison = RunComparison.of(first, second, false);

        assertThat(comparison.sides().getFirst().paired().rows()).containsExactly(0L);
        assertThat(comparison.notes())
                .anyMatch(note -> note.contains("different rows"))
                .anyMatch(note -> note.contains("1 only in B"));
    }

    @Test
    void rowsThatNoOtherHasCannotBeCompared() throws IOException {
        Path first = same("a");
        Path second = run("b", "s", "d").add(7, 0, "replay", true).write(folder.resolve("b"));

        assertThatThrownBy(() -> RunComparison.of(first, second, false))
                .hasMessageContaining("no row in common");
    }

    @Test
    void modesThatNoOtherHasAreRefused() throws IOException {
        Path first = same("a");
        Path second =
                run("b", "s", "d")
                        .add(0, 0, "constrained", true)
                        .add(0, 0, "unconstrained", true)
                        .write(folder.resolve("b"));

        assertThatThrownBy(() -> RunComparison.of(first, second, false))
                .hasMessageContaining("none in common");
    }

    @Test
    void aSingleModeOfEachIsComparedWhateverItIs() throws IOException {
        Path second = run("b", "s", "d").add(0, 0, "constrained", false).write(folder.resolve("b"));

        RunComparison comparison = RunComparison.of(same("a"), second, false);

        assertThat(comparison.sides().getFirst().name()).isEqualTo("replay against constrained");
        assertThat(comparison.loss()).isEqualTo(1);
    }

    @Test
    void thePageShowsBothOutputsAsText() throws IOException {
        String hostile = "</script><script>alert(1)</script>";
        Path second =
                run("b", "s", "d")
                        .add(0, 0, "replay", false, hostile, hostile)
                        .write(folder.resolve("b"));
        Path page = folder.resolve("compared.html");

        ComparisonReport.write(RunComparison.of(same("a"), second, false), page);

        String html = Files.readString(page);
        assertThat(html.split("<script", -1)).hasSize(2);
        assertThat(html)
                .contains("Output of A", "Output of B", "now failing", "&lt;script&gt;")
                .contains("1 of 1 shown");
    }

    private Path same(String name) throws IOException {
        return run(name, "s", "d").add(0, 0, "replay", true).write(folder.resolve(name));
    }

    private static RunFolders run(String name, String suite, String digest) {
        RunFolders run = new RunFolders(suite, digest);
        run.summary().putObject("model").put("name", name);
        return run;
    }
}

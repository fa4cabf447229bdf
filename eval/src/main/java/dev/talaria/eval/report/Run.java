package dev.talaria.eval.report;

import static java.util.Objects.requireNonNull;

import dev.talaria.eval.statistics.Accuracy;
import dev.talaria.eval.statistics.Tally;
import dev.talaria.eval.suite.Assessment;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.OutputFolder;
import dev.talaria.eval.suite.Reason;
import dev.talaria.eval.suite.ResultsFile;
import dev.talaria.eval.suite.TrialResult;
import dev.talaria.eval.suite.Verdict;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A run as its output folder holds it.
///
/// @param name of the folder
/// @param summary what it is of, with its figures; missing where only the results are there
/// @param results in the order of the file
record Run(String name, JsonNode summary, List<TrialResult> results) {

    Run {
        results = List.copyOf(results);
    }

    /// Reads an output folder, or a folder's `results.jsonl` by its own path.
    ///
    /// @throws NoSuchFileException where there are no results
    /// @throws IllegalArgumentException where a file is damaged, or holds no result
    static Run read(Path path) throws IOException {
        boolean isFile = Files.isRegularFile(path);
        if (isFile && !path.endsWith(ResultsFile.NAME)) {
            throw new IllegalArgumentException(
                    "%s: name an output folder of eval, or the %s in it"
                            .formatted(path, ResultsFile.NAME));
        }
        Path folder = isFile ? requireNonNull(path.toAbsolutePath().getParent()) : path;
        if (!Files.exists(folder.resolve(ResultsFile.NAME))) {
            throw new NoSuchFileException(
                    path.toString(), null, "there is no " + ResultsFile.NAME + " in it");
        }
        List<TrialResult> results = ResultsFile.read(folder);
        if (results.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: holds no result yet".formatted(folder.resolve(ResultsFile.NAME)));
        }
        JsonNode summary =
                Files.exists(folder.resolve(OutputFolder.SUMMARY))
                        ? new OutputFolder(folder).summary()
                        : MissingNode.getInstance();
        return new Run(path.toString(), summary, results);
    }

    /// The suite's name; empty where it is not known.
    String suite() {
        return summary.path("suite").asString("");
    }

    /// The modes there are results of.
    List<Mode> modes() {
        return results.stream().map(it -> it.trial().mode()).distinct().sorted().toList();
    }

    List<Long> seeds() {
        return results.stream().map(it -> it.trial().seed()).distinct().sorted().toList();
    }

    long rows() {
        return results.stream().map(it -> it.trial().row()).distinct().count();
    }

    /// The results of one mode.
    List<TrialResult> of(Mode mode) {
        return results.stream().filter(it -> it.trial().mode() == mode).toList();
    }

    /// How often each row passed, by its number.
    static Map<Long, Tally> tallies(
            List<TrialResult> results, Function<TrialResult, Assessment> assessment) {
        Map<Long, Tally> tallies = new TreeMap<>();
        for (TrialResult each : results) {
            tallies.merge(
                    each.trial().row(),
                    Tally.NONE.with(assessment.apply(each).verdict() == Verdict.PASSED),
                    (one, other) ->
                            new Tally(
                                    one.passed() + other.passed(), one.trials() + other.trials()));
        }
        return tallies;
    }

    static Accuracy accuracy(
            List<TrialResult> results, Function<TrialResult, Assessment> assessment) {
        return Accuracy.of(tallies(results, assessment).values());
    }

    /// Failed results by the kinds of their reasons, the most frequent first. A result counts once
    /// for each kind.
    static Map<String, Long> failures(List<TrialResult> results) {
        Map<String, Long> counts =
                results.stream()
                        .filter(Run::hasFailed)
                        .flatMap(it -> kinds(it).stream())
                        .collect(
                                Collectors.groupingBy(
                                        it -> it, TreeMap::new, Collectors.counting()));
        Map<String, Long> sorted = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(it -> sorted.put(it.getKey(), it.getValue()));
        return sorted;
    }

    static boolean hasFailed(TrialResult result) {
        return result.published().verdict() == Verdict.FAILED;
    }

    /// The kinds a result failed for; a single `other` where it says none.
    static List<String> kinds(TrialResult result) {
        List<String> kinds = new ArrayList<>();
        result.published().reasons().stream()
                .filter(reason -> !reason.isRemark())
                .map(Reason::kind)
                .distinct()
                .forEach(kinds::add);
        if (kinds.isEmpty()) {
            kinds.add("other");
        }
        return kinds;
    }

    /// The class of a mode's colour.
    static String series(Mode mode) {
        return switch (mode) {
            case CONSTRAINED -> "s1";
            case UNCONSTRAINED -> "s2";
            case REPLAY -> "s3";
        };
    }
}

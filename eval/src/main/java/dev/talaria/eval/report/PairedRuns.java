package dev.talaria.eval.report;

import static java.util.Objects.requireNonNull;

import dev.talaria.eval.statistics.Accuracy;
import dev.talaria.eval.statistics.PairedDifference;
import dev.talaria.eval.statistics.Tally;
import dev.talaria.eval.suite.TrialResult;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Two lists of results over the rows they have in common.
///
/// @param rows in common
/// @param first accuracy of the first side over these rows
/// @param second of the second
/// @param both how many rows passed on both sides, in every trial
/// @param neither how many rows passed on neither side, in any trial
record PairedRuns(
        List<Long> rows,
        Accuracy first,
        Accuracy second,
        PairedDifference difference,
        int both,
        int neither,
        List<Long> gained,
        List<Long> lost) {

    /// Empty where they have no row in common.
    static Optional<PairedRuns> of(List<TrialResult> first, List<TrialResult> second) {
        Map<Long, Tally> before = Run.tallies(first, TrialResult::published);
        Map<Long, Tally> after = Run.tallies(second, TrialResult::published);
        List<Long> rows = before.keySet().stream().filter(after::containsKey).toList();
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        List<PairedDifference.Pair> pairs = new ArrayList<>();
        List<Long> gained = new ArrayList<>();
        List<Long> lost = new ArrayList<>();
        int both = 0;
        int neither = 0;
        for (long row : rows) {
            Tally one = requireNonNull(before.get(row));
            Tally other = requireNonNull(after.get(row));
            pairs.add(new PairedDifference.Pair(one, other));
            int change = Double.compare(other.share(), one.share());
            if (change > 0) {
                gained.add(row);
            } else if (change < 0) {
                lost.add(row);
            }
            both += one.share() == 1 && other.share() == 1 ? 1 : 0;
            neither += one.passed() == 0 && other.passed() == 0 ? 1 : 0;
        }
        return Optional.of(
                new PairedRuns(
                        rows,
                        Accuracy.of(rows.stream().map(before::get).toList()),
                        Accuracy.of(rows.stream().map(after::get).toList()),
                        PairedDifference.of(pairs),
                        both,
                        neither,
                        gained,
                        lost));
    }
}

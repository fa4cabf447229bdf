package dev.talaria.eval.report;

import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.TrialResult;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Two runs over the same rows.
public final class RunComparison {

    /// One mode of either run.
    ///
    /// @param name how it is called: a mode, or two where the runs have none in common
    record Side(
            String name,
            Mode firstMode,
            Mode secondMode,
            List<TrialResult> first,
            List<TrialResult> second,
            PairedRuns paired) {}

    private final Run first;
    private final Run second;
    private final List<Side> sides;
    private final List<String> notes;

    private RunComparison(Run first, Run second, List<Side> sides, List<String> notes) {
        this.first = first;
        this.second = second;
        this.sides = List.copyOf(sides);
        this.notes = List.copyOf(notes);
    }

    /// Reads two output folders, or the `results.jsonl` in them.
    ///
    /// @param isForced compare even what does not belong together
    /// @throws IllegalArgumentException where the suites or the datasets differ, or no row is in
    ///   both, saying how to go on
    public static RunComparison of(Path first, Path second, boolean isForced) throws IOException {
        Run before = Run.read(first);
        Run after = Run.read(second);
        List<String> notes = new ArrayList<>();
        requireSameSuite(before, after, isForced, notes);
        requireSameRows(before, after, isForced, notes);
        List<Side> sides = sides(before, after);
        if (sides.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s and %s: have no row in common; name two runs over the same rows"
                            .formatted(before.name(), after.name()));
        }
        noteMissing(sides, notes);
        return new RunComparison(before, after, sides, notes);
    }

    private static void requireSameSuite(
            Run first, Run second, boolean isForced, List<String> notes) {
        if (first.summary().isMissingNode() || second.summary().isMissingNode()) {
            notes.add("a summary.json is missing, so suites and datasets are not checked by name");
        } else if (!first.suite().equals(second.suite())) {
            refuse(
                    "%s is of suite %s, %s of %s"
                            .formatted(first.name(), first.suite(), second.name(), second.suite()),
                    isForced,
                    notes);
        }
    }

    // Equal digests settle it. Otherwise it may be another choice of the same rows: then the name
    // of
    // the file, wherever it lies, and the split are equal, and what is expected of the common rows.
    private static void requireSameRows(
            Run first, Run second, boolean isForced, List<String> notes) {
        JsonNode one = first.summary().path("dataset");
        JsonNode other = second.summary().path("dataset");
        boolean areNamed = one.isObject() && other.isObject();
        if (areNamed && one.path("sha256").equals(other.path("sha256"))) {
            return;
        }
        if (areNamed
                && !(fileName(one).equals(fileName(other))
                        && one.path("split").equals(other.path("split")))) {
            refuse(
                    "the datasets differ: %s has %s, %s has %s"
                            .formatted(first.name(), dataset(one), second.name(), dataset(other)),
                    isForced,
                    notes);
            return;
        }
        Map<Long, JsonNode> expected = new LinkedHashMap<>();
        first.results().forEach(it -> expected.put(it.trial().row(), it.expected()));
        for (TrialResult it : second.results()) {
            JsonNode before = expected.get(it.trial().row());
            if (before != null && !before.toString().equals(it.expected().toString())) {
                refuse(
                        "row %d of %s expects another answer than in %s: the datasets differ"
                                .formatted(it.trial().row(), second.name(), first.name()),
                        isForced,
                        notes);
                return;
            }
        }
        if (areNamed) {
            notes.add("the runs chose different rows of the dataset; those in both are compared");
        }
    }

    private static String fileName(JsonNode dataset) {
        String path = dataset.path("path").asString("");
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    private static String dataset(JsonNode dataset) {
        JsonNode split = dataset.path("split");
        return dataset.path("path").asString("?")
                + (split.isString() ? " (" + split.stringValue() + ")" : "");
    }

    private static void refuse(String finding, boolean isForced, List<String> notes) {
        if (!isForced) {
            throw new IllegalArgumentException(
                    finding
                            + "; name two runs of the same, or compare them all the same with"
                            + " --force");
        }
        notes.add(finding + "; compared because of --force");
    }

    private static List<Side> sides(Run first, Run second) {
        List<Mode> common = new ArrayList<>(first.modes());
        common.retainAll(second.modes());
        List<Side> sides = new ArrayList<>();
        if (common.isEmpty()) {
            if (first.modes().size() > 1 || second.modes().size() > 1) {
                throw new IllegalArgumentException(
                        "%s has the modes %s, %s has %s: none in common; run both in the same mode"
                                .formatted(
                                        first.name(), names(first), second.name(), names(second)));
            }
            side(first, second, first.modes().getFirst(), second.modes().getFirst())
                    .ifPresent(sides::add);
        }
        common.forEach(mode -> side(first, second, mode, mode).ifPresent(sides::add));
        return sides;
    }

    private static String names(Run run) {
        return String.join(", ", run.modes().stream().map(Mode::text).toList());
    }

    private static Optional<Side> side(Run first, Run second, Mode before, Mode after) {
        String name = before == after ? before.text() : before.text() + " against " + after.text();
        List<TrialResult> some = first.of(before);
        List<TrialResult> others = second.of(after);
        return PairedRuns.of(some, others)
                .map(paired -> new Side(name, before, after, some, others, paired));
    }

    private static void noteMissing(List<Side> sides, List<String> notes) {
        for (Side side : sides) {
            long before = rows(side.first()) - side.paired().rows().size();
            long after = rows(side.second()) - side.paired().rows().size();
            if (before > 0 || after > 0) {
                notes.add(
                        "%s: %d rows are only in A and %d only in B, and are left out"
                                .formatted(side.name(), before, after));
            }
        }
    }

    private static long rows(List<TrialResult> results) {
        return results.stream().map(it -> it.trial().row()).distinct().count();
    }

    /// By how much accuracy fell from the first run to the second, in the mode where it fell most;
    /// negative where it rose in all.
    public double loss() {
        return sides.stream()
                .mapToDouble(side -> -side.paired().difference().difference())
                .max()
                .orElse(0);
    }

    /// What a reader of the figures should know.
    public List<String> notes() {
        return notes;
    }

    Run first() {
        return first;
    }

    Run second() {
        return second;
    }

    List<Side> sides() {
        return sides;
    }

    /// Kinds of reasons that either side of a mode failed for.
    static Set<String> kinds(Side side) {
        Set<String> kinds = new LinkedHashSet<>(Run.failures(side.first()).keySet());
        kinds.addAll(Run.failures(side.second()).keySet());
        return kinds;
    }
}

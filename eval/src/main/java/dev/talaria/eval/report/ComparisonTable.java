package dev.talaria.eval.report;

import dev.talaria.eval.report.RunComparison.Side;
import dev.talaria.eval.statistics.PairedDifference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Two runs side by side for the terminal.
public final class ComparisonTable {

    private static final int MOST_ROWS = 20;

    private ComparisonTable() {}

    /// The lines, without one at the end.
    public static String of(RunComparison comparison) {
        List<String> lines = new ArrayList<>();
        lines.add("A: " + described(comparison.first()));
        lines.add("B: " + described(comparison.second()));
        comparison.notes().forEach(note -> lines.add("note: " + note));
        lines.add("");
        List<List<String>> figures = new ArrayList<>();
        figures.add(
                List.of("mode", "rows", "A", "B", "B - A", "95 % interval", "p", "gained", "lost"));
        comparison.sides().forEach(side -> figures.add(figures(side)));
        lines.addAll(aligned(figures));
        for (Side side : comparison.sides()) {
            lines.add("");
            lines.add(side.name() + ", now passing: " + rows(side.paired().gained()));
            lines.add(side.name() + ", now failing: " + rows(side.paired().lost()));
            lines.addAll(reasons(side));
        }
        lines.add("");
        comparison.sides().stream()
                .map(side -> side.paired().difference().method())
                .distinct()
                .map(PairedDifference.Method::words)
                .forEach(words -> lines.add("p and interval: " + words));
        return String.join(System.lineSeparator(), lines);
    }

    private static String described(Run run) {
        String model = run.summary().path("model").path("name").asString("");
        return model.isEmpty() ? run.name() : "%s (%s)".formatted(run.name(), model);
    }

    private static List<String> figures(Side side) {
        PairedDifference difference = side.paired().difference();
        return List.of(
                side.name(),
                Format.count(difference.rows()),
                Format.accuracy(side.paired().first()),
                Format.accuracy(side.paired().second()),
                Format.points(difference.difference()),
                Format.points(difference.interval()),
                Format.probability(difference.p()).replace("p = ", "").replace("p ", ""),
                Format.count(difference.gained()),
                Format.count(difference.lost()));
    }

    private static String rows(List<Long> rows) {
        if (rows.isEmpty()) {
            return "no row";
        }
        String first =
                rows.stream()
                        .limit(MOST_ROWS)
                        .map(String::valueOf)
                        .collect(Collectors.joining(", "));
        return rows.size() <= MOST_ROWS
                ? "rows " + first
                : "rows %s and %d more".formatted(first, rows.size() - MOST_ROWS);
    }

    private static List<String> reasons(Side side) {
        Map<String, Long> before = Run.failures(side.first());
        Map<String, Long> after = Run.failures(side.second());
        List<List<String>> counts = new ArrayList<>();
        counts.add(List.of("  failed for", "A", "B"));
        RunComparison.kinds(side)
                .forEach(kind ->
                        counts.add(
                                List.of(
                                        "  " + kind,
                                        counted(before, kind, side.first().size()),
                                        counted(after, kind, side.second().size()))));
        return counts.size() == 1 ? List.of() : aligned(counts);
    }

    private static String counted(Map<String, Long> counts, String kind, int answers) {
        long count = counts.getOrDefault(kind, 0L);
        return "%s (%s)".formatted(Format.count(count), Format.percent((double) count / answers));
    }

    private static List<String> aligned(List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return rows.stream()
                .map(row -> {
                    StringBuilder line = new StringBuilder();
                    for (int i = 0; i < widths.length; i++) {
                        String cell = row.get(i);
                        line.append(cell).append(" ".repeat(widths[i] - cell.length() + 2));
                    }
                    return line.toString().stripTrailing();
                })
                .toList();
    }
}

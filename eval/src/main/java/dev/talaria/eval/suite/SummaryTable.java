package dev.talaria.eval.suite;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The figures of a summary as a table for the terminal.
public final class SummaryTable {

    private static final List<String> HEAD =
            List.of("mode", "seed", "n", "passed", "pass@1", "95 % interval", "strict");

    private SummaryTable() {}

    /// @param modes as [Summary#modes] makes them
    public static String of(JsonNode modes) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, JsonNode> mode : modes.properties()) {
            rows.addAll(rows(mode.getKey(), mode.getValue()));
            lines.addAll(details(mode.getKey(), mode.getValue()));
        }
        lines.addFirst(aligned(rows));
        return String.join(System.lineSeparator(), lines);
    }

    private static List<List<String>> rows(String mode, JsonNode figures) {
        List<List<String>> rows = new ArrayList<>();
        JsonNode strict = figures.path("strict").path("passAt1");
        JsonNode seeds = figures.path("passAt1").path("seeds");
        if (seeds.size() > 1) {
            for (Map.Entry<String, JsonNode> seed : seeds.properties()) {
                JsonNode strictly = strict.path("seeds").path(seed.getKey());
                rows.add(row(mode, seed.getKey(), seed.getValue(), seed.getValue(), strictly));
            }
        }
        String all = seeds.size() == 1 ? seeds.propertyNames().iterator().next() : "all";
        rows.add(row(mode, all, figures, figures.path("passAt1"), strict));
        return rows;
    }

    private static List<String> row(
            String mode, String seed, JsonNode counts, JsonNode share, JsonNode strict) {
        return List.of(
                mode,
                seed,
                counts.path("n").asString(),
                counts.path("passed").asString(),
                percent(share.path("value")),
                percent(share.path("low")) + " to " + percent(share.path("high")),
                percent(strict.path("value")));
    }

    private static List<String> details(String mode, JsonNode figures) {
        List<String> lines = new ArrayList<>();
        add(lines, mode + ", failures", counts(figures.path("failures")));
        for (Map.Entry<String, JsonNode> group : figures.path("groups").properties()) {
            add(lines, "%s, by %s".formatted(mode, group.getKey()), shares(group.getValue()));
        }
        add(lines, mode + ", figures", values(figures.path("metrics")));
        return lines;
    }

    private static void add(List<String> lines, String title, String text) {
        if (!text.isEmpty()) {
            lines.add(title + ": " + text);
        }
    }

    private static String counts(JsonNode kinds) {
        return kinds.properties().stream()
                .map(it -> it.getValue().asString() + " " + it.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String shares(JsonNode groups) {
        return groups.properties().stream()
                .map(it ->
                        "%s %s of %s"
                                .formatted(
                                        it.getKey(),
                                        percent(it.getValue().path("value")),
                                        it.getValue().path("n").asString()))
                .collect(Collectors.joining(", "));
    }

    private static String values(JsonNode metrics) {
        return metrics.properties().stream()
                .filter(it -> it.getValue().isNumber())
                .map(it ->
                        "%s %s"
                                .formatted(
                                        it.getKey(),
                                        String.format(
                                                Locale.ROOT, "%.4f", it.getValue().doubleValue())))
                .collect(Collectors.joining(", "));
    }

    private static String percent(JsonNode share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share.asDouble(0));
    }

    private static String aligned(List<List<String>> rows) {
        int[] widths = new int[HEAD.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return rows.stream()
                .map(row -> line(row, widths))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String format = i == 0 ? "%-" + widths[i] + "s" : "  %" + widths[i] + "s";
            line.append(format.formatted(row.get(i)));
        }
        return line.toString();
    }
}

package dev.talaria.eval.report;

import dev.talaria.eval.report.Charts.Estimate;
import dev.talaria.eval.report.RunComparison.Side;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.Reason;
import dev.talaria.eval.suite.TrialResult;
import dev.talaria.eval.suite.Verdict;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The page of two runs side by side.
public final class ComparisonReport {

    private static final int MOST_CARDS = 200;
    private static final int MOST_CHARACTERS = 6_000_000;

    private final RunComparison comparison;

    private ComparisonReport(RunComparison comparison) {
        this.comparison = comparison;
    }

    /// Writes the page to a file.
    public static void write(RunComparison comparison, Path file) throws IOException {
        ReportPage.write(file, new ComparisonReport(comparison).page());
    }

    private String page() {
        return ReportPage.of(
                "Talaria: two runs compared",
                html -> {
                    html.open("header").element("h1", heading());
                    html.element("p", "A: " + comparison.first().name(), "class", "muted");
                    html.element("p", "B: " + comparison.second().name(), "class", "muted");
                    html.close().open("main").line();
                    notes(html);
                    tiles(html);
                    accuracy(html);
                    comparison.sides().forEach(side -> side(html, side));
                    differences(html);
                    cards(html);
                    html.close().line();
                });
    }

    private String heading() {
        String suite = comparison.first().suite();
        return suite.isEmpty() ? "Two runs compared" : suite + ": two runs compared";
    }

    private void notes(Html html) {
        if (!comparison.notes().isEmpty()) {
            html.open("ul", "class", "notes");
            comparison.notes().forEach(note -> html.element("li", note));
            html.close().line();
        }
    }

    private void tiles(Html html) {
        html.open("div", "class", "tiles");
        for (Side side : comparison.sides()) {
            html.open("div", "class", "tile s1");
            html.element("span", side.name() + ", B − A", "class", "name");
            html.element("strong", Format.points(side.paired().difference().difference()));
            html.element(
                    "span",
                    "95 %% interval %s; %s"
                            .formatted(
                                    Format.points(side.paired().difference().interval()),
                                    Format.probability(side.paired().difference().p())),
                    "class",
                    "muted");
            html.close();
        }
        html.close().line();
    }

    private void accuracy(Html html) {
        html.open("section").element("h2", "Accuracy");
        List<Estimate> estimates = new ArrayList<>();
        for (Side side : comparison.sides()) {
            estimates.add(
                    new Estimate(
                            "A, " + side.firstMode().text(),
                            side.paired().first().share(),
                            side.paired().first().interval(),
                            "s4",
                            false));
            estimates.add(
                    new Estimate(
                            "B, " + side.secondMode().text(),
                            side.paired().second().share(),
                            side.paired().second().interval(),
                            "s1",
                            false));
        }
        Charts.estimates(
                html,
                "Share of answers that passed in A and in B, with 95 % intervals",
                estimates,
                Charts.Axis.shares(),
                Format::percent);
        html.close().line();
    }

    private void side(Html html, Side side) {
        html.open("section").element("h2", "B against A, " + side.name());
        PairedTable.write(html, side.paired(), "A", "B");
        reasons(html, side);
        costs(html, side);
        html.close().line();
    }

    private static void reasons(Html html, Side side) {
        Set<String> kinds = RunComparison.kinds(side);
        if (kinds.isEmpty()) {
            return;
        }
        Map<String, Long> before = Run.failures(side.first());
        Map<String, Long> after = Run.failures(side.second());
        Tables.begin(html, "Failures by reason", List.of("Reason", " A", "", " B", "", " B − A"));
        for (String kind : kinds) {
            long one = before.getOrDefault(kind, 0L);
            long other = after.getOrDefault(kind, 0L);
            html.open("tr");
            Tables.head(html, kind);
            Tables.figure(html, Format.count(one));
            bar(html, (double) one / side.first().size(), "s4");
            Tables.figure(html, Format.count(other));
            bar(html, (double) other / side.second().size(), "s1");
            double change =
                    (double) other / side.second().size() - (double) one / side.first().size();
            Tables.figure(html, Format.points(change));
            html.close();
        }
        Tables.end(html);
    }

    private static void bar(Html html, double share, String series) {
        html.open("td");
        Charts.bar(html, share, series);
        html.text(" " + Format.percent(share)).close();
    }

    private static void costs(Html html, Side side) {
        Tables.begin(html, "Medians of an answer", List.of("", " A", " B"));
        cost(
                html,
                "Time",
                Format.millis(median(side.first(), TrialResult::latencyMillis)),
                Format.millis(median(side.second(), TrialResult::latencyMillis)));
        cost(
                html,
                "Prompt tokens",
                Format.count((long) median(side.first(), TrialResult::promptTokens)),
                Format.count((long) median(side.second(), TrialResult::promptTokens)));
        cost(
                html,
                "Answer tokens",
                Format.count((long) median(side.first(), TrialResult::completionTokens)),
                Format.count((long) median(side.second(), TrialResult::completionTokens)));
        Tables.end(html);
    }

    private static void cost(Html html, String name, String first, String second) {
        html.open("tr");
        Tables.head(html, name);
        Tables.figure(html, first);
        Tables.figure(html, second);
        html.close();
    }

    private interface Quantity {
        double of(TrialResult result);
    }

    private static double median(List<TrialResult> results, Quantity quantity) {
        return Charts.median(results.stream().mapToDouble(quantity::of).sorted().toArray());
    }

    // What the two were run with, where it differs.
    private void differences(Html html) {
        Map<String, String> before = settings(comparison.first().summary());
        Map<String, String> after = settings(comparison.second().summary());
        Set<String> names = new LinkedHashSet<>(before.keySet());
        names.addAll(after.keySet());
        names.removeIf(name -> before.getOrDefault(name, "").equals(after.getOrDefault(name, "")));
        html.open("section").element("h2", "What differs between the runs");
        if (names.isEmpty()) {
            html.element("p", "Nothing that summary.json tells.").close();
            return;
        }
        Tables.begin(html, "Settings, from summary.json", List.of("Setting", "A", "B"));
        for (String name : names) {
            html.open("tr");
            Tables.head(html, name);
            html.element(
                    "td", Format.clipped(before.getOrDefault(name, "–"), 2_000), "class", "words");
            html.element(
                    "td", Format.clipped(after.getOrDefault(name, "–"), 2_000), "class", "words");
            html.close();
        }
        Tables.end(html);
        html.close().line();
    }

    private static Map<String, String> settings(JsonNode summary) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each : summary.properties()) {
            if (!each.getKey().equals("modes")) {
                settings(each.getKey(), each.getValue(), settings);
            }
        }
        return settings;
    }

    private static void settings(String name, JsonNode value, Map<String, String> settings) {
        if (value.isObject()) {
            value.properties()
                    .forEach(each ->
                            settings(name + "." + each.getKey(), each.getValue(), settings));
        } else {
            settings.put(name, value.isString() ? value.stringValue() : value.toString());
        }
    }

    private void cards(Html html) {
        html.open("section").element("h2", "Rows that changed");
        Set<Mode> modes = new LinkedHashSet<>();
        Html cards = new Html();
        int all = 0;
        int shown = 0;
        for (Side side : comparison.sides()) {
            modes.add(side.firstMode());
            List<Long> changed = new ArrayList<>(side.paired().lost());
            changed.addAll(side.paired().gained());
            for (long row : changed) {
                all++;
                if (shown < MOST_CARDS && cards.length() < MOST_CHARACTERS) {
                    card(cards, side, row, side.paired().lost().contains(row));
                    shown++;
                }
            }
        }
        if (all == 0) {
            html.element("p", "None: every row has the verdict it had.").close();
            return;
        }
        CardFilter.write(html, modes, "Change", List.of("now-passing", "now-failing"));
        html.element(
                "p",
                "%s of %s shown, those that fail now first. All are in the two results.jsonl."
                        .formatted(Format.count(shown), Format.count(all)),
                "class",
                "muted");
        html.open("div", "id", "cards").append(cards).close();
        html.close().line();
    }

    private static void card(Html html, Side side, long row, boolean isLost) {
        TrialResult before = telling(side.first(), row, isLost ? Verdict.PASSED : Verdict.FAILED);
        TrialResult after = telling(side.second(), row, isLost ? Verdict.FAILED : Verdict.PASSED);
        String kind = isLost ? "now-failing" : "now-passing";
        html.open(
                "details",
                "class",
                "card",
                "data-mode",
                side.firstMode().text(),
                "data-kinds",
                kind,
                "data-row",
                row);
        html.open("summary");
        html.element("span", "row " + row, "class", "number");
        html.element("span", side.name(), "class", "badge");
        html.element("span", isLost ? "now failing" : "now passing", "class", "badge " + kind);
        String reason =
                (isLost ? after : before)
                        .published().reasons().stream().map(Reason::text).findFirst().orElse("");
        html.element("span", Format.clipped(reason, 140), "class", "muted first");
        html.close();
        TrialCard.prompt(html, after.prompt());
        html.open("div", "class", "sides three");
        TrialCard.answer(html, before.expected(), "Output of A", before.output(), true);
        TrialCard.answer(html, after.expected(), "Output of B", after.output(), false);
        html.close();
        html.open("div", "class", "sides");
        verdict(html, "A", before);
        verdict(html, "B", after);
        html.close();
        html.close().line();
    }

    // Of several seeds, one that shows the change.
    private static TrialResult telling(List<TrialResult> results, long row, Verdict verdict) {
        List<TrialResult> its = results.stream().filter(it -> it.trial().row() == row).toList();
        return its.stream()
                .filter(it -> it.published().verdict() == verdict)
                .findFirst()
                .orElse(its.getFirst());
    }

    private static void verdict(Html html, String name, TrialResult result) {
        html.open("section");
        html.element("h4", "%s: %s".formatted(name, result.published().verdict().text()));
        TrialCard.meta(html, result);
        TrialCard.reasons(html, result);
        html.close();
    }
}

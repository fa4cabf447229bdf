package dev.talaria.eval.report;

import static java.util.Objects.requireNonNull;

import dev.talaria.eval.report.Charts.Estimate;
import dev.talaria.eval.report.Charts.Group;
import dev.talaria.eval.statistics.Accuracy;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.OutputFolder;
import dev.talaria.eval.suite.TrialResult;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/// `report.html` of a run: one page, bounded in size however many rows there are.
public final class RunReport {

    /// The most failed results that are shown; all are in `results.jsonl`.
    static final int MOST_CARDS = 200;

    private static final int MOST_CHARACTERS = 6_000_000;
    private static final int MOST_GROUPS = 100;

    private final Run run;
    private final List<Mode> modes;
    private final Map<Mode, List<TrialResult>> results = new LinkedHashMap<>();

    private RunReport(Run run) {
        this.run = run;
        this.modes = run.modes();
        modes.forEach(mode -> results.put(mode, run.of(mode)));
    }

    /// Writes the report of an output folder into it.
    ///
    /// @throws IllegalArgumentException where the folder's files are damaged
    public static void write(Path folder) throws IOException {
        write(folder, folder.resolve(OutputFolder.REPORT));
    }

    /// Writes the report of an output folder to a file.
    public static void write(Path folder, Path file) throws IOException {
        ReportPage.write(file, new RunReport(Run.read(folder)).page());
    }

    private String page() {
        String suite = run.suite().isEmpty() ? "evaluation" : run.suite();
        return ReportPage.of(
                "Talaria: " + suite,
                html -> {
                    html.open("header").element("h1", suite);
                    html.element("p", subtitle(), "class", "muted").close();
                    html.open("main").line();
                    tiles(html);
                    accuracy(html);
                    constraint(html);
                    failures(html);
                    new FieldTable(run, modes).write(html);
                    groups(html);
                    metrics(html);
                    costs(html);
                    about(html);
                    rows(html);
                    html.close().line();
                });
    }

    private String subtitle() {
        List<String> parts = new ArrayList<>();
        String model = run.summary().path("model").path("name").asString("");
        if (!model.isEmpty()) {
            parts.add(model);
        }
        parts.add(Format.count(run.rows()) + " rows");
        int seeds = run.seeds().size();
        parts.add(seeds == 1 ? "1 seed" : seeds + " seeds");
        parts.add(run.summary().path("dataset").path("path").asString(run.name()));
        return String.join(" · ", parts);
    }

    private void tiles(Html html) {
        html.open("div", "class", "tiles");
        results.forEach((mode, its) -> {
            Accuracy accuracy = Run.accuracy(its, TrialResult::published);
            html.open("div", "class", "tile " + Run.series(mode));
            html.element("span", mode.text(), "class", "name");
            html.element("strong", Format.percent(accuracy.share()));
            html.element(
                    "span",
                    "%s of %s passed; 95 %% interval %s"
                            .formatted(
                                    Format.count(accuracy.passed()),
                                    Format.count(accuracy.trials()),
                                    Format.percents(accuracy.interval())),
                    "class",
                    "muted");
            html.close();
        });
        html.close().line();
    }

    private void accuracy(Html html) {
        section(html, "Accuracy");
        List<Estimate> estimates = new ArrayList<>();
        results.forEach((mode, its) -> {
            estimates.add(estimate(mode.text(), its, mode, false));
            if (run.seeds().size() > 1) {
                for (long seed : run.seeds()) {
                    List<TrialResult> some =
                            its.stream().filter(it -> it.trial().seed() == seed).toList();
                    if (!some.isEmpty()) {
                        estimates.add(estimate("seed " + seed, some, mode, true));
                    }
                }
            }
            Accuracy strict = Run.accuracy(its, TrialResult::strict);
            estimates.add(
                    new Estimate(
                            mode.text() + ", stricter rules",
                            strict.share(),
                            strict.interval(),
                            Run.series(mode),
                            true));
        });
        Charts.estimates(
                html,
                "Share of answers that passed, with 95 % intervals",
                estimates,
                Charts.Axis.shares(),
                Format::percent);
        html.element(
                "p",
                "Intervals are Wilson's score intervals of 95 %. With several seeds, a row's"
                        + " answers are not independent; the interval then rests on how much rows"
                        + " differ.",
                "class",
                "muted");
        html.close().line();
    }

    private static Estimate estimate(
            String label, List<TrialResult> results, Mode mode, boolean isPart) {
        Accuracy accuracy = Run.accuracy(results, TrialResult::published);
        return new Estimate(label, accuracy.share(), accuracy.interval(), Run.series(mode), isPart);
    }

    private void constraint(Html html) {
        List<TrialResult> free = results.getOrDefault(Mode.UNCONSTRAINED, List.of());
        List<TrialResult> held = results.getOrDefault(Mode.CONSTRAINED, List.of());
        PairedRuns.of(free, held)
                .ifPresent(paired -> {
                    section(html, "Constrained against unconstrained");
                    PairedTable.write(html, paired, "unconstrained", "constrained");
                    html.close().line();
                });
    }

    private void failures(Html html) {
        Set<String> kinds = new LinkedHashSet<>();
        Map<Mode, Map<String, Long>> counts = new LinkedHashMap<>();
        results.forEach((mode, its) -> {
            counts.put(mode, Run.failures(its));
            kinds.addAll(counts.get(mode).keySet());
        });
        section(html, "Failures by reason");
        if (kinds.isEmpty()) {
            html.element("p", "No answer failed.").close();
            return;
        }
        List<String> columns = new ArrayList<>(List.of("Reason"));
        modes.forEach(mode -> columns.addAll(List.of(" " + mode.text(), "Share of answers")));
        Tables.begin(html, "An answer counts once for every reason it failed for", columns);
        for (String kind : kinds) {
            html.open("tr");
            Tables.head(html, kind);
            for (Mode mode : modes) {
                long count = requireNonNull(counts.get(mode)).getOrDefault(kind, 0L);
                double share = (double) count / requireNonNull(results.get(mode)).size();
                Tables.figure(html, Format.count(count));
                html.open("td");
                Charts.bar(html, share, Run.series(mode));
                html.text(" " + Format.percent(share)).close();
            }
            html.close();
        }
        Tables.end(html);
        html.close().line();
    }

    // Of attributes such as task or category, as the summary has them.
    private void groups(Html html) {
        Set<String> names = new LinkedHashSet<>();
        modes.forEach(mode -> names.addAll(figures(mode, "groups").propertyNames()));
        for (String name : names) {
            section(html, "By " + name);
            List<String> columns = new ArrayList<>(List.of(name));
            modes.forEach(
                    mode -> columns.addAll(List.of(" " + mode.text(), "95 % interval", " n")));
            Tables.begin(html, "Share of answers that passed, by " + name, columns);
            Set<String> values = new TreeSet<>();
            modes.forEach(
                    mode -> values.addAll(figures(mode, "groups").path(name).propertyNames()));
            values.stream().limit(MOST_GROUPS).forEach(value -> group(html, name, value));
            Tables.end(html);
            if (values.size() > MOST_GROUPS) {
                html.element(
                        "p",
                        "The first %d of %d; the rest is in summary.json"
                                .formatted(MOST_GROUPS, values.size()));
            }
            html.close().line();
        }
    }

    private void group(Html html, String name, String value) {
        html.open("tr");
        Tables.head(html, value.isEmpty() ? "(none)" : value);
        for (Mode mode : modes) {
            JsonNode figure = figures(mode, "groups").path(name).path(value);
            if (figure.isMissingNode()) {
                html.open("td", "colspan", 3).close();
                continue;
            }
            Tables.figure(html, Format.percent(figure.path("value").asDouble()));
            html.open("td");
            Charts.bar(html, figure.path("value").asDouble(), Run.series(mode));
            html.text(
                            " %s to %s"
                                    .formatted(
                                            Format.percent(figure.path("low").asDouble()),
                                            Format.percent(figure.path("high").asDouble())))
                    .close();
            Tables.figure(html, Format.count(figure.path("n").asLong()));
        }
        html.close();
    }

    private JsonNode figures(Mode mode, String name) {
        return run.summary().path("modes").path(mode.text()).path(name);
    }

    // Figures of the suite's own that are numbers, flattened.
    private void metrics(Html html) {
        Map<String, Map<Mode, String>> rows = new LinkedHashMap<>();
        for (Mode mode : modes) {
            for (Map.Entry<String, JsonNode> each : figures(mode, "metrics").properties()) {
                if (!FieldTable.METRICS.contains(each.getKey())) {
                    flatten(each.getKey(), each.getValue(), mode, rows);
                }
            }
        }
        if (rows.isEmpty()) {
            return;
        }
        section(html, "Other figures");
        List<String> columns = new ArrayList<>(List.of("Figure"));
        modes.forEach(mode -> columns.add(" " + mode.text()));
        Tables.begin(html, "What the suite counts besides", columns);
        rows.forEach((name, values) -> {
            html.open("tr");
            Tables.head(html, name);
            modes.forEach(mode -> Tables.figure(html, values.getOrDefault(mode, "")));
            html.close();
        });
        Tables.end(html);
        html.close().line();
    }

    private static void flatten(
            String name, JsonNode value, Mode mode, Map<String, Map<Mode, String>> rows) {
        if (value.isObject()) {
            for (Map.Entry<String, JsonNode> each : value.properties()) {
                flatten(name + " " + each.getKey(), each.getValue(), mode, rows);
            }
        } else if (!value.isArray() && rows.size() < MOST_GROUPS * 10) {
            String text =
                    value.isFloatingPointNumber()
                            ? String.format(Locale.ROOT, "%.4f", value.doubleValue())
                            : value.asString("");
            rows.computeIfAbsent(name, _ -> new LinkedHashMap<>()).put(mode, text);
        }
    }

    private void costs(Html html) {
        if (run.results().stream().allMatch(it -> it.completionTokens() == 0)) {
            return;
        }
        section(html, "Time and tokens");
        html.open("div", "class", "charts");
        histogram(html, "Time of an answer", TrialResult::latencyMillis, Format::millis);
        histogram(
                html,
                "Tokens of a prompt",
                TrialResult::promptTokens,
                tokens -> Format.count(Math.round(tokens)));
        histogram(
                html,
                "Tokens of an answer",
                TrialResult::completionTokens,
                tokens -> Format.count(Math.round(tokens)));
        html.close();
        html.element(
                "p",
                "Answers of several rows are written together, so the time of one includes its"
                        + " wait for the others. Answers that were never begun are left out.",
                "class",
                "muted");
        html.close().line();
    }

    private void histogram(
            Html html,
            String title,
            ToDoubleFunction<TrialResult> quantity,
            DoubleFunction<String> spelled) {
        List<Group> groups = new ArrayList<>();
        results.forEach((mode, its) -> {
            double[] values =
                    its.stream()
                            .filter(it -> it.promptTokens() > 0)
                            .mapToDouble(quantity)
                            .toArray();
            if (values.length > 0) {
                groups.add(new Group(mode.text(), Run.series(mode), values));
            }
        });
        if (groups.isEmpty()) {
            return;
        }
        html.open("figure").element("figcaption", title);
        Charts.histogram(html, title, groups, spelled);
        html.close();
    }

    private void about(Html html) {
        section(html, "What was run");
        Tables.begin(html, "From summary.json", List.of("Setting", "Value"));
        for (Map.Entry<String, JsonNode> each : run.summary().properties()) {
            if (!each.getKey().equals("modes")) {
                setting(html, each.getKey(), each.getValue());
            }
        }
        Tables.end(html);
        html.close().line();
    }

    private static void setting(Html html, String name, JsonNode value) {
        if (value.isObject()) {
            value.properties()
                    .forEach(each -> setting(html, name + "." + each.getKey(), each.getValue()));
        } else if (!value.isNull() && !(value.isArray() && value.isEmpty())) {
            html.open("tr");
            Tables.head(html, name);
            html.open("td", "class", "words")
                    .text(
                            Format.clipped(
                                    value.isString() ? value.stringValue() : value.toString(),
                                    4_000))
                    .close();
            html.close();
        }
    }

    private void rows(Html html) {
        List<TrialResult> failed = run.results().stream().filter(Run::hasFailed).toList();
        section(html, "Answers that failed");
        if (failed.isEmpty()) {
            html.element("p", "None.").close();
            return;
        }
        Set<String> kinds = new LinkedHashSet<>(Run.failures(run.results()).keySet());
        CardFilter.write(html, modes, "Reason", kinds);
        Html cards = new Html();
        int shown = 0;
        for (TrialResult each : chosen(failed)) {
            if (cards.length() > MOST_CHARACTERS) {
                break;
            }
            TrialCard.write(cards, each);
            shown++;
        }
        html.element("p", counted(shown, failed.size()), "class", "muted");
        html.open("div", "id", "cards");
        html.append(cards).close();
        html.close().line();
    }

    private static String counted(int shown, int all) {
        String legend =
                "Marked in the expected answer: what the output lacks; in the output: what was not"
                        + " expected.";
        return shown == all
                ? "%s, all shown. %s".formatted(Format.count(all), legend)
                : "%s of %s shown; all are in results.jsonl, with \"verdict\":\"failed\". %s"
                        .formatted(Format.count(shown), Format.count(all), legend);
    }

    // As many of each mode, the first of the file.
    private List<TrialResult> chosen(List<TrialResult> failed) {
        Set<TrialResult> chosen = new LinkedHashSet<>();
        int each = Math.max(1, MOST_CARDS / modes.size());
        for (Mode mode : modes) {
            failed.stream()
                    .filter(it -> it.trial().mode() == mode)
                    .limit(each)
                    .forEach(chosen::add);
        }
        failed.stream().limit(Math.max(0, MOST_CARDS - chosen.size())).forEach(chosen::add);
        return failed.stream().filter(chosen::contains).toList();
    }

    private static void section(Html html, String heading) {
        html.open("section").element("h2", heading);
    }
}

package dev.talaria.eval.report;

import dev.talaria.eval.suite.Mode;

import tools.jackson.databind.JsonNode;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Precision, recall and F1 of each field, where the suite counts fields.
final class FieldTable {

    /// The metric of a summary that holds them by field.
    static final String METRIC = "fields";

    /// All metrics of a summary that this table shows.
    static final Set<String> METRICS = Set.of(METRIC, "micro", "macro");

    private static final int MOST_FIELDS = 200;

    private final Run run;
    private final List<Mode> modes;

    FieldTable(Run run, List<Mode> modes) {
        this.run = run;
        this.modes = modes;
    }

    void write(Html html) {
        Set<String> names = new LinkedHashSet<>();
        modes.forEach(mode -> names.addAll(metrics(mode).path(METRIC).propertyNames()));
        if (names.isEmpty()) {
            return;
        }
        html.open("section").element("h2", "By field");
        Tables.begin(
                html,
                "Values found for each field; a wrong value is both spurious and missing",
                List.of(
                        "Field",
                        "Type",
                        "Mode",
                        " correct",
                        " spurious",
                        " missing",
                        " precision",
                        " recall",
                        " F1",
                        "",
                        " F1 as spelled"));
        Set<String> invented = new LinkedHashSet<>(names);
        invented.removeIf(this::isKnown);
        names.removeAll(invented);
        names.stream().limit(MOST_FIELDS).forEach(name -> field(html, name));
        if (!invented.isEmpty()) {
            invented(html, invented);
        }
        for (String mean : List.of("micro", "macro")) {
            for (Mode mode : modes) {
                JsonNode figures = metrics(mode).path(mean);
                if (figures.isObject()) {
                    figures(
                            html,
                            mode == modes.getFirst() ? mean + " average" : "",
                            "",
                            mode,
                            figures);
                }
            }
        }
        Tables.end(html);
        if (names.size() > MOST_FIELDS) {
            html.element(
                    "p",
                    "The first %d of %d fields; all are in summary.json"
                            .formatted(MOST_FIELDS, names.size()));
        }
        html.close().line();
    }

    private void field(Html html, String name) {
        String shown = name;
        for (Mode mode : modes) {
            JsonNode figures = metrics(mode).path(METRIC).path(name);
            if (figures.isObject()) {
                figures(html, shown, figures.path("type").asString(""), mode, figures);
                shown = "";
            }
        }
    }

    private boolean isKnown(String name) {
        return modes.stream()
                .map(mode -> metrics(mode).path(METRIC).path(name))
                .anyMatch(it -> it.path("correct").asLong() + it.path("missing").asLong() > 0);
    }

    // Models make up names without end; what they are is in summary.json.
    private void invented(Html html, Set<String> names) {
        String shown =
                "%s that no document has"
                        .formatted(names.size() == 1 ? "1 field" : names.size() + " fields");
        for (Mode mode : modes) {
            long spurious =
                    names.stream()
                            .mapToLong(name ->
                                    metrics(mode).path(METRIC).path(name).path("spurious").asLong())
                            .sum();
            html.open("tr", "class", shown.isEmpty() ? "again" : "");
            Tables.head(html, shown);
            html.element("td", "").element("td", mode.text());
            Tables.figure(html, "0");
            Tables.figure(html, Format.count(spurious));
            Tables.figure(html, "0");
            html.open("td", "colspan", 5).close().close();
            shown = "";
        }
    }

    private static void figures(Html html, String name, String type, Mode mode, JsonNode figures) {
        html.open("tr", "class", name.isEmpty() ? "again" : "");
        Tables.head(html, name);
        html.element("td", name.isEmpty() ? "" : type);
        html.element("td", mode.text());
        for (String count : List.of("correct", "spurious", "missing")) {
            JsonNode value = figures.path(count);
            Tables.figure(html, value.isMissingNode() ? "" : Format.count(value.asLong()));
        }
        for (String share : List.of("precision", "recall", "f1")) {
            Tables.figure(html, Format.share(figures.path(share).asDouble()));
        }
        html.open("td");
        Charts.bar(html, figures.path("f1").asDouble(), Run.series(mode));
        html.close();
        Tables.figure(html, Format.share(figures.path("rawF1").asDouble()));
        html.close();
    }

    private JsonNode metrics(Mode mode) {
        return run.summary().path("modes").path(mode.text()).path("metrics");
    }
}

package dev.talaria.eval.report;

import java.util.List;

/// Tables with headings that readers and programs that read aloud can follow.
final class Tables {

    private Tables() {}

    /// Begins a table, its head and its body; ended with [#end].
    ///
    /// @param columns headings; those that begin with a space are of numbers
    static void begin(Html html, String caption, List<String> columns) {
        html.open("div", "class", "scroll").open("table").element("caption", caption);
        html.open("thead").open("tr");
        for (String column : columns) {
            html.element(
                    "th",
                    column.strip(),
                    "scope",
                    "col",
                    "class",
                    column.startsWith(" ") ? "figure" : "words");
        }
        html.close().close().open("tbody");
    }

    static void end(Html html) {
        html.close().close().close().line();
    }

    static void head(Html html, String text) {
        html.element("th", text, "scope", "row");
    }

    static void figure(Html html, String text) {
        html.element("td", text, "class", "figure");
    }
}

package dev.talaria.eval.report;

import dev.talaria.eval.suite.Mode;

import java.util.Collection;

/// The controls above the cards. Hidden until the page's script runs, which they need.
final class CardFilter {

    private CardFilter() {}

    /// @param label what the kinds are
    static void write(Html html, Collection<Mode> modes, String label, Collection<String> kinds) {
        html.open("form", "id", "filters", "class", "filters", "hidden", "hidden");
        select(html, "mode", "Mode", modes.stream().map(Mode::text).toList());
        select(html, "kind", label, kinds);
        html.open("label").text("Text ");
        html.single(
                "input",
                "type",
                "search",
                "id",
                "filter-text",
                "placeholder",
                "in prompt, answer, reasons");
        html.close();
        html.element("button", "Open all", "type", "button", "id", "open-all");
        html.element("button", "Close all", "type", "button", "id", "close-all");
        html.open("output", "id", "filter-count", "aria-live", "polite").close();
        html.close().line();
    }

    private static void select(Html html, String name, String label, Collection<String> values) {
        html.open("label").text(label + " ").open("select", "id", "filter-" + name);
        html.element("option", "all", "value", "");
        values.forEach(value -> html.element("option", value, "value", value));
        html.close().close();
    }
}

package dev.talaria.eval.report;

import dev.talaria.eval.suite.Reason;
import dev.talaria.eval.suite.TrialResult;

import tools.jackson.databind.JsonNode;

import java.util.List;
import java.util.Locale;

/// One result to read: prompt, expected and output side by side with their differences, reasons.
final class TrialCard {

    /// The longest text that is shown whole.
    static final int LONGEST_TEXT = 12_000;

    private static final int LONGEST_REASON = 2_000;
    private static final int HEADLINE = 140;

    private TrialCard() {}

    /// A card that opens.
    static void write(Html html, TrialResult result) {
        html.open(
                "details",
                "class",
                "card",
                "data-mode",
                result.trial().mode().text(),
                "data-kinds",
                String.join(" ", Run.kinds(result)),
                "data-row",
                result.trial().row());
        html.open("summary");
        headline(html, result);
        html.close();
        meta(html, result);
        reasons(html, result);
        prompt(html, result.prompt());
        html.open("div", "class", "sides");
        answer(html, result.expected(), "Output", result.output(), true);
        html.close();
        verbatim(html, result);
        html.close().line();
    }

    private static void headline(Html html, TrialResult result) {
        html.element("span", "row " + result.trial().row(), "class", "number");
        html.element(
                "span",
                result.trial().mode().text(),
                "class",
                "badge " + Run.series(result.trial().mode()));
        html.element("span", "seed " + result.trial().seed(), "class", "muted");
        Run.kinds(result).forEach(kind -> html.element("span", kind, "class", "badge"));
        String first =
                result.published().reasons().stream().map(Reason::text).findFirst().orElse("");
        html.element("span", Format.clipped(first, HEADLINE), "class", "muted first");
    }

    static void meta(Html html, TrialResult result) {
        StringBuilder words = new StringBuilder();
        words.append(Format.count(result.promptTokens())).append(" prompt tokens, ");
        words.append(Format.count(result.completionTokens())).append(" written, ");
        words.append(Format.millis(result.latencyMillis())).append(", ended by ");
        words.append(result.finish().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        words.append("; by the stricter rules ").append(result.strict().verdict().text());
        html.element("p", words.toString(), "class", "muted");
    }

    static void reasons(Html html, TrialResult result) {
        List<Reason> reasons = result.published().reasons();
        if (reasons.isEmpty()) {
            return;
        }
        html.open("ul", "class", "reasons");
        for (Reason reason : reasons) {
            html.open("li");
            if (!reason.isRemark()) {
                html.element("span", reason.kind(), "class", "badge").text(" ");
            }
            html.text(Format.clipped(reason.text(), LONGEST_REASON)).close();
        }
        html.close();
    }

    static void prompt(Html html, String prompt) {
        html.open("details", "class", "prompt").element("summary", "Prompt");
        whole(html, prompt);
        html.close();
    }

    private static void whole(Html html, String text) {
        html.element("pre", Format.clipped(text, LONGEST_TEXT), "tabindex", "0");
        noteLength(html, text);
    }

    private static void noteLength(Html html, String text) {
        if (text.length() > LONGEST_TEXT) {
            html.element(
                    "p",
                    "%s of %s characters; the rest is in results.jsonl"
                            .formatted(Format.count(LONGEST_TEXT), Format.count(text.length())),
                    "class",
                    "muted");
        }
    }

    /// Expected and output in two columns, what only one of them has marked.
    ///
    /// @param withExpected whether the expected answer is shown, or only compared with
    static void answer(
            Html html, JsonNode expected, String heading, String output, boolean withExpected) {
        String right = IndentedJson.of(expected);
        String found =
                IndentedJson.in(output).map(it -> IndentedJson.like(it, expected)).orElse(output);
        TextDifference difference =
                TextDifference.of(
                        Format.clipped(right, LONGEST_TEXT), Format.clipped(found, LONGEST_TEXT));
        if (withExpected) {
            side(html, "Expected", difference.first(), "del", right);
        }
        side(html, heading, difference.second(), "ins", found);
    }

    private static void side(
            Html html, String heading, List<TextDifference.Part> parts, String mark, String whole) {
        html.open("section").element("h4", heading).open("pre", "tabindex", "0");
        if (parts.isEmpty()) {
            html.element("em", "(empty)");
        }
        for (TextDifference.Part part : parts) {
            if (part.isCommon()) {
                html.text(part.text());
            } else {
                mark(html, mark, part.text());
            }
        }
        html.close();
        noteLength(html, whole);
        html.close();
    }

    // Line by line without its indentation: struck white space is hard to look at.
    private static void mark(Html html, String mark, String text) {
        String separator = "";
        for (String line : text.split("\n", -1)) {
            html.text(separator);
            String words = line.stripLeading();
            html.text(line.substring(0, line.length() - words.length()));
            if (!words.isEmpty()) {
                html.element(mark, words);
            }
            separator = "\n";
        }
    }

    // The differences are shown in an order and layout of their own.
    private static void verbatim(Html html, TrialResult result) {
        if (IndentedJson.in(result.output()).isPresent()) {
            html.open("details", "class", "prompt").element("summary", "Output as it was written");
            whole(html, result.output());
            html.close();
        }
    }
}

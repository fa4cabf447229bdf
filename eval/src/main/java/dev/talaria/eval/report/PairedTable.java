package dev.talaria.eval.report;

import dev.talaria.eval.report.Charts.Estimate;
import dev.talaria.eval.statistics.PairedDifference;

import java.util.List;

/// Two sides over the same rows: which passed where, and what the difference is worth.
final class PairedTable {

    private PairedTable() {}

    static void write(Html html, PairedRuns paired, String first, String second) {
        PairedDifference difference = paired.difference();
        if (difference.method() == PairedDifference.Method.EXACT) {
            Tables.begin(
                    html,
                    "Rows by whether they passed",
                    List.of("", " " + second + " passed", " " + second + " failed"));
            row(html, first + " passed", paired.both(), paired.lost().size());
            row(html, first + " failed", paired.gained().size(), paired.neither());
            Tables.end(html);
        } else {
            html.element(
                    "p",
                    "Over the seeds, %d rows passed more often in %s and %d more often in %s."
                            .formatted(
                                    paired.gained().size(), second, paired.lost().size(), first));
        }
        List<Estimate> estimates =
                List.of(
                        new Estimate(
                                second + " − " + first,
                                difference.difference(),
                                difference.interval(),
                                "s1",
                                false));
        Charts.estimates(
                html,
                "Difference of the shares that passed, in points, with its 95 % interval",
                estimates,
                Charts.Axis.differences(estimates),
                value -> Format.points(value).replace(" points", ""));
        html.element("p", sentence(difference, first, second));
    }

    private static void row(Html html, String name, int passed, int failed) {
        html.open("tr");
        Tables.head(html, name);
        Tables.figure(html, Format.count(passed));
        Tables.figure(html, Format.count(failed));
        html.close();
    }

    static String sentence(PairedDifference difference, String first, String second) {
        String words =
                difference.interval().low() > 0
                        ? second + " is better"
                        : difference.interval().high() < 0
                                ? second + " is worse"
                                : "no difference is shown";
        return "%s less %s: %s (%s), %s; %s. Over %s rows, by %s."
                .formatted(
                        second,
                        first,
                        Format.points(difference.difference()),
                        Format.points(difference.interval()),
                        Format.probability(difference.p()),
                        words,
                        Format.count(difference.rows()),
                        difference.method().words());
    }
}

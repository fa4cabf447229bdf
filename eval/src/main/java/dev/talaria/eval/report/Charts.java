package dev.talaria.eval.report;

import dev.talaria.eval.statistics.Interval;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/// Pictures as inline SVG. Each has a title and a description for those who do not see it; colours
/// come from the page's style, by class.
final class Charts {

    private static final int WIDTH = 760;
    private static final int LABELS = 210;
    private static final int VALUES = 190;
    private static final int ROW = 28;
    private static final int AXIS = 26;
    private static final int TOP = 8;

    private Charts() {}

    /// A share or difference with its interval.
    ///
    /// @param series class of its colour
    /// @param isPart whether it is drawn smaller, as one of those a larger one is made of
    record Estimate(String label, double value, Interval interval, String series, boolean isPart) {}

    /// Estimates below each other on a common axis.
    ///
    /// @param spelled how a value and its interval are written beside it
    static void estimates(
            Html html,
            String title,
            List<Estimate> estimates,
            Axis axis,
            DoubleFunction<String> spelled) {
        int height = TOP + estimates.size() * ROW + AXIS;
        begin(html, title, estimates, spelled, height);
        double plot = WIDTH - LABELS - VALUES;
        for (double tick : axis.ticks()) {
            double x = LABELS + plot * axis.place(tick);
            html.open(
                            "line",
                            "class",
                            tick == axis.origin() ? "origin" : "grid",
                            "x1",
                            at(x),
                            "x2",
                            at(x),
                            "y1",
                            TOP,
                            "y2",
                            height - AXIS)
                    .close();
            html.element(
                    "text",
                    axis.spelled().apply(tick),
                    "class",
                    "tick",
                    "x",
                    at(x),
                    "y",
                    height - 8,
                    "text-anchor",
                    "middle");
        }
        for (int i = 0; i < estimates.size(); i++) {
            estimate(html, estimates.get(i), TOP + i * ROW + ROW / 2.0, axis, plot, spelled);
        }
        html.close().line();
    }

    private static void begin(
            Html html,
            String title,
            List<Estimate> estimates,
            DoubleFunction<String> spelled,
            int height) {
        StringBuilder words = new StringBuilder();
        estimates.forEach(each ->
                words.append(each.label()).append(": ").append(label(each, spelled)).append(". "));
        begin(html, title, words.toString().strip(), WIDTH, height);
    }

    private static void begin(Html html, String title, String description, int width, int height) {
        html.open(
                "svg",
                "role",
                "img",
                "class",
                "chart",
                "viewBox",
                "0 0 %d %d".formatted(width, height),
                "width",
                width,
                "height",
                height);
        html.element("title", title);
        html.element("desc", description);
    }

    private static String label(Estimate estimate, DoubleFunction<String> spelled) {
        return "%s  (%s to %s)"
                .formatted(
                        spelled.apply(estimate.value()),
                        spelled.apply(estimate.interval().low()),
                        spelled.apply(estimate.interval().high()));
    }

    private static void estimate(
            Html html,
            Estimate estimate,
            double y,
            Axis axis,
            double plot,
            DoubleFunction<String> spelled) {
        double low = LABELS + plot * axis.place(estimate.interval().low());
        double high = LABELS + plot * axis.place(estimate.interval().high());
        double middle = LABELS + plot * axis.place(estimate.value());
        String size = estimate.isPart() ? " part" : "";
        html.open("g", "class", estimate.series() + size);
        html.element(
                "text",
                Format.clipped(estimate.label(), 34),
                "class",
                "label",
                "x",
                LABELS - 14,
                "y",
                at(y + 4.5),
                "text-anchor",
                "end");
        html.open("line", "class", "reach", "x1", at(low), "x2", at(high), "y1", at(y), "y2", at(y))
                .close();
        for (double end : new double[] {low, high}) {
            html.open(
                            "line", "class", "reach", "x1", at(end), "x2", at(end), "y1", at(y - 5),
                            "y2", at(y + 5))
                    .close();
        }
        html.open("circle", "cx", at(middle), "cy", at(y), "r", estimate.isPart() ? 4 : 6);
        html.element("title", estimate.label() + ": " + label(estimate, spelled));
        html.close();
        html.element(
                "text",
                label(estimate, spelled),
                "class",
                "value",
                "x",
                WIDTH - VALUES + 16,
                "y",
                at(y + 4.5));
        html.close();
    }

    /// A scale from one end to the other.
    ///
    /// @param origin the tick that stands out
    record Axis(
            double low,
            double high,
            double origin,
            double[] ticks,
            DoubleFunction<String> spelled) {

        /// From 0 to 100 %.
        static Axis shares() {
            return new Axis(
                    0,
                    1,
                    0,
                    new double[] {0, 0.25, 0.5, 0.75, 1},
                    tick -> Math.round(100 * tick) + " %");
        }

        /// Differences of shares around 0, as wide as the widest of some intervals.
        static Axis differences(List<Estimate> estimates) {
            double widest =
                    estimates.stream()
                            .mapToDouble(each ->
                                    Math.max(
                                            Math.abs(each.interval().low()),
                                            Math.abs(each.interval().high())))
                            .max()
                            .orElse(0);
            double end = widest <= 0.1 ? 0.1 : widest <= 0.2 ? 0.2 : widest <= 0.5 ? 0.5 : 1;
            return new Axis(
                    -end,
                    end,
                    0,
                    new double[] {-end, -end / 2, 0, end / 2, end},
                    tick -> Format.points(tick).replace(" points", "").replace(".0", ""));
        }

        double place(double value) {
            return (Math.clamp(value, low, high) - low) / (high - low);
        }
    }

    /// One group of values of a histogram.
    record Group(String name, String series, double[] values) {}

    /// The same quantity of several groups, below each other in the same bins.
    ///
    /// @param spelled how a value is written
    static void histogram(
            Html html, String title, List<Group> groups, DoubleFunction<String> spelled) {
        Histogram histogram = Histogram.of(groups.stream().map(Group::values).toList());
        int panel = 112;
        int height = groups.size() * panel + AXIS;
        int width = 480;
        double plot = width - 24.0;
        double bar = plot / histogram.bins();
        begin(html, title, description(groups, spelled), width, height);
        for (int i = 0; i < groups.size(); i++) {
            panel(html, histogram, groups.get(i), i, panel, bar, spelled);
        }
        int step = Math.max(1, (int) Math.ceil(histogram.bins() / 5.0));
        for (int bin = 0; bin < histogram.bins(); bin += step) {
            html.element(
                    "text",
                    spelled.apply(histogram.edge(bin)),
                    "class",
                    "tick",
                    "x",
                    at(12 + bin * bar),
                    "y",
                    height - 8,
                    "text-anchor",
                    bin == 0 ? "start" : "middle");
        }
        html.close().line();
    }

    private static String description(List<Group> groups, DoubleFunction<String> spelled) {
        StringBuilder words = new StringBuilder();
        for (Group group : groups) {
            double[] sorted = group.values().clone();
            Arrays.sort(sorted);
            if (sorted.length > 0) {
                words.append(
                        "%s: %s values, median %s, largest %s. "
                                .formatted(
                                        group.name(),
                                        Format.count(sorted.length),
                                        spelled.apply(median(sorted)),
                                        spelled.apply(sorted[sorted.length - 1])));
            }
        }
        return words.toString().strip();
    }

    static double median(double[] sorted) {
        return sorted[(sorted.length - 1) / 2];
    }

    private static void panel(
            Html html,
            Histogram histogram,
            Group group,
            int place,
            int height,
            double bar,
            DoubleFunction<String> spelled) {
        double base = (place + 1.0) * height;
        double room = height - 34.0;
        int[] counts = histogram.counts().get(place);
        html.open("g", "class", group.series());
        html.element(
                "text",
                heading(group, spelled),
                "class",
                "value",
                "x",
                12,
                "y",
                at(base - room - 14));
        for (int bin = 0; bin < counts.length; bin++) {
            if (counts[bin] == 0) {
                continue;
            }
            double tall = Math.max(1.5, room * counts[bin] / Math.max(1, histogram.highest()));
            html.open(
                    "rect",
                    "x",
                    at(12 + bin * bar),
                    "y",
                    at(base - tall),
                    "width",
                    at(Math.max(1, bar - 2)),
                    "height",
                    at(tall),
                    "rx",
                    1.5);
            html.element(
                    "title", range(histogram, bin, spelled) + ": " + Format.count(counts[bin]));
            html.close();
        }
        html.open(
                        "line",
                        "class",
                        "axis",
                        "x1",
                        12,
                        "x2",
                        at(12 + bar * counts.length),
                        "y1",
                        at(base),
                        "y2",
                        at(base))
                .close();
        html.close();
    }

    private static String heading(Group group, DoubleFunction<String> spelled) {
        double[] sorted = group.values().clone();
        Arrays.sort(sorted);
        return sorted.length == 0
                ? group.name()
                : "%s · median %s · 90th percentile %s"
                        .formatted(
                                group.name(),
                                spelled.apply(median(sorted)),
                                spelled.apply(sorted[(int) Math.ceil(0.9 * sorted.length) - 1]));
    }

    private static String range(Histogram histogram, int bin, DoubleFunction<String> spelled) {
        String from = spelled.apply(histogram.edge(bin));
        return bin == histogram.bins() - 1 && histogram.isOpen()
                ? from + " or more"
                : from + " to " + spelled.apply(histogram.edge(bin + 1));
    }

    /// A bar in a cell of a table, as long as its share; the number stands beside it in the text.
    static void bar(Html html, double share, String series) {
        int width = 120;
        html.open(
                "svg",
                "class",
                "bar " + series,
                "viewBox",
                "0 0 %d 12".formatted(width),
                "width",
                width,
                "height",
                12,
                "aria-hidden",
                "true");
        html.open("rect", "class", "track", "x", 0, "y", 2, "width", width, "height", 8, "rx", 2)
                .close();
        if (share > 0) {
            html.open(
                            "rect",
                            "x",
                            0,
                            "y",
                            2,
                            "width",
                            at(Math.max(2, width * share)),
                            "height",
                            8,
                            "rx",
                            2)
                    .close();
        }
        html.close();
    }

    private static String at(double place) {
        return String.format(Locale.ROOT, "%.1f", place);
    }
}

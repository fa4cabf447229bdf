package dev.talaria.eval.report;

import dev.talaria.eval.statistics.Accuracy;
import dev.talaria.eval.statistics.Interval;

import java.util.Locale;

/// Figures as people read them.
final class Format {

    private static final double MILLIS = 1_000;
    private static final double SMALL = 0.001;

    private Format() {}

    /// `62.5 %`.
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /// `55.1 to 69.3 %`.
    static String percents(Interval interval) {
        return String.format(
                Locale.ROOT, "%.1f to %.1f %%", 100 * interval.low(), 100 * interval.high());
    }

    /// `62.5 % (55.1 to 69.3 %)`.
    static String accuracy(Accuracy accuracy) {
        return "%s (%s)".formatted(percent(accuracy.share()), percents(accuracy.interval()));
    }

    /// `+7.5 points`.
    static String points(double difference) {
        return signed(difference) + " points";
    }

    /// `−1.2 to +15.9 points`.
    static String points(Interval interval) {
        return "%s to %s points".formatted(signed(interval.low()), signed(interval.high()));
    }

    private static String signed(double difference) {
        String text = String.format(Locale.ROOT, "%+.1f", 100 * difference);
        return text.equals("-0.0") || text.equals("+0.0") ? "0.0" : text.replace('-', '−');
    }

    /// `p = 0.031`.
    static String probability(double p) {
        return p < SMALL ? "p < 0.001" : String.format(Locale.ROOT, "p = %.3f", p);
    }

    /// `1,234`.
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// `85 ms`, `1.2 s`.
    static String millis(double millis) {
        return millis < MILLIS
                ? String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis)
                : String.format(Locale.ROOT, "%,.1f s", millis / MILLIS);
    }

    /// `0.812`.
    static String share(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    /// The text up to so many characters, with a mark where it goes on.
    static String clipped(String text, int characters) {
        if (text.length() <= characters) {
            return text;
        }
        int end =
                Character.isHighSurrogate(text.charAt(characters - 1))
                        ? characters - 1
                        : characters;
        return text.substring(0, end) + "…";
    }
}

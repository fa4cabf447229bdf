package dev.talaria.eval.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A report for people.
final class ReportTable {

    private final BenchReport report;
    private final List<String> lines = new ArrayList<>();

    ReportTable(BenchReport report) {
        this.report = report;
    }

    @Override
    public String toString() {
        lines.clear();
        model();
        machine();
        ceilings();
        figures();
        report.comparison().ifPresent(this::comparison);
        report.notes().forEach(note -> line("note: %s", note));
        return String.join(System.lineSeparator(), lines);
    }

    // Points, not commas, whatever the user's country: figures are copied into documents.
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is of a library that is not here
    private void line(String format, Object... arguments) {
        lines.add(String.format(Locale.ROOT, format, arguments));
    }

    private void model() {
        MeasuredModel model = report.model();
        line("%s: %s, %s, %s", model.file(), model.name(), model.type(), model.description());
        line(
                "one token: %s multiply-adds; one step reads %s of weights%s",
                giga(model.multiplyAddsPerToken()),
                giga(model.bytesPerStep()) + "B",
                model.fileBytes() == 0 ? "" : " (the file has " + giga(model.fileBytes()) + "B)");
    }

    private void machine() {
        line(
                "%s; %d threads, %d rounds",
                report.machine().line(), report.threads(), report.rounds());
    }

    private void ceilings() {
        MeasuredCeilings ceilings = report.ceilings();
        Ceiling best = ceilings.best();
        line(
                "ceilings, best of %d in this run: memory read %.1f GB/s, float32 multiply-add %.1f"
                        + " G/s",
                ceilings.samples().size(),
                best.readBytesPerSecond() / 1e9,
                best.multiplyAddsPerSecond() / 1e9);
        line(
                ceilings.drifted()
                        ? "the ceilings drifted by %.0f %% and %.0f %%: something else used the"
                                + " machine; shares and spreads are blurred, measure again"
                        : "the ceilings held: they varied by %.0f %% and %.0f %%",
                100 * ceilings.readDrift(),
                100 * ceilings.multiplyAddDrift());
    }

    private void figures() {
        line("");
        line("%-12s %36s   %26s %11s", "", "tokens/s", "share of", "share of *");
        line(
                "%-12s %12s %11s %11s   %12s %13s %11s",
                "", "best", "median", "slowest", "multiply-add", "memory read", "beside");
        for (Figure figure : report.figures()) {
            boolean read = figure.limit().equals(Limit.MEMORY_READ.label());
            line(
                    "%-12s %12.2f %11.2f %11.2f   %10.1f %%%s %10.1f %%%s %9.1f %%",
                    figure.name(),
                    figure.tokensPerSecond().best(),
                    figure.tokensPerSecond().median(),
                    figure.tokensPerSecond().slowest(),
                    100 * figure.multiplyAddShare(),
                    read ? " " : "*",
                    100 * figure.readShare(),
                    read ? "*" : " ",
                    100 * figure.besideShare());
        }
        line(
                "* the limit it is held against: the best round by the best ceiling; beside, the"
                        + " median of the rounds by what the machine gave just before and after");
    }

    private void comparison(Comparison comparison) {
        line("");
        line(
                "beside %s %s (%s, Node %s), which reports: %s",
                comparison.peer().engine(),
                comparison.peer().build(),
                comparison.peer().distribution(),
                comparison.peer().node(),
                comparison.peer().features());
        line(
                "after %d of %d prompts both found the same next token",
                comparison.agreement().same(), comparison.agreement().prompts());
        line("%-12s %36s   %26s", "", "its tokens/s", "ours by its");
        line("%-12s %12s %11s %11s   %12s %13s", "", "best", "median", "slowest", "best", "median");
        for (Comparison.Ratio ratio : comparison.figures()) {
            line(
                    "%-12s %12.2f %11.2f %11.2f   %12.2f %13.2f",
                    ratio.name(),
                    ratio.tokensPerSecond().best(),
                    ratio.tokensPerSecond().median(),
                    ratio.tokensPerSecond().slowest(),
                    ratio.ratio(),
                    ratio.medianRatio());
        }
    }

    // Small models count in millions.
    private static String giga(long number) {
        return number < 100_000_000
                ? String.format(Locale.ROOT, "%.2f M", number / 1e6)
                : String.format(Locale.ROOT, "%.2f G", number / 1e9);
    }
}

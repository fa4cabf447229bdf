package dev.talaria.inference.report;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/// A report as lines for a terminal.
final class ReportText {

    private static final int LONGEST_LINE = 100;

    private final StringBuilder text = new StringBuilder();

    ReportText(ModelReport report) {
        line("file", report.file() + ", " + report.format());
        line("size", bytes(report.fileBytes()));
        line(
                "architecture",
                report.architecture().isEmpty() ? "not stated" : report.architecture());
        report.name().ifPresent(name -> line("name", name));
        line("parameters", number(report.parameters()));
        report.tensorTypes()
                .forEach((type, count) ->
                        line(
                                "  " + type,
                                number(count.tensors()) + " tensors, " + bytes(count.bytes())));
        dimensions(report.dimensions());
        tokenizer(report.tokenizer());
        verdict(report);
    }

    private void dimensions(ModelReport.Dimensions dimensions) {
        line("context", dimensions.context());
        line("layers", dimensions.layers());
        line("dimension", dimensions.dim());
        line("feed-forward", dimensions.ffn());
        line("heads", dimensions.heads());
        line("KV heads", dimensions.kvHeads());
        line("head dimension", dimensions.headDim());
        dimensions.ropeBase().ifPresent(base -> line("rope base", String.valueOf(base)));
        dimensions.rotaryScaling().ifPresent(scaling -> line("rope scaling", scaling));
        line("sliding window", dimensions.slidingWindow());
    }

    private void tokenizer(ModelReport.TokenizerSummary tokenizer) {
        line(
                "tokenizer",
                "%s, %s tokens"
                        .formatted(tokenizer.model().orElse("none"), number(tokenizer.tokens())));
        for (Map.Entry<String, Long> special : tokenizer.specials().entrySet()) {
            line("  " + special.getKey(), String.valueOf(special.getValue()));
        }
        line("chat template", tokenizer.chatTemplate().orElse("none"));
    }

    private void verdict(ModelReport report) {
        if (report.isRunnable()) {
            line("runs here", "yes");
        } else {
            line("runs here", report.vocabularyOnly() ? "no, it is a vocabulary only" : "no");
            report.obstacles().forEach(obstacle -> line("  because", obstacle));
        }
    }

    private void line(String label, OptionalLong value) {
        value.ifPresent(present -> line(label, number(present)));
    }

    // The file's own strings go to a terminal: no control characters, no endless lines.
    private void line(String label, String value) {
        String shown = value.replaceAll("\\p{Cntrl}", " ");
        boolean tooLong = shown.length() > LONGEST_LINE && !label.equals("  because");
        text.append("%-16s ".formatted(label))
                .append(tooLong ? shown.substring(0, LONGEST_LINE) + "…" : shown)
                .append('\n');
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String bytes(long value) {
        return value < 1_000_000_000
                ? String.format(Locale.ROOT, "%,d bytes (%.1f MB)", value, value / 1e6)
                : String.format(Locale.ROOT, "%,d bytes (%.2f GB)", value, value / 1e9);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}

package dev.talaria.eval.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A report of documents for people.
final class DocumentTable {

    private final DocumentReport report;
    private final List<String> lines = new ArrayList<>();

    DocumentTable(DocumentReport report) {
        this.report = report;
    }

    @Override
    public String toString() {
        lines.clear();
        head();
        line("");
        line(
                "%-10s %27s %9s %9s %9s %9s %11s",
                "", "documents/min", "prompt", "known", "read", "written", "valid");
        line("%-10s %8s %9s %8s %39s", "", "best", "median", "slowest", "tokens of a document");
        side("ours", report.own());
        report.comparison().ifPresent(beside -> side(beside.peer().engine(), beside.figures()));
        line("");
        report.own().shortcuts().ifPresent(it -> shortcuts(report.own(), it));
        report.comparison().ifPresent(this::comparison);
        return String.join(System.lineSeparator(), lines);
    }

    // Points, not commas, whatever the user's country: figures are copied into documents.
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is of a library that is not here
    private void line(String format, Object... arguments) {
        lines.add(String.format(Locale.ROOT, format, arguments).stripTrailing());
    }

    private void head() {
        DocumentReport.Model model = report.model();
        line("%s: %s, %s, %s", model.file(), model.name(), model.type(), model.description());
        line("%s; %d threads", report.machine().line(), report.threads());
        line(
                "%d rounds of %d documents, answers of up to %d tokens, temperature 0",
                report.own().seconds().size(), report.documents(), report.mostTokens());
    }

    private void side(String name, DocumentReport.Side side) {
        long documents = documents();
        line(
                "%-10s %8.2f %9.2f %8.2f %9.1f %9.1f %9.1f %9.1f %5d of %d",
                name,
                side.documentsPerMinute().best(),
                side.documentsPerMinute().median(),
                side.documentsPerMinute().slowest(),
                (double) side.promptTokens() / documents,
                (double) side.knownTokens() / documents,
                (double) (side.promptTokens() - side.knownTokens()) / documents,
                (double) side.writtenTokens() / documents,
                side.valid(),
                documents);
    }

    private long documents() {
        return (long) report.documents() * report.own().seconds().size();
    }

    private void shortcuts(DocumentReport.Side side, DocumentResult.Shortcuts shortcuts) {
        double written = Math.max(1, side.writtenTokens());
        line(
                "ours: %.1f %% of the written tokens forced by the grammar, %.1f %% guessed right"
                        + " (%d of %d guesses); %.1f rows of the model a document, %.1f a pass",
                100 * shortcuts.forcedTokens() / written,
                100 * shortcuts.acceptedTokens() / written,
                shortcuts.acceptedTokens(),
                shortcuts.guessedTokens(),
                (double) shortcuts.rows() / documents(),
                (double) shortcuts.rows() / Math.max(1, shortcuts.steps()));
    }

    private void comparison(DocumentReport.Beside beside) {
        line(
                "beside %s %s (%s, Node %s), %s sequences, which reports: %s",
                beside.peer().engine(),
                beside.peer().build(),
                beside.peer().distribution(),
                beside.peer().node(),
                beside.setting(),
                beside.peer().features());
        if (!beside.trials().isEmpty()) {
            line(
                    "its settings, documents/min: %s",
                    beside.trials().stream()
                            .map(it ->
                                    String.format(
                                            Locale.ROOT,
                                            "%s %.2f",
                                            it.setting(),
                                            it.documentsPerMinute()))
                            .collect(Collectors.joining(", ")));
        }
        line(
                "ours by its: best %.2f, median %.2f; the same value for %d of %d documents",
                beside.ratio(), beside.medianRatio(), beside.sameAnswers(), documents());
    }
}

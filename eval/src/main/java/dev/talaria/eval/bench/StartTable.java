package dev.talaria.eval.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Starts for people, in seconds: of each kind the fastest, the one in the middle and the slowest,
/// each with its own phases.
final class StartTable {

    private final StartBench.Starts starts;
    private final List<String> lines = new ArrayList<>();

    StartTable(StartBench.Starts starts) {
        this.starts = starts;
    }

    @Override
    public String toString() {
        lines.clear();
        line(
                "%-22s %8s %8s %8s %8s %8s %12s",
                "seconds", "in all", "JVM", "open", "weights", "engine", "first token");
        kind("files in memory", starts.warm());
        kind("files on disk", starts.cold());
        if (starts.cold().isEmpty()) {
            line(
                    "starts from the disk were not measured: this system cannot be asked to forget"
                            + " files");
        }
        return String.join(System.lineSeparator(), lines);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is of a library that is not here
    private void line(String format, Object... arguments) {
        lines.add(String.format(Locale.ROOT, format, arguments).stripTrailing());
    }

    private void kind(String name, List<StartBench.Phases> starts) {
        List<StartBench.Phases> sorted =
                starts.stream()
                        .sorted(Comparator.comparingDouble(StartBench.Phases::total))
                        .toList();
        if (sorted.isEmpty()) {
            return;
        }
        start(name + ", best", sorted.getFirst());
        if (sorted.size() > 2) {
            start("  median", sorted.get(sorted.size() / 2));
        }
        if (sorted.size() > 1) {
            start("  slowest", sorted.getLast());
        }
    }

    private void start(String name, StartBench.Phases start) {
        line(
                "%-22s %8.2f %8.2f %8.2f %8.2f %8.2f %12.2f",
                name,
                start.total(),
                start.jvm(),
                start.open(),
                start.weights(),
                start.engine(),
                start.token());
    }
}

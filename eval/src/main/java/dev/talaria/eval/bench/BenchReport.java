package dev.talaria.eval.bench;

import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.List;

/// What a run measured.
///
/// @param model in one line
/// @param threads of the run
/// @param readBytesPerSecond the machine's memory bandwidth, measured before and after: the better
/// @param multiplyAddsPerSecond the machine's float32 peak, likewise
/// @param matrixBytes what one step reads
/// @param multiplyAddsPerToken what one token costs
record BenchReport(
        String model,
        int threads,
        double readBytesPerSecond,
        double multiplyAddsPerSecond,
        long matrixBytes,
        long multiplyAddsPerToken,
        List<Figure> figures) {

    BenchReport {
        figures = List.copyOf(figures);
    }

    /// As one JSON object.
    String json() {
        return JsonMapper.shared().writeValueAsString(this);
    }

    /// As a table for people.
    String table() {
        List<String> lines = new ArrayList<>();
        lines.add(model + ", " + threads + " threads");
        lines.add(
                "ceilings of this machine now: memory read %.1f GB/s, float32 multiply-add %.1f G/s"
                        .formatted(readBytesPerSecond / 1e9, multiplyAddsPerSecond / 1e9));
        lines.add(
                "one token: %.2f G multiply-adds; one step reads %.2f GB"
                        .formatted(multiplyAddsPerToken / 1e9, matrixBytes / 1e9));
        lines.add("");
        lines.add("          tokens/s   (slowest)   of multiply-add   of memory read");
        for (Figure figure : figures) {
            lines.add(
                    "%-8s  %8.2f   %9.2f   %13.0f %%   %12.0f %%"
                            .formatted(
                                    figure.name(),
                                    figure.tokensPerSecond(),
                                    figure.slowestTokensPerSecond(),
                                    100 * figure.multiplyAddShare(),
                                    100 * figure.readShare()));
        }
        return String.join(System.lineSeparator(), lines);
    }
}

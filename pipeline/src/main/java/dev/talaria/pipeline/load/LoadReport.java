package dev.talaria.pipeline.load;

import java.util.Locale;

/// The figures as people read them.
public final class LoadReport {

    private static final int PERCENT = 100;

    private LoadReport() {}

    /// A round.
    static String line(int round, LoadResult.Round result) {
        return String.format(
                Locale.ROOT,
                "round %d: %,d documents in %.1f s, %s documents/s",
                round,
                result.documents(),
                result.nanos() / 1e9,
                rate(result.documentsPerSecond()));
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, perSecond < PERCENT ? "%.2f" : "%,.0f", perSecond);
    }

    /// What all rounds come to.
    public static String text(LoadResult result) {
        StringBuilder text = new StringBuilder();
        Ledger.Balance balance = result.balance();
        text.append(
                String.format(
                        Locale.ROOT,
                        "%s: %,d documents sent, %,d records read; %d missing, %d twice, %d"
                            + " foreign, %d wrong, %d rejected%n",
                        balance.isExact() ? "exactly once" : "NOT exactly once",
                        balance.documents(),
                        balance.records(),
                        balance.missing(),
                        balance.twice(),
                        balance.foreign(),
                        balance.wrong(),
                        balance.rejected()));
        ProcessorTime processors = result.processors();
        int documents = result.rounds().stream().mapToInt(LoadResult.Round::documents).sum();
        text.append(
                String.format(Locale.ROOT, "processor time, %.1f s:%n", processors.total() / 1e9));
        processors
                .nanos()
                .forEach((part, nanos) ->
                        text.append(
                                String.format(
                                        Locale.ROOT,
                                        "  %6.2f %%  %8.1f µs per document  %s%n",
                                        PERCENT * processors.share(part),
                                        nanos / 1e3 / documents,
                                        part.text())));
        return text.toString();
    }
}

package dev.talaria.pipeline.load;

import java.util.List;

/// What was measured.
///
/// @param rounds in their order
/// @param balance of all documents, those of the warm-up among them
public record LoadResult(List<Round> rounds, Ledger.Balance balance) {

    /// One round.
    ///
    /// @param documents that were answered in it
    /// @param nanos it took
    /// @param processors what was computed meanwhile
    record Round(int documents, long nanos, ProcessorTime processors) {

        double documentsPerSecond() {
            return documents * 1e9 / nanos;
        }
    }

    public LoadResult {
        rounds = List.copyOf(rounds);
    }

    /// Whether each document was answered exactly once, and as it had to be.
    public boolean isExact() {
        return balance.isExact() && balance.wrong() == 0;
    }

    /// Documents answered per second in the slowest round.
    public double slowest() {
        return rounds.stream().mapToDouble(Round::documentsPerSecond).min().orElseThrow();
    }

    /// The processors' time of all rounds.
    ProcessorTime processors() {
        return rounds.stream().map(Round::processors).reduce(ProcessorTime::plus).orElseThrow();
    }

    /// The topology's own share of it, 0 to 1.
    public double topologyShare() {
        return processors().share(ProcessorTime.Part.TOPOLOGY);
    }
}

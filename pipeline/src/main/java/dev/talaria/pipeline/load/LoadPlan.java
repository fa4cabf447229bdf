package dev.talaria.pipeline.load;

/// What is measured.
///
/// @param documentBytes of every document
/// @param warmUp documents before the first round
/// @param documents of a round
/// @param rounds that are timed, one after another without a break
/// @param lead documents that may be on their way at once, from the sender to the reader
public record LoadPlan(int documentBytes, int warmUp, int documents, int rounds, int lead) {

    /// Fewer do not hold a document's number and the words around it.
    public static final int LEAST_BYTES = 128;

    public LoadPlan {
        require(documentBytes >= LEAST_BYTES, "bytes", documentBytes, LEAST_BYTES);
        require(warmUp >= 0, "warm-up", warmUp, 0);
        require(documents >= 1, "documents", documents, 1);
        require(rounds >= 1, "rounds", rounds, 1);
        require(lead >= 1, "lead", lead, 1);
        Math.addExact(warmUp, Math.multiplyExact(documents, rounds));
    }

    private static void require(boolean holds, String name, int value, int least) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s = %d is below %d; raise it".formatted(name, value, least));
        }
    }

    /// Documents in all.
    int total() {
        return warmUp + documents * rounds;
    }
}

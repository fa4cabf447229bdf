package dev.talaria.inference.decode;

/// The last tokens of an answer, each with what was known before it came, so that it can be taken
/// back. Takes no memory however long the answer is. Used by one thread.
final class CommittedTokens {

    /// How many can be taken back.
    static final int MOST = 64;

    // So that those before the place are known also where all of these have been taken back.
    private static final int KEPT = MOST + ForcedSpelling.MOST_CONTEXT;

    private final int[] tokens = new int[KEPT];
    private final int[][] witnesses = new int[KEPT][];
    private final int[] followed = new int[KEPT];
    private int next;
    private int known;
    private int revocable;

    CommittedTokens() {}

    /// The same tokens, none of which can be taken back.
    CommittedTokens(CommittedTokens other) {
        System.arraycopy(other.tokens, 0, tokens, 0, KEPT);
        next = other.next;
        known = other.known;
    }

    /// How many can be taken back.
    int revocable() {
        return revocable;
    }

    /// The token that cannot be taken back once another is added; -1 where all still can.
    int forgottenNext() {
        return revocable < MOST ? -1 : tokens[next];
    }

    /// Adds a token.
    ///
    /// @param witness the completion that was known before it; may be null
    /// @param place how much of that was followed
    void add(int token, int[] witness, int place) {
        tokens[next] = token;
        witnesses[next] = witness;
        followed[next] = place;
        next = (next + 1) % KEPT;
        known = Math.min(KEPT, known + 1);
        revocable = Math.min(MOST, revocable + 1);
    }

    /// Takes the last token back; what it came with is still told until another is added.
    ///
    /// @return the token
    int remove() {
        next = (next + KEPT - 1) % KEPT;
        known--;
        revocable--;
        return tokens[next];
    }

    /// The completion that was known before the token that was taken back last.
    int[] witnessBefore() {
        return witnesses[next];
    }

    /// How much of it was followed.
    int followedBefore() {
        return followed[next];
    }

    /// Copies the last tokens, as many as there is room for and as are known.
    ///
    /// @return how many these are
    int copyLast(int[] into) {
        int count = Math.min(into.length, known);
        for (int i = 0; i < count; i++) {
            into[i] = tokens[(next + KEPT - count + i) % KEPT];
        }
        return count;
    }
}

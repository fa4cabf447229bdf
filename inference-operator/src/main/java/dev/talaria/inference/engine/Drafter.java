package dev.talaria.inference.engine;

import dev.talaria.inference.decode.TokenConstraint;

/// Guesses the next tokens of one answer, to be verified together.
///
/// Two sources. What an answer says often stands in the prompt, so the tokens that followed the
/// last time the latest few came are likely to follow again (Saxena, "Prompt Lookup Decoding",
/// 2023). And where the grammar leaves one spelling, the longest token of it is likely. Each source
/// guesses as far ahead as that pays, by how often it has been right of late: every guess costs a
/// row, and saves some where it and all before it are right.
///
/// Used by the engine's thread alone.
final class Drafter {

    // The longest stretch of tokens that is looked for; longer ones rarely differ.
    private static final int LONGEST_MATCH = 4;

    /// How far ahead one source may guess.
    private static final class Source {

        // The latest seven guesses or so count. Where guessing does not pay, one is made now and
        // then, to hear of better times.
        private static final double KEPT = 0.85;
        private static final int PAUSE = 16;

        private double right = 3;
        private double verified = 5;
        private int pause;

        int reach(int most, double rowsSaved) {
            // So many that the chance of all to be right, times what the last one saves, is a row.
            int far = (int) (Math.log(rowsSaved) / Math.log(verified / right));
            if (far > 0) {
                return Math.min(far, most);
            }
            if (pause > 0) {
                pause--;
                return 0;
            }
            return 1;
        }

        // Behind a wrong guess nothing is verified.
        void hear(int guessed, int right) {
            if (guessed > 0) {
                int tried = Math.min(guessed, right + 1);
                double kept = Math.pow(KEPT, tried);
                this.right = this.right * kept + right;
                verified = verified * kept + tried;
                pause = PAUSE;
            }
        }
    }

    private final int[] draft;
    private final Source copying = new Source();
    private final Source spelling = new Source();
    private int count;
    private int copied;

    /// @param most tokens guessed ahead, up to what a constraint can take back
    Drafter(int most) {
        this.draft = new int[Math.min(most, TokenConstraint.MOST_REVOKED)];
    }

    /// The token guessed at a place.
    int token(int index) {
        return draft[index];
    }

    /// Guesses.
    ///
    /// @param tokens prompt and answer so far, of which the first `length` count
    /// @param constraint in the place after them, and there again afterwards; null for free text
    /// @param most tokens to guess at most
    /// @param rowsSaved by a token that was guessed right; one and more
    /// @return how many were guessed
    int guess(int[] tokens, int length, TokenConstraint constraint, int most, double rowsSaved) {
        count = 0;
        copied = 0;
        int limit = Math.min(most, draft.length);
        if (limit < 1) {
            return 0;
        }
        copy(tokens, length, constraint, copying.reach(limit, rowsSaved));
        copied = count;
        if (constraint != null) {
            spell(constraint, Math.min(limit, count + spelling.reach(limit, rowsSaved)));
            constraint.rollback(count);
        }
        return count;
    }

    private void copy(int[] tokens, int length, TokenConstraint ahead, int reach) {
        int from = reach > 0 ? follower(tokens, length) : -1;
        while (from >= 0 && from < length && count < reach) {
            int token = tokens[from++];
            if (ahead != null) {
                if (!ahead.canContinue() || !ahead.fits(token)) {
                    return;
                }
                ahead.commit(token);
            }
            draft[count++] = token;
        }
    }

    private void spell(TokenConstraint ahead, int reach) {
        while (count < reach) {
            int token = ahead.canContinue() ? ahead.guess() : -1;
            if (token < 0 || !ahead.fits(token)) {
                return;
            }
            ahead.commit(token);
            draft[count++] = token;
        }
    }

    /// Learns how many of the guesses were right.
    void hear(int right) {
        copying.hear(copied, Math.min(copied, right));
        if (right >= copied) {
            spelling.hear(count - copied, right - copied);
        }
        count = 0;
        copied = 0;
    }

    /// Where the latest tokens went on before: after the longest stretch that is the same, of
    /// several the last. A single token must have come once only.
    private static int follower(int[] tokens, int length) {
        int best = -1;
        int longest = 0;
        int singles = 0;
        for (int end = length - 2; end >= 0; end--) {
            int match = 0;
            while (match < LONGEST_MATCH
                    && match <= end
                    && tokens[end - match] == tokens[length - 1 - match]) {
                match++;
            }
            singles += match > 0 ? 1 : 0;
            if (match > longest) {
                longest = match;
                best = end + 1;
                if (longest == LONGEST_MATCH) {
                    break;
                }
            }
        }
        return longest > 1 || singles == 1 ? best : -1;
    }
}

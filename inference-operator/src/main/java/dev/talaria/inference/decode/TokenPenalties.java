package dev.talaria.inference.decode;

import dev.talaria.schemas.task.Penalties;

import java.util.Arrays;

/// Logits of one request after the penalties for what has been there before.
///
/// Used by one thread at a time.
final class TokenPenalties {

    private final Penalties penalties;

    // Per token of the vocabulary: how often the answer has it, and whether anything has.
    private int[] counts = new int[0];
    private boolean[] seen = new boolean[0];

    // The tokens that were seen, in the order they first came.
    private int[] tokens = new int[64];
    private int tokenCount;
    private float[] adjusted = new float[0];

    /// @param prompt whose tokens count as seen
    TokenPenalties(Penalties penalties, int[] prompt) {
        this.penalties = penalties;
        for (int token : prompt) {
            see(token);
        }
    }

    /// Counts a token of the answer.
    void add(int token) {
        see(token);
        counts[token]++;
    }

    private void see(int token) {
        if (token >= seen.length) {
            int length = Math.max(token + 1, 2 * seen.length);
            seen = Arrays.copyOf(seen, length);
            counts = Arrays.copyOf(counts, length);
        }
        if (!seen[token]) {
            seen[token] = true;
            if (tokenCount == tokens.length) {
                tokens = Arrays.copyOf(tokens, 2 * tokenCount);
            }
            tokens[tokenCount++] = token;
        }
    }

    /// The logits of the vocabulary with the penalties taken off, from index 0; valid until the
    /// next call.
    float[] apply(float[] logits, int offset, int vocabulary) {
        if (adjusted.length < vocabulary) {
            adjusted = new float[vocabulary];
        }
        System.arraycopy(logits, offset, adjusted, 0, vocabulary);
        for (int i = 0; i < tokenCount; i++) {
            int token = tokens[i];
            if (token < vocabulary) {
                adjusted[token] = penalized(adjusted[token], counts[token]);
            }
        }
        return adjusted;
    }

    private float penalized(float logit, int count) {
        float repeated =
                logit > 0 ? logit / penalties.repetition() : logit * penalties.repetition();
        float presence = count > 0 ? penalties.presence() : 0f;
        return repeated - count * penalties.frequency() - presence;
    }
}

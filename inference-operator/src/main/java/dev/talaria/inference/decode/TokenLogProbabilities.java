package dev.talaria.inference.decode;

import java.util.ArrayList;
import java.util.List;

/// How probable the model found a token, and others in its place.
///
/// These are natural logarithms of the model's own probabilities over the whole vocabulary: before
/// penalties, temperature and filters, and whatever a grammar allows. Alternatives are tokens that
/// were allowed; the chosen one may be among them.
///
/// @param chosen of the token that was written
/// @param alternatives the most probable tokens, the most probable first
public record TokenLogProbabilities(double chosen, List<Alternative> alternatives) {

    /// One that could have been written.
    public record Alternative(int token, double logProbability) {}

    public TokenLogProbabilities {
        alternatives = List.copyOf(alternatives);
    }

    /// Those of a token.
    ///
    /// @param logits of the whole vocabulary, from `offset`; not changed
    /// @param mask which tokens were allowed; null for all
    /// @param count of alternatives at most
    public static TokenLogProbabilities of(
            float[] logits, int offset, int vocabulary, int token, TokenMask mask, int count) {
        double normalizer = logOfSum(logits, offset, vocabulary);
        List<Alternative> best = new ArrayList<>(count + 1);
        for (int each = first(mask); count > 0 && each >= 0; each = next(mask, each)) {
            if (each >= vocabulary) {
                break;
            }
            double value = logits[offset + each] - normalizer;
            if (best.size() < count || value > best.getLast().logProbability()) {
                insert(best, new Alternative(each, value), count);
            }
        }
        return new TokenLogProbabilities(logits[offset + token] - normalizer, best);
    }

    private static int first(TokenMask mask) {
        return mask == null ? 0 : mask.nextAllowed(0);
    }

    private static int next(TokenMask mask, int token) {
        return mask == null ? token + 1 : mask.nextAllowed(token + 1);
    }

    private static void insert(List<Alternative> best, Alternative alternative, int count) {
        int at = best.size();
        while (at > 0 && best.get(at - 1).logProbability() < alternative.logProbability()) {
            at--;
        }
        best.add(at, alternative);
        if (best.size() > count) {
            best.removeLast();
        }
    }

    private static double logOfSum(float[] logits, int offset, int vocabulary) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < vocabulary; i++) {
            max = Math.max(max, logits[offset + i]);
        }
        double sum = 0;
        for (int i = 0; i < vocabulary; i++) {
            sum += Math.exp((double) logits[offset + i] - max);
        }
        return max + Math.log(sum);
    }
}

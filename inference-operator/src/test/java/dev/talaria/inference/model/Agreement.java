package dev.talaria.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

/// How near logits are to the exact ones.
///
/// @param relativeError norm of the difference, as a share of the exact logits' norm
/// @param equalTopTokens share of the positions with the same most likely token
/// @param divergence of the distributions over tokens (Kullback and Leibler), averaged over the
///   positions
record Agreement(double relativeError, double equalTopTokens, double divergence) {

    static Agreement of(float[] exact, float[] computed, int vocabulary) {
        assertThat(computed).hasSameSizeAs(exact);
        int positions = exact.length / vocabulary;
        double divergence = 0;
        int equal = 0;
        for (int position = 0; position < positions; position++) {
            int from = position * vocabulary;
            divergence += divergence(exact, computed, from, vocabulary);
            equal += top(exact, from, vocabulary) == top(computed, from, vocabulary) ? 1 : 0;
        }
        return new Agreement(
                relativeError(exact, computed), (double) equal / positions, divergence / positions);
    }

    private static double relativeError(float[] exact, float[] computed) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < exact.length; i++) {
            difference += Math.pow((double) computed[i] - exact[i], 2);
            norm += Math.pow(exact[i], 2);
        }
        return Math.sqrt(difference / norm);
    }

    private static int top(float[] logits, int from, int vocabulary) {
        int top = 0;
        for (int token = 1; token < vocabulary; token++) {
            top = logits[from + token] > logits[from + top] ? token : top;
        }
        return top;
    }

    private static double divergence(float[] exact, float[] computed, int from, int vocabulary) {
        double exactSum = logSum(exact, from, vocabulary);
        double computedSum = logSum(computed, from, vocabulary);
        double divergence = 0;
        for (int i = from; i < from + vocabulary; i++) {
            double p = exact[i] - exactSum;
            divergence += Math.exp(p) * (p - (computed[i] - computedSum));
        }
        return divergence;
    }

    private static double logSum(float[] logits, int from, int vocabulary) {
        double greatest = logits[from + top(logits, from, vocabulary)];
        double sum = 0;
        for (int i = from; i < from + vocabulary; i++) {
            sum += Math.exp(logits[i] - greatest);
        }
        return greatest + Math.log(sum);
    }
}

package dev.talaria.eval.choice;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What the log-likelihoods of a question's choices come to.
///
/// @param best the place of the most probable choice; the first of several
/// @param bestByLength the same with each log-likelihood divided by the characters of its choice
/// @param bestByBytes the same, divided by the bytes of the choice in UTF-8
/// @param truth the share of probability of the true statements; 0 where there are none
record ChoiceScores(int best, int bestByLength, int bestByBytes, double truth) {

    /// @param logLikelihoods of all that the question has to be scored
    static ChoiceScores of(ChoiceQuestion question, double[] logLikelihoods) {
        int count = question.choices().size();
        double[] plain = Arrays.copyOf(logLikelihoods, count);
        double[] byLength = plain.clone();
        double[] byBytes = plain.clone();
        for (int i = 0; i < count; i++) {
            String text = question.choices().get(i).text();
            byLength[i] /= text.codePointCount(0, text.length());
            byBytes[i] /= text.getBytes(StandardCharsets.UTF_8).length;
        }
        double[] truths = Arrays.copyOfRange(logLikelihoods, count, logLikelihoods.length);
        return new ChoiceScores(
                firstMaximum(plain),
                firstMaximum(byLength),
                firstMaximum(byBytes),
                share(truths, question.trueCount()));
    }

    private static int firstMaximum(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    // Relative to the largest: a likelihood alone may be too small for a number.
    private static double share(double[] logLikelihoods, int first) {
        double most = Arrays.stream(logLikelihoods).max().orElse(0);
        double part = 0;
        double whole = 0;
        for (int i = 0; i < logLikelihoods.length; i++) {
            double likelihood = Math.exp(logLikelihoods[i] - most);
            whole += likelihood;
            part += i < first ? likelihood : 0;
        }
        return whole == 0 ? 0 : part / whole;
    }
}

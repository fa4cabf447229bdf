package dev.talaria.eval.bench;

import dev.talaria.eval.peer.LlamaCpp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/// The same measures by another program, in the same run.
///
/// @param peer which one
/// @param agreement whether both compute the same: asked before anything is timed
/// @param figures in the order of the report's own
record Comparison(LlamaCpp.Description peer, Agreement agreement, List<Ratio> figures) {

    /// After how many prompts both find the same token the most probable. Their arithmetic differs
    /// in precision, so near ties may part them; a model that is read wrongly agrees on none.
    ///
    /// @param prompts that both were given
    /// @param same next token after so many of them
    record Agreement(int prompts, int same) {

        private static final int PROMPTS = 4;
        private static final int STEP = 8;

        /// @param longest prompt there is room for
        static Agreement of(IntUnaryOperator own, IntUnaryOperator others, int longest) {
            int same = 0;
            int prompts = 0;
            for (int i = 1; i <= PROMPTS && i * STEP <= longest; i++) {
                prompts++;
                same += own.applyAsInt(i * STEP) == others.applyAsInt(i * STEP) ? 1 : 0;
            }
            return new Agreement(prompts, same);
        }
    }

    /// The other program's speed, and ours as a multiple of it.
    ///
    /// @param name such as `pp512`
    /// @param tokensPerSecond of the other program
    /// @param ratio of the best rounds, ours by theirs: above 1 we are faster
    /// @param medianRatio of the median rounds
    /// @param seconds of each of their rounds
    record Ratio(
            String name,
            Speed tokensPerSecond,
            double ratio,
            double medianRatio,
            List<Double> seconds) {

        Ratio {
            seconds = List.copyOf(seconds);
        }
    }

    Comparison {
        figures = List.copyOf(figures);
    }

    static Comparison of(
            LlamaCpp.Description peer,
            Agreement agreement,
            Map<Measure, List<Double>> own,
            Map<Measure, List<Double>> others) {
        List<Ratio> figures = new ArrayList<>();
        others.forEach((measure, seconds) -> {
            Speed ours = Speed.of(measure.tokens(), own.get(measure));
            Speed theirs = Speed.of(measure.tokens(), seconds);
            figures.add(
                    new Ratio(
                            measure.name(),
                            theirs,
                            ours.best() / theirs.best(),
                            ours.median() / theirs.median(),
                            seconds));
        });
        return new Comparison(peer, agreement, figures);
    }
}

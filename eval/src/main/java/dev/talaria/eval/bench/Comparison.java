package dev.talaria.eval.bench;

import dev.talaria.eval.peer.LlamaCpp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The same measures by another program, in the same run.
///
/// @param peer which one
/// @param figures in the order of the report's own
record Comparison(LlamaCpp.Description peer, List<Ratio> figures) {

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
        return new Comparison(peer, figures);
    }
}

package dev.talaria.eval.bench;

import dev.talaria.inference.embedded.StageWork;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Remembers of each measure what the stages of its fastest round took.
final class StageRecorder implements Contestant {

    private final Contestant model;
    private final Supplier<List<StageWork>> stages;
    private final Map<Measure, Round> fastest = new HashMap<>();

    /// A measure, computed once.
    ///
    /// @param seconds in all
    /// @param stages in their order
    record Round(double seconds, List<StageWork> stages) {}

    /// @param stages what those of the model's last measure took
    StageRecorder(Contestant model, Supplier<List<StageWork>> stages) {
        this.model = model;
        this.stages = stages;
    }

    @Override
    public double seconds(Measure measure) {
        double seconds = model.seconds(measure);
        Round round = new Round(seconds, stages.get());
        fastest.merge(measure, round, (a, b) -> a.seconds() <= b.seconds() ? a : b);
        return seconds;
    }

    /// The measure's fastest round.
    Round fastest(Measure measure) {
        return fastest.get(measure);
    }
}

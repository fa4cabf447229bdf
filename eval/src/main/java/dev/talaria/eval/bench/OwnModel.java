package dev.talaria.eval.bench;

import dev.talaria.inference.embedded.ModelBench;
import dev.talaria.inference.embedded.StageWork;

import java.util.List;

/// The model in this process, and the work it does for each measure.
final class OwnModel implements Contestant {

    private final ModelBench bench;

    OwnModel(ModelBench bench) {
        this.bench = bench;
    }

    @Override
    public double seconds(Measure measure) {
        return switch (measure) {
            case Measure.Prompt prompt -> bench.promptSeconds(prompt.tokens());
            case Measure.Decode decode ->
                    bench.decodeSeconds(decode.sequences(), decode.context(), decode.steps());
        };
    }

    /// What the stages took of what was computed last.
    List<StageWork> stages() {
        return bench.stages();
    }

    /// What computing the measure once takes.
    Work work(Measure measure) {
        return switch (measure) {
            case Measure.Prompt prompt ->
                    new Work(
                            bench.promptMultiplyAdds(prompt.tokens()),
                            ModelBench.promptSteps(prompt.tokens()) * bench.matrixBytes());
            case Measure.Decode decode ->
                    new Work(
                            bench.decodeMultiplyAdds(
                                    decode.sequences(), decode.context(), decode.steps()),
                            decode.steps() * bench.matrixBytes());
        };
    }
}

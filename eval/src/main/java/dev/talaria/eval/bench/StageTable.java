package dev.talaria.eval.bench;

import dev.talaria.inference.embedded.ModelBench;
import dev.talaria.inference.embedded.StageWork;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Where the time of a measure goes, stage by stage, for people: a roofline for each product.
///
/// What is between two stages, and before and after the passes, is of no stage.
final class StageTable {

    private final Measure measure;
    private final StageRecorder.Round round;
    private final Ceiling ceiling;
    private final List<String> lines = new ArrayList<>();

    StageTable(Measure measure, StageRecorder.Round round, Ceiling ceiling) {
        this.measure = measure;
        this.round = round;
        this.ceiling = ceiling;
    }

    @Override
    public String toString() {
        lines.clear();
        line("");
        line(
                "%-18s %9s %8s %8s %12s %13s %13s",
                "stages of " + measure.name(),
                "ms a pass",
                "of time",
                "GB/s",
                "memory read",
                "G mul-adds/s",
                "multiply-add");
        round.stages().stream().filter(stage -> stage.seconds() > 0).forEach(this::stage);
        return String.join(System.lineSeparator(), lines);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is of a library that is not here
    private void line(String format, Object... arguments) {
        lines.add(String.format(Locale.ROOT, format, arguments).stripTrailing());
    }

    private void stage(StageWork stage) {
        double read = (double) passes() * stage.matrixBytes() / stage.seconds();
        double done = (double) rows(stage) * stage.multiplyAddsPerRow() / stage.seconds();
        boolean multiplies = stage.matrixBytes() > 0;
        line(
                "%-18s %9.3f %6.1f %% %8s %12s %13s %13s",
                stage.name(),
                1e3 * stage.seconds() / passes(),
                100 * stage.seconds() / round.seconds(),
                multiplies ? giga(read) : "",
                multiplies ? percent(read / ceiling.readBytesPerSecond()) : "",
                multiplies ? giga(done) : "",
                multiplies ? percent(done / ceiling.multiplyAddsPerSecond()) : "");
    }

    private static String giga(double number) {
        return String.format(Locale.ROOT, "%.1f", number / 1e9);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private int passes() {
        return switch (measure) {
            case Measure.Prompt prompt -> ModelBench.promptSteps(prompt.tokens());
            case Measure.Decode decode -> decode.steps();
        };
    }

    // Of a prompt, only the last token wants logits.
    private int rows(StageWork stage) {
        boolean isOfPrompt = measure instanceof Measure.Prompt;
        return isOfPrompt && stage.name().equals(StageWork.LOGITS) ? 1 : measure.tokens();
    }
}

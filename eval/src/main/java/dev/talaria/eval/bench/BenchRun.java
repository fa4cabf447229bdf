package dev.talaria.eval.bench;

import dev.talaria.inference.embedded.ModelBench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/// Measures a model: prompt, decode of one sequence, decode of several.
final class BenchRun {

    private static final int DECODE_CONTEXT = 32;

    private final ModelBench bench;
    private final BenchPlan plan;
    private final int threads;
    private final Consumer<String> progress;
    private final List<Measured> measured = new ArrayList<>();

    private record Measured(
            String name, int tokens, int steps, double bestSeconds, double worstSeconds) {}

    BenchRun(ModelBench bench, BenchPlan plan, int threads, Consumer<String> progress) {
        this.bench = bench;
        this.plan = plan;
        this.threads = threads;
        this.progress = progress;
    }

    BenchReport run() {
        progress.accept("ceilings");
        double read = bench.readBytesPerSecond();
        double multiplyAdds = bench.multiplyAddsPerSecond();
        progress.accept("warm-up");
        bench.promptSeconds(plan.promptTokens());
        bench.decodeSeconds(1, DECODE_CONTEXT, Math.min(8, plan.decodeTokens()));
        prompt();
        for (int sequences : plan.sequences()) {
            decode(sequences);
        }
        progress.accept("ceilings");
        read = Math.max(read, bench.readBytesPerSecond());
        multiplyAdds = Math.max(multiplyAdds, bench.multiplyAddsPerSecond());
        return report(read, multiplyAdds);
    }

    private void prompt() {
        int tokens = plan.promptTokens();
        int steps = ModelBench.promptSteps(tokens);
        measure("pp" + tokens, tokens, steps, () -> bench.promptSeconds(tokens));
    }

    private void decode(int sequences) {
        int steps = plan.decodeTokens();
        String name = sequences == 1 ? "tg" + steps : "tg" + steps + "x" + sequences;
        measure(
                name,
                sequences * steps,
                steps,
                () -> bench.decodeSeconds(sequences, DECODE_CONTEXT, steps));
    }

    private void measure(String name, int tokens, int steps, DoubleSupplier seconds) {
        double best = Double.MAX_VALUE;
        double worst = 0;
        for (int round = 1; round <= plan.rounds(); round++) {
            progress.accept("%s, round %d of %d".formatted(name, round, plan.rounds()));
            double took = seconds.getAsDouble();
            best = Math.min(best, took);
            worst = Math.max(worst, took);
        }
        measured.add(new Measured(name, tokens, steps, best, worst));
    }

    private BenchReport report(double read, double multiplyAdds) {
        List<Figure> figures =
                measured.stream().map(each -> figure(each, read, multiplyAdds)).toList();
        return new BenchReport(
                bench.description(),
                threads,
                read,
                multiplyAdds,
                bench.matrixBytes(),
                bench.multiplyAddsPerToken(),
                figures);
    }

    private Figure figure(Measured each, double read, double multiplyAdds) {
        double work = (double) each.tokens() * bench.multiplyAddsPerToken();
        double bytes = (double) each.steps() * bench.matrixBytes();
        return new Figure(
                each.name(),
                each.tokens() / each.bestSeconds(),
                each.tokens() / each.worstSeconds(),
                work / each.bestSeconds() / multiplyAdds,
                bytes / each.bestSeconds() / read);
    }
}

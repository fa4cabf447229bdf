package dev.talaria.pipeline.metrics;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.KeptAnswers;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.function.ToDoubleFunction;

/// What kept answers spare. Read when somebody asks.
final class ResultMeters {

    private final InferenceOperator operator;

    ResultMeters(InferenceOperator operator) {
        this.operator = operator;
    }

    void register(MeterRegistry registry) {
        requests(registry, "hit", KeptAnswers::hits);
        requests(registry, "miss", KeptAnswers::misses);
        Gauge.builder("talaria.results.kept", () -> read(KeptAnswers::results))
                .description("Answers that are kept")
                .register(registry);
        Gauge.builder("talaria.results.size", () -> read(KeptAnswers::bytes))
                .description("What they take on disk")
                .baseUnit("bytes")
                .register(registry);
        FunctionCounter.builder(
                        "talaria.results.corrupt", operator, _ -> read(KeptAnswers::corrupt))
                .description("Kept answers that were found damaged, and deleted")
                .register(registry);
    }

    private void requests(
            MeterRegistry registry, String outcome, ToDoubleFunction<KeptAnswers> count) {
        FunctionCounter.builder("talaria.results.requests", operator, _ -> read(count))
                .description("Documents whose answer was kept, or being computed, and others")
                .tag("outcome", outcome)
                .register(registry);
    }

    private double read(ToDoubleFunction<KeptAnswers> value) {
        return operator.keptAnswers().map(value::applyAsDouble).orElse(Double.NaN);
    }
}

package dev.talaria.pipeline.metrics;

import dev.talaria.inference.EngineActivity;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelCall;
import dev.talaria.inference.OperatorListener;
import dev.talaria.inference.OperatorVersion;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What the model does: calls, tokens and times, and the engine's state.
final class ModelMetrics implements OperatorListener {

    private static final String UNKNOWN = "unknown";

    // Of JSON Schema there are some sixty keywords.
    private static final int MOST_KEYWORDS = 100;
    private static final int MOST_FAILURES = 20;

    private final MeterRegistry registry;
    private final BoundedLabel keywords = new BoundedLabel(MOST_KEYWORDS);
    private final BoundedLabel failures = new BoundedLabel(MOST_FAILURES);
    private volatile Tags model = tags(UNKNOWN);

    ModelMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    private static Tags tags(String model) {
        return Tags.of(
                MetricNames.OPERATION, "chat",
                MetricNames.PROVIDER, "talaria",
                MetricNames.MODEL, model);
    }

    /// Names the operator's model from now on, and watches its engine. To be called once.
    void watch(InferenceOperator operator) {
        model = tags(operator.model().name());
        Gauge.builder("talaria.info", () -> 1)
                .description("What runs: version and model, always 1")
                .tag("version", OperatorVersion.current())
                .tag("model", operator.model().name())
                .tag("quantization", operator.model().quantization())
                .register(registry);
        if (operator.activity().isPresent()) {
            new EngineMeters(operator).register();
        }
    }

    @Override
    public void called(ModelCall call) {
        switch (call) {
            case ModelCall.Answered answered -> answered(answered);
            case ModelCall.Failed(String error, Duration duration) -> {
                Tags tags = model.and(MetricNames.ERROR_TYPE, failures.of(error));
                duration(MetricNames.OPERATION_DURATION, tags, duration);
                duration(MetricNames.REQUEST_DURATION, tags, duration);
            }
        }
    }

    private void answered(ModelCall.Answered call) {
        // All series of a name have the same labels in Prometheus.
        Tags tags = model.and(MetricNames.ERROR_TYPE, "");
        duration(MetricNames.OPERATION_DURATION, tags, call.duration());
        duration(MetricNames.REQUEST_DURATION, tags, call.duration());
        tokens("input", call.promptTokens());
        tokens("output", call.writtenTokens());
        Timer.builder("talaria.queue.time")
                .description("From a request's submission to the engine's turning to it")
                .serviceLevelObjectives(MetricNames.DURATIONS)
                .register(registry)
                .record(call.untilAdmitted());
        if (call.writtenTokens() > 0) {
            Timer.builder(MetricNames.TIME_TO_FIRST_TOKEN)
                    .description("Time to generate the first token, waiting included")
                    .serviceLevelObjectives(MetricNames.FIRST_TOKENS)
                    .tags(model)
                    .register(registry)
                    .record(call.untilFirstToken());
        }
        if (call.writtenTokens() > 1) {
            Duration writing = call.duration().minus(call.untilFirstToken());
            Timer.builder(MetricNames.TIME_PER_OUTPUT_TOKEN)
                    .description("Time per output token after the first")
                    .serviceLevelObjectives(MetricNames.OUTPUT_TOKENS)
                    .tags(model)
                    .register(registry)
                    .record(writing.dividedBy(call.writtenTokens() - 1L));
        }
    }

    private void duration(String name, Tags tags, Duration duration) {
        Timer.builder(name)
                .description("From submission to the last token")
                .serviceLevelObjectives(MetricNames.DURATIONS)
                .tags(tags)
                .register(registry)
                .record(duration);
    }

    private void tokens(String type, int tokens) {
        DistributionSummary.builder(MetricNames.TOKEN_USAGE)
                .description("Tokens of prompts and answers")
                .serviceLevelObjectives(MetricNames.TOKENS)
                .tags(model.and(MetricNames.TOKEN_TYPE, type))
                .register(registry)
                .record(tokens);
    }

    @Override
    public void invalid(List<String> failed) {
        for (String keyword : failed) {
            registry.counter("talaria.validation.failures", "keyword", keywords.of(keyword))
                    .increment();
        }
    }

    /// Read when somebody asks, so that the engine has no work with it.
    private final class EngineMeters {

        private final InferenceOperator operator;

        EngineMeters(InferenceOperator operator) {
            this.operator = operator;
        }

        private void register() {
            gauge(
                    "talaria.engine.running",
                    "Requests that are being read or written",
                    EngineActivity::running);
            gauge(
                    "talaria.engine.running.max",
                    "Requests there may be at once",
                    EngineActivity::mostRunning);
            gauge(
                    "talaria.batch.occupancy.ratio",
                    "Requests that run, of those there may be",
                    now -> (double) now.running() / now.mostRunning());
            gauge("talaria.queue.depth", "Requests not yet admitted", EngineActivity::waiting);
            gauge(
                    "talaria.engine.stalled.seconds",
                    "How long the engine has been at work without getting any further",
                    now -> now.stalled().toNanos() / 1e9);
            gauge(
                    "talaria.kv.usage.ratio",
                    "Of the key-value cache, what running requests hold",
                    now -> 1 - (double) now.freeBlocks() / now.capacityBlocks());
            blocks("used", now -> now.capacityBlocks() - now.freeBlocks());
            blocks("kept", EngineActivity::keptBlocks);
            blocks("empty", now -> now.freeBlocks() - now.keptBlocks());
            counter("talaria.engine.steps", "Forward passes", Tags.empty(), EngineActivity::steps);
            counter(
                    "talaria.engine.rows",
                    "Tokens read, written and guessed by all forward passes",
                    Tags.empty(),
                    EngineActivity::rows);
            String prompts = "Prompt tokens: computed, or known already from an equal beginning";
            counter(
                    "talaria.prompt.tokens",
                    prompts,
                    Tags.of("source", "computed"),
                    EngineActivity::promptTokens);
            counter(
                    "talaria.prompt.tokens",
                    prompts,
                    Tags.of("source", "cache"),
                    EngineActivity::cachedTokens);
            counter(
                    "talaria.written.tokens",
                    "Tokens of all answers",
                    Tags.empty(),
                    EngineActivity::writtenTokens);
            counter(
                    "talaria.forced.tokens",
                    "Of the written tokens those the schema left no choice about",
                    Tags.empty(),
                    EngineActivity::forcedTokens);
            String guesses = "Tokens guessed ahead";
            counter(
                    "talaria.guessed.tokens",
                    guesses,
                    Tags.of("outcome", "right"),
                    EngineActivity::acceptedTokens);
            counter(
                    "talaria.guessed.tokens",
                    guesses,
                    Tags.of("outcome", "wrong"),
                    now -> now.draftedTokens() - now.acceptedTokens());
        }

        private double read(ToDoubleFunction<EngineActivity> value) {
            return operator.activity().map(value::applyAsDouble).orElse(Double.NaN);
        }

        private void gauge(
                String name, String description, ToDoubleFunction<EngineActivity> value) {
            Gauge.builder(name, () -> read(value)).description(description).register(registry);
        }

        private void blocks(String state, ToDoubleFunction<EngineActivity> value) {
            Gauge.builder("talaria.kv.blocks", () -> read(value))
                    .description("Blocks of the key-value cache, of 32 tokens each")
                    .tag("state", state)
                    .register(registry);
        }

        private void counter(
                String name,
                String description,
                Tags tags,
                ToDoubleFunction<EngineActivity> value) {
            FunctionCounter.builder(name, operator, _ -> read(value))
                    .description(description)
                    .tags(tags)
                    .register(registry);
        }
    }
}

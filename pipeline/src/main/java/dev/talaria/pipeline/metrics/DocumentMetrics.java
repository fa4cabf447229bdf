package dev.talaria.pipeline.metrics;

import static java.util.Objects.requireNonNull;

import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.pipeline.processor.TrafficListener;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.RejectionStage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// What becomes of documents, and how long the topology has work with them.
final class DocumentMetrics implements TrafficListener {

    private static final String NO_SCHEMA = "none";

    private final MeterRegistry registry;
    private final BoundedLabel schemas;
    private final LongAdder pending = new LongAdder();
    private final Map<Step, Timer> steps = new EnumMap<>(Step.class);
    private final Map<RejectionStage, Counter> rejections = new EnumMap<>(RejectionStage.class);
    private final Counter retries;
    private final Timer duration;

    /// @param mostSchemas schemas that get figures of their own
    DocumentMetrics(MeterRegistry registry, int mostSchemas) {
        this.registry = registry;
        this.schemas = new BoundedLabel(mostSchemas);
        for (Step step : Step.values()) {
            Timer timer =
                    Timer.builder("talaria.topology")
                            .description("What stream threads do for documents, waiting left out")
                            .tag("step", name(step))
                            .register(registry);
            steps.put(step, timer);
        }
        for (RejectionStage stage : RejectionStage.values()) {
            Counter counter =
                    Counter.builder("talaria.rejections")
                            .description("Documents rejected, by how far they came")
                            .tag("stage", name(stage))
                            .register(registry);
            rejections.put(stage, counter);
        }
        retries =
                Counter.builder("talaria.retries")
                        .description("Answers asked for again because the one before was invalid")
                        .register(registry);
        duration =
                Timer.builder("talaria.document.duration")
                        .description("From a document's submission to its answer, retries included")
                        .serviceLevelObjectives(MetricNames.DURATIONS)
                        .register(registry);
        Gauge.builder("talaria.documents.pending", pending::sum)
                .description("Documents read and not answered, of this instance")
                .register(registry);
    }

    @Override
    public void pending(int change) {
        pending.add(change);
    }

    @Override
    public void worked(Step step, long nanos) {
        requireNonNull(steps.get(step)).record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void answered(SourceRecord source, Extraction extraction) {
        String outcome =
                switch (extraction) {
                    case Extraction.Extracted _ -> "extracted";
                    case Extraction.Rejected rejected -> {
                        requireNonNull(rejections.get(rejected.stage())).increment();
                        yield "rejected";
                    }
                };
        String schema =
                extraction
                        .provenance()
                        .schema()
                        .map(known -> schemas.of(known.reference().toString()))
                        .orElse(NO_SCHEMA);
        Counter.builder("talaria.documents")
                .description("Documents answered, by schema")
                .tag("schema", schema)
                .tag("outcome", outcome)
                .register(registry)
                .increment();
        int attempts = extraction.provenance().attempts();
        if (attempts > 1) {
            retries.increment(attempts - 1.0);
        }
        if (attempts > 0) {
            duration.record(extraction.provenance().latency());
        }
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}

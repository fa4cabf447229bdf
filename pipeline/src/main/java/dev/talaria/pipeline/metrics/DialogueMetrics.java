package dev.talaria.pipeline.metrics;

import static java.util.Objects.requireNonNull;

import dev.talaria.pipeline.dialogue.DialogueListener;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.extraction.RejectionStage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// What becomes of requests for text, or of conversations with tools.
final class DialogueMetrics implements DialogueListener {

    static final String TOPOLOGY = "topology";

    private final LongAdder open = new LongAdder();
    private final Counter answered;
    private final Map<RejectionStage, Counter> rejections = new EnumMap<>(RejectionStage.class);
    private final Counter calls;
    private final Timer duration;

    /// @param topology `chat` or `tools`
    DialogueMetrics(MeterRegistry registry, String topology) {
        answered =
                Counter.builder("talaria.requests.answered")
                        .description("Requests answered")
                        .tag(TOPOLOGY, topology)
                        .register(registry);
        for (RejectionStage stage : RejectionStage.values()) {
            Counter counter =
                    Counter.builder("talaria.requests.rejected")
                            .description("Requests and results rejected, by how far they came")
                            .tag(TOPOLOGY, topology)
                            .tag("stage", stage.name().toLowerCase(Locale.ROOT))
                            .register(registry);
            rejections.put(stage, counter);
        }
        calls =
                Counter.builder("talaria.tool.calls")
                        .description("Calls of tools by the model")
                        .tag(TOPOLOGY, topology)
                        .register(registry);
        duration =
                Timer.builder("talaria.request.duration")
                        .description("What the model took for an answer, all its turns together")
                        .serviceLevelObjectives(MetricNames.DURATIONS)
                        .tag(TOPOLOGY, topology)
                        .register(registry);
        Gauge.builder("talaria.requests.open", open::sum)
                .description("Requests read and not answered, of this instance")
                .tag(TOPOLOGY, topology)
                .register(registry);
    }

    @Override
    public void open(int change) {
        open.add(change);
    }

    @Override
    public void answered(Provenance provenance) {
        answered.increment();
        duration.record(provenance.latency());
    }

    @Override
    public void rejected(Extraction.Rejected rejected) {
        requireNonNull(rejections.get(rejected.stage())).increment();
    }

    @Override
    public void called(int count) {
        calls.increment(count);
    }
}

package dev.talaria.pipeline.metrics;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorListener;
import dev.talaria.pipeline.health.HealthServer;
import dev.talaria.pipeline.processor.TrafficListener;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import org.apache.kafka.streams.KafkaStreams;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// All figures of a process.
public final class PipelineMetrics implements HealthServer.Exposition, AutoCloseable {

    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS =
            "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ModelMetrics model = new ModelMetrics(registry);
    private final DocumentMetrics documents;
    private final Deque<AutoCloseable> bound = new ArrayDeque<>();

    /// @param mostSchemas schemas that get figures of their own; those that come later share one
    public PipelineMetrics(int mostSchemas) {
        documents = new DocumentMetrics(registry, mostSchemas);
        new JvmMemoryMetrics().bindTo(registry);
        JvmGcMetrics collections = new JvmGcMetrics();
        collections.bindTo(registry);
        bound.push(collections);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /// For the operator to tell what the model does.
    public OperatorListener model() {
        return model;
    }

    /// For the topology to tell what becomes of documents.
    public TrafficListener documents() {
        return documents;
    }

    /// Names the model, and watches its engine from now on. To be called once.
    public void watch(InferenceOperator operator) {
        model.watch(operator);
    }

    /// Watches the clients of a topology until it is closed. To be called once.
    ///
    /// @param inFlight documents with the operator
    /// @param lag records on the topic that were not read yet; negative where that is not known
    public void watch(KafkaStreams streams, IntSupplier inFlight, LongSupplier lag) {
        KafkaStreamsMetrics clients = new KafkaStreamsMetrics(streams);
        clients.bindTo(registry);
        bound.push(clients);
        Gauge.builder("talaria.documents.in.flight", inFlight::getAsInt)
                .description("Documents with the model")
                .register(registry);
        Gauge.builder("talaria.lag.records", () -> known(lag.getAsLong()))
                .description("Documents on the partitions of this instance not read yet")
                .register(registry);
    }

    private static double known(long lag) {
        return lag < 0 ? Double.NaN : lag;
    }

    /// Shows something that is the case or not.
    public void show(String name, String description, BooleanSupplier isTheCase) {
        Gauge.builder(name, () -> isTheCase.getAsBoolean() ? 1 : 0)
                .description(description)
                .register(registry);
    }

    @Override
    public HealthServer.Page read(Optional<String> accepted) {
        boolean open =
                accepted.filter(types -> types.contains("application/openmetrics-text"))
                        .isPresent();
        String type = open ? OPEN_METRICS : PROMETHEUS;
        return new HealthServer.Page(type, registry.scrape(type));
    }

    @Override
    public void close() {
        while (!bound.isEmpty()) {
            try {
                bound.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("a metric's source cannot be closed", e);
            }
        }
        registry.close();
    }
}

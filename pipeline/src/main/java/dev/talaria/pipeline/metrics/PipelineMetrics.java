package dev.talaria.pipeline.metrics;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorListener;
import dev.talaria.pipeline.dialogue.DialogueListener;
import dev.talaria.pipeline.health.HealthServer;
import dev.talaria.pipeline.processor.TrafficListener;
import dev.talaria.pipeline.task.Registration;
import dev.talaria.pipeline.task.Registry;
import dev.talaria.pipeline.topology.TopologyKind;

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
import java.util.EnumMap;
import java.util.Map;
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
    private final Map<TopologyKind, DialogueListener> dialogues = new EnumMap<>(TopologyKind.class);
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

    /// For a topology to tell what becomes of requests.
    public DialogueListener dialogue(TopologyKind kind) {
        return dialogues.computeIfAbsent(kind, one -> new DialogueMetrics(registry, one.text()));
    }

    /// Names the model, and watches its engine from now on. To be called once.
    public void watch(InferenceOperator operator) {
        model.watch(operator);
        if (operator.keptAnswers().isPresent()) {
            new ResultMeters(operator).register(registry);
        }
    }

    /// Counts the registered schemas and tasks from now on. To be called once.
    public void watch(Registry known) {
        registrations(known, "usable", Registration.Usable.class);
        registrations(known, "refused", Registration.Refused.class);
    }

    private void registrations(
            Registry known, String state, Class<? extends Registration> counted) {
        Gauge.builder(
                        "talaria.registrations",
                        () -> known.registrations().stream().filter(counted::isInstance).count())
                .description("Schemas and tasks on the schemas topic")
                .tag("state", state)
                .register(registry);
    }

    /// Watches the clients of a topology that reads requests, until it is closed. To be called once
    /// for each.
    ///
    /// @param inFlight requests with the generator
    /// @param lag records on its topics that were not read yet; negative where that is not known
    public void watch(
            TopologyKind kind, KafkaStreams streams, IntSupplier inFlight, LongSupplier lag) {
        watchClients(streams);
        Gauge.builder("talaria.requests.in.flight", inFlight::getAsInt)
                .description("Requests with the model")
                .tag(DialogueMetrics.TOPOLOGY, kind.text())
                .register(registry);
        Gauge.builder("talaria.requests.lag.records", () -> known(lag.getAsLong()))
                .description("Requests on the partitions of this instance not read yet")
                .tag(DialogueMetrics.TOPOLOGY, kind.text())
                .register(registry);
    }

    private void watchClients(KafkaStreams streams) {
        KafkaStreamsMetrics clients = new KafkaStreamsMetrics(streams);
        clients.bindTo(registry);
        bound.push(clients);
    }

    /// Watches the clients of a topology until it is closed. To be called once.
    ///
    /// @param inFlight documents with the operator
    /// @param lag records on the topic that were not read yet; negative where that is not known
    public void watch(KafkaStreams streams, IntSupplier inFlight, LongSupplier lag) {
        watchClients(streams);
        Gauge.builder("talaria.documents.in.flight", inFlight::getAsInt)
                .description("Documents with the model")
                .register(registry);
        Gauge.builder("talaria.lag.records", () -> known(lag.getAsLong()))
                .description("Documents on the partitions of this instance not read yet")
                .register(registry);
    }

    /// Counts what the process may have died of, from now on. To be called once for each topology.
    public void watchSuspects(TopologyKind kind, IntSupplier suspects) {
        Gauge.builder("talaria.suspects", suspects::getAsInt)
                .description("Records the process may have died of, not yet answered or rejected")
                .tag(DialogueMetrics.TOPOLOGY, kind.text())
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

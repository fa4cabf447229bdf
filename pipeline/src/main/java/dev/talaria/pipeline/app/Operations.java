package dev.talaria.pipeline.app;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorListener;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.config.PipelineConfig.Observation;
import dev.talaria.pipeline.dialogue.DialogueListener;
import dev.talaria.pipeline.health.Health;
import dev.talaria.pipeline.health.HealthServer;
import dev.talaria.pipeline.metrics.PipelineMetrics;
import dev.talaria.pipeline.processor.TrafficListener;
import dev.talaria.pipeline.topology.TopologyKind;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;

/// What a team that runs the pipeline looks at: health and figures, on the configured port.
///
/// Answers from the beginning: until a model and a pipeline are handed over, the process is live
/// and not ready.
public final class Operations implements AutoCloseable {

    private static final Duration TOPIC_INTERVAL = Duration.ofSeconds(15);
    private static final String MODEL = "model";
    private static final String PIPELINE = "pipeline";

    private final Observation observation;
    private final Health health = new Health();
    private final PipelineMetrics metrics;
    private final Optional<HealthServer> server;

    private Operations(Observation observation) {
        this.observation = observation;
        this.metrics = new PipelineMetrics(observation.mostSchemas());
        health.notReady(MODEL, "it is being loaded");
        health.notReady(PIPELINE, "it is not started yet");
        metrics.show(
                "talaria.live",
                "1 where /live says so, 0 where it does not",
                () -> health.notLive().isEmpty());
        metrics.show(
                "talaria.ready",
                "1 where /ready says so, 0 where it does not",
                () -> health.notReady().isEmpty());
        server = observation.port().map(this::listen);
    }

    /// Listens on the configured port, if there is one.
    ///
    /// @throws StartException where it cannot
    public static Operations open(PipelineConfig config) {
        return new Operations(config.observation());
    }

    private HealthServer listen(int port) {
        try {
            InetAddress address = InetAddress.getByName(observation.address());
            return HealthServer.start(new InetSocketAddress(address, port), health, metrics);
        } catch (UnknownHostException e) {
            throw new StartException(
                    "http.address = %s: there is no such address; use one of this machine, such as 127.0.0.1"
                            .formatted(observation.address()),
                    e);
        } catch (IOException e) {
            throw new StartException(
                    "http.port = %d: %s cannot be listened on there (%s); choose another port or address, or stop what listens there"
                            .formatted(port, observation.address(), e.getMessage()),
                    e);
        }
    }

    /// Where it listens, as the beginning of its addresses; empty where it does not.
    public Optional<String> address() {
        return server.map(HealthServer::address)
                .map(at -> "http://" + host(at.getAddress()) + ":" + at.getPort());
    }

    private static String host(InetAddress address) {
        String text = address.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }

    /// For the operator, from its beginning.
    public OperatorListener operatorListener() {
        return metrics.model();
    }

    /// For the topology, from its beginning.
    public TrafficListener trafficListener() {
        return metrics.documents();
    }

    /// For what reads requests, from its beginning.
    public DialogueListener dialogueListener(TopologyKind kind) {
        return metrics.dialogue(kind);
    }

    /// The model is loaded.
    public void watch(InferenceOperator operator) {
        metrics.watch(operator);
        health.requireLive(MODEL, EngineWatch.of(observation, operator)::notLive);
        health.ready(MODEL);
    }

    /// The topologies are started; what reads requests is looked at as what reads documents.
    ///
    /// @return what has to be closed with the pipeline
    public AutoCloseable watch(Pipeline pipeline, PipelineConfig config) {
        Duration patience = Duration.ofSeconds(observation.stallSeconds());
        for (DialogueApplication dialogue : pipeline.dialogues()) {
            StreamsWatch streams = dialogue.watch();
            String name = dialogue.kind().text();
            metrics.watch(dialogue.kind(), dialogue.streams(), dialogue::inFlight, streams::lag);
            metrics.watchSuspects(dialogue.kind(), dialogue::suspects);
            health.requireLive(name, () -> streams.notLive(patience));
            health.requireReady(name, streams::notReady);
        }
        if (pipeline.extraction().isPresent()) {
            return watch(pipeline.extraction().get(), config);
        }
        health.ready(PIPELINE);
        return watchTopics(config);
    }

    private TopicWatch watchTopics(PipelineConfig config) {
        TopicWatch topics = new TopicWatch(new Topics(config), TOPIC_INTERVAL);
        health.requireReady("topics", topics::problem);
        return topics;
    }

    /// The pipeline is started; whether the cluster has its topics is looked at now and then.
    ///
    /// @return what has to be closed with the pipeline
    public AutoCloseable watch(ExtractionApplication pipeline, PipelineConfig config) {
        StreamsWatch streams = pipeline.watch();
        Duration patience = Duration.ofSeconds(observation.stallSeconds());
        metrics.watch(pipeline.streams(), pipeline::inFlight, streams::lag);
        metrics.watchSuspects(TopologyKind.EXTRACTION, pipeline::suspects);
        metrics.watch(pipeline.registry());
        health.requireLive(PIPELINE, () -> streams.notLive(patience));
        health.requireReady(PIPELINE, streams::notReady);
        return watchTopics(config);
    }

    /// Works on jobs instead of documents.
    public void watchJobs() {
        health.ready(PIPELINE);
    }

    /// Not ready from now on.
    public void stopping() {
        health.stopping();
    }

    @Override
    public void close() {
        server.ifPresent(HealthServer::close);
        metrics.close();
    }
}

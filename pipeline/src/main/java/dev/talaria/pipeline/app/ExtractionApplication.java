package dev.talaria.pipeline.app;

import dev.talaria.connectors.kafka.DocumentReader;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.processor.ExtractProcessor;
import dev.talaria.pipeline.processor.InFlightGate;
import dev.talaria.pipeline.processor.Intake;
import dev.talaria.pipeline.processor.SchemaTableProcessor;
import dev.talaria.pipeline.processor.TrafficListener;
import dev.talaria.pipeline.task.Registry;
import dev.talaria.pipeline.task.SchemaDirectory;
import dev.talaria.pipeline.task.TaskResolver;
import dev.talaria.pipeline.topology.ExtractionTopology;
import dev.talaria.pipeline.topology.TopologyKind;
import dev.talaria.schemas.catalog.SchemaCatalog;

import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// The pipeline as it runs: topology, clients and the operator they share.
///
/// The operator is the caller's: it is used until [#close] has returned and not closed here.
public final class ExtractionApplication implements AutoCloseable {

    private final StreamsRun run;
    private final InFlightGate gate;
    private final String documents;
    private final int streamThreads;

    /// Sets the pipeline up; nothing is read before [#start()].
    ///
    /// @param end counted down when it has ended
    ExtractionApplication(
            PipelineConfig config,
            InferenceOperator operator,
            TrafficListener listener,
            CountDownLatch end) {
        documents = config.topics().documents();
        streamThreads = config.flow().streamThreads();
        gate = new InFlightGate(config.flow().inFlightMax());
        run =
                new StreamsRun(
                        TopologyKind.EXTRACTION.text(),
                        topology(config, operator, gate, listener),
                        ClientSettings.of(config, TopologyKind.EXTRACTION),
                        ClientSettings.stopTimeout(config),
                        end);
    }

    /// Starts the pipeline; schemas are known when it returns.
    public static ExtractionApplication start(PipelineConfig config, InferenceOperator operator) {
        return start(config, operator, TrafficListener.NONE);
    }

    /// As above, with a listener from the first document on.
    public static ExtractionApplication start(
            PipelineConfig config, InferenceOperator operator, TrafficListener listener) {
        ExtractionApplication application =
                new ExtractionApplication(config, operator, listener, new CountDownLatch(1));
        application.start();
        return application;
    }

    void start() {
        run.start();
    }

    /// The graph with its processors.
    public static Topology topology(PipelineConfig config, InferenceOperator operator) {
        InFlightGate gate = new InFlightGate(config.flow().inFlightMax());
        return topology(config, operator, gate, TrafficListener.NONE);
    }

    static Topology topology(
            PipelineConfig config,
            InferenceOperator operator,
            InFlightGate gate,
            TrafficListener listener) {
        String schemaTopic = config.topics().schemas();
        Registry registry =
                Registry.of(
                        new SchemaDirectory(
                                new SchemaCatalog(), schemaTopic, config.task().grammar()),
                        schemaTopic);
        Intake intake =
                new Intake(
                        new DocumentReader(config.flow().documentMaxBytes()),
                        new TaskResolver(registry, config.task()),
                        operator.model());
        ExtractProcessor.Wiring wiring =
                new ExtractProcessor.Wiring(
                        ExtractionTopology.PENDING_STORE,
                        ExtractionTopology.EXTRACTIONS,
                        ExtractionTopology.REJECTED,
                        ClientSettings.patience(config),
                        config.flow().ordering());
        return ExtractionTopology.build(
                config.topics(),
                ClientSettings.pendingBytes(config),
                () -> new ExtractProcessor(wiring, intake, operator, gate, listener),
                () -> new SchemaTableProcessor(ExtractionTopology.SCHEMA_STORE, registry));
    }

    /// Whether it reads documents now.
    public boolean isRunning() {
        return run.isRunning();
    }

    /// The pipeline as a monitor sees it.
    StreamsWatch watch() {
        return run.watch(documents, streamThreads);
    }

    /// Documents with the operator now.
    int inFlight() {
        return gate.inFlight();
    }

    KafkaStreams streams() {
        return run.streams();
    }

    /// Waits until the pipeline has ended by itself or was closed.
    public void awaitEnd() throws InterruptedException {
        run.awaitEnd();
    }

    /// As [#awaitEnd], up to that long; false where it still runs.
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return run.awaitEnd(patience);
    }

    /// Why the pipeline ended by itself, if it did.
    public Optional<String> failure() {
        return run.failure();
    }

    /// Stops within the configured bound. Answers that are finished are committed; documents
    /// without one stay pending for the next start.
    @Override
    public void close() {
        run.close();
    }
}

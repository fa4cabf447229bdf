package dev.talaria.pipeline.app;

import dev.talaria.connectors.kafka.DocumentReader;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.config.PipelineConfig.Stop;
import dev.talaria.pipeline.failure.CrashJournal;
import dev.talaria.pipeline.log.DocumentLog;
import dev.talaria.pipeline.processor.ExtractProcessor;
import dev.talaria.pipeline.processor.InFlightGate;
import dev.talaria.pipeline.processor.Intake;
import dev.talaria.pipeline.processor.SchemaTableProcessor;
import dev.talaria.pipeline.processor.TrafficListener;
import dev.talaria.pipeline.processor.TrafficListeners;
import dev.talaria.pipeline.task.Registry;
import dev.talaria.pipeline.task.SchemaDirectory;
import dev.talaria.pipeline.task.TaskResolver;
import dev.talaria.pipeline.topology.ExtractionTopology;
import dev.talaria.pipeline.topology.TopologyKind;
import dev.talaria.schemas.catalog.SchemaCatalog;

import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// The pipeline as it runs: topology, clients and the operator they share.
///
/// The operator is the caller's: it is used until [#close] has returned and not closed here.
public final class ExtractionApplication implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ExtractionApplication.class);

    private final StreamsRun run;
    private final InFlightGate gate;
    private final CrashJournal journal;
    private final EngineWatch engine;
    private final Registry registry;
    private final String documents;
    private final int streamThreads;
    private final Stop stop;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    /// Sets the pipeline up; nothing is read before [#start()].
    ///
    /// @param gate where its documents have their places
    /// @param end counted down when it has ended
    ExtractionApplication(
            PipelineConfig config,
            InferenceOperator operator,
            InFlightGate gate,
            TrafficListener listener,
            CountDownLatch end) {
        documents = config.topics().documents();
        streamThreads = config.flow().streamThreads();
        this.gate = gate;
        journal = CrashJournal.in(ClientSettings.crashFile(config, TopologyKind.EXTRACTION));
        engine = EngineWatch.of(config.observation(), operator);
        registry = registry(config);
        stop = config.stop();
        run =
                new StreamsRun(
                        TopologyKind.EXTRACTION.text(),
                        topology(config, operator, registry, gate, journal, listener),
                        ClientSettings.of(config, TopologyKind.EXTRACTION),
                        stop,
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
                new ExtractionApplication(
                        config,
                        operator,
                        new InFlightGate(config.flow().inFlightMax()),
                        listener,
                        new CountDownLatch(1));
        application.start();
        return application;
    }

    void start() {
        journal.open();
        run.start();
    }

    /// The graph with its processors.
    public static Topology topology(PipelineConfig config, InferenceOperator operator) {
        return topology(config, operator, CrashJournal.none());
    }

    /// As above, with a journal.
    static Topology topology(
            PipelineConfig config, InferenceOperator operator, CrashJournal journal) {
        InFlightGate gate = new InFlightGate(config.flow().inFlightMax());
        return topology(config, operator, registry(config), gate, journal, TrafficListener.NONE);
    }

    private static Registry registry(PipelineConfig config) {
        String topic = config.topics().schemas();
        return Registry.of(
                new SchemaDirectory(new SchemaCatalog(), topic, config.task().grammar()), topic);
    }

    private static Topology topology(
            PipelineConfig config,
            InferenceOperator operator,
            Registry registry,
            InFlightGate gate,
            CrashJournal journal,
            TrafficListener listener) {
        Intake intake =
                new Intake(
                        new DocumentReader(config.flow().documentMaxBytes()),
                        new TaskResolver(registry, config.task()),
                        operator.model());
        TrafficListener listeners =
                new TrafficListeners(
                        List.of(listener, new DocumentLog(config.observation().logsDocuments())));
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
                () -> new ExtractProcessor(wiring, intake, operator, gate, journal, listeners),
                () -> new SchemaTableProcessor(ExtractionTopology.SCHEMA_STORE, registry));
    }

    /// Whether it reads documents now.
    public boolean isRunning() {
        return run.isRunning();
    }

    /// The pipeline as a monitor sees it.
    StreamsWatch watch() {
        return run.watch(Set.of(documents), streamThreads);
    }

    /// Documents with the operator now.
    int inFlight() {
        return gate.inFlight();
    }

    /// Documents the process may have died of.
    int suspects() {
        return journal.suspects();
    }

    /// The schemas and tasks it knows.
    Registry registry() {
        return registry;
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

    /// Stops within the configured bound. Nothing more is asked of the operator; what it answers
    /// within half of the bound is committed, and documents without an answer stay pending for the
    /// next start.
    @Override
    public void close() {
        if (isClosed.getAndSet(true)) {
            return;
        }
        long start = System.nanoTime();
        gate.shut();
        finish(start + stop.timeout().dividedBy(2).toNanos());
        StreamsRun.settleHang(engine, journal);
        run.close(stop.timeout().minusNanos(System.nanoTime() - start));
        run.settle(journal);
    }

    // Answers are taken over by the stream threads, which look for them several times a second.
    private void finish(long deadlineNanos) {
        try {
            while (isRunning() && gate.unsettled() > 0 && System.nanoTime() - deadlineNanos < 0) {
                TimeUnit.NANOSECONDS.sleep(ExtractProcessor.DRAIN_INTERVAL.toNanos() / 2);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (gate.unsettled() > 0) {
            LOG.info("{} documents with the model stay pending", gate.unsettled());
        }
    }
}

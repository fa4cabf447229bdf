package dev.talaria.pipeline.app;

import dev.talaria.connectors.kafka.DocumentReader;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.processor.ExtractProcessor;
import dev.talaria.pipeline.processor.InFlightGate;
import dev.talaria.pipeline.processor.Intake;
import dev.talaria.pipeline.processor.SchemaTableProcessor;
import dev.talaria.pipeline.task.SchemaDirectory;
import dev.talaria.pipeline.task.TaskResolver;
import dev.talaria.pipeline.topology.ExtractionTopology;
import dev.talaria.pipeline.topology.TopologyKind;
import dev.talaria.schemas.catalog.SchemaCatalog;

import org.apache.kafka.streams.Topology;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// The pipeline as it runs: topology, clients and the operator they share.
///
/// The operator is the caller's: it is used until [#close] has returned and not closed here.
public final class ExtractionApplication implements AutoCloseable {

    private final StreamsRun run;

    private ExtractionApplication(StreamsRun run) {
        this.run = run;
    }

    /// Starts the pipeline; schemas are known when it returns.
    public static ExtractionApplication start(PipelineConfig config, InferenceOperator operator) {
        StreamsRun run = run(config, operator, new CountDownLatch(1));
        run.start();
        return new ExtractionApplication(run);
    }

    /// A run that is not yet started.
    ///
    /// @param end counted down when it has ended
    static StreamsRun run(PipelineConfig config, InferenceOperator operator, CountDownLatch end) {
        return new StreamsRun(
                TopologyKind.EXTRACTION.text(),
                topology(config, operator),
                ClientSettings.of(config, TopologyKind.EXTRACTION),
                ClientSettings.stopTimeout(config),
                end);
    }

    /// The graph with its processors.
    public static Topology topology(PipelineConfig config, InferenceOperator operator) {
        SchemaDirectory schemas =
                new SchemaDirectory(
                        new SchemaCatalog(), config.topics().schemas(), config.task().grammar());
        Intake intake =
                new Intake(
                        new DocumentReader(config.flow().documentMaxBytes()),
                        new TaskResolver(schemas, config.task()),
                        operator.model());
        InFlightGate gate = new InFlightGate(config.flow().inFlightMax());
        ExtractProcessor.Wiring wiring =
                new ExtractProcessor.Wiring(
                        ExtractionTopology.PENDING_STORE,
                        ExtractionTopology.EXTRACTIONS,
                        ExtractionTopology.REJECTED,
                        ClientSettings.PATIENCE);
        return ExtractionTopology.build(
                config.topics(),
                ClientSettings.pendingBytes(config),
                () -> new ExtractProcessor(wiring, intake, operator, gate),
                () -> new SchemaTableProcessor(ExtractionTopology.SCHEMA_STORE, schemas));
    }

    /// Whether it reads documents now.
    public boolean isRunning() {
        return run.isRunning();
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

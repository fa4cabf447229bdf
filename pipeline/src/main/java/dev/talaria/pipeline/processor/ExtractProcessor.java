package dev.talaria.pipeline.processor;

import dev.talaria.connectors.kafka.OutputHeaders;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorClosedException;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Documents in, extractions and rejected documents out, each document answered exactly once.
///
/// A record that is work for the model is put into the pending store and submitted; the stream
/// thread goes on. Every [#DRAIN_INTERVAL] the finished ones are forwarded and deleted from the
/// store, and a commit is asked for: output, deletion and source offset are one transaction. What
/// is in the store when a task starts was not answered, and is submitted again.
///
/// Where [InFlightGate] is full a record waits in the store; the stream thread waits with it, for a
/// bounded time between two drains, so that the rest of the lag stays on the topic.
public final class ExtractProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    /// How often finished extractions are forwarded.
    public static final Duration DRAIN_INTERVAL = Duration.ofMillis(50);

    private static final Logger LOG = LoggerFactory.getLogger(ExtractProcessor.class);

    private final Wiring wiring;
    private final Intake intake;
    private final InferenceOperator operator;
    private final InFlightGate gate;
    private final TrafficListener listener;

    private final Queue<String> waiting = new ArrayDeque<>();
    private Epoch epoch = new Epoch();
    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<String, SourceRecord> pending;
    private long patienceNanos;
    private int pendingTold;
    private boolean closedOperatorLogged;

    /// How the processor is joined to its topology.
    ///
    /// @param store of pending records
    /// @param extractions child node for validated JSON
    /// @param rejected child node for documents without
    /// @param patience how long the stream thread may wait for the operator between two drains
    public record Wiring(String store, String extractions, String rejected, Duration patience) {}

    public ExtractProcessor(
            Wiring wiring,
            Intake intake,
            InferenceOperator operator,
            InFlightGate gate,
            TrafficListener listener) {
        this.wiring = wiring;
        this.intake = intake;
        this.operator = operator;
        this.gate = gate;
        this.listener = listener;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        pending = context.getStateStore(wiring.store());
        // A task that was revived after a corrupted store calls init on the same processor again.
        epoch.end();
        epoch = new Epoch();
        waiting.clear();
        tellPending(-pendingTold);
        patienceNanos = wiring.patience().toNanos();
        try (KeyValueIterator<String, SourceRecord> unanswered = pending.all()) {
            while (unanswered.hasNext()) {
                KeyValue<String, SourceRecord> entry = unanswered.next();
                waiting.add(entry.key);
            }
        }
        tellPending(waiting.size());
        if (!waiting.isEmpty()) {
            LOG.info("task {}: {} documents are submitted again", context.taskId(), waiting.size());
        }
        context.schedule(DRAIN_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> drain());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        long start = System.nanoTime();
        boolean isWork = admit(source(record));
        long end = System.nanoTime();
        listener.worked(TrafficListener.Step.ADMIT, end - start);
        if (isWork) {
            waitAndSubmit(end);
        }
    }

    private boolean admit(SourceRecord source) {
        return switch (intake.admit(source)) {
            case Admission.Refused(Extraction.Rejected answer) -> {
                forward(source, answer);
                yield false;
            }
            case Admission.Admitted admitted -> {
                pending.put(source.position(), source);
                waiting.add(source.position());
                tellPending(1);
                yield true;
            }
        };
    }

    @Override
    public void close() {
        epoch.end();
        epoch = new Epoch();
        waiting.clear();
        tellPending(-pendingTold);
    }

    private void tellPending(int change) {
        pendingTold += change;
        listener.pending(change);
    }

    private SourceRecord source(Record<byte[], byte[]> record) {
        RecordMetadata metadata =
                context.recordMetadata()
                        .orElseThrow(() -> new IllegalStateException("a record without a source"));
        return new SourceRecord(
                metadata.topic(),
                metadata.partition(),
                metadata.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                record.headers());
    }

    // Waiting is charged to a budget that each drain renews: however many records one poll brings,
    // the stream thread comes round to committing and polling in time.
    private void waitAndSubmit(long start) {
        submitWaiting(patienceNanos);
        patienceNanos = Math.max(0, patienceNanos - (System.nanoTime() - start));
    }

    private void submitWaiting(long patience) {
        long deadline = System.nanoTime() + patience;
        while (!waiting.isEmpty() && gate.enter(Math.max(0, deadline - System.nanoTime()))) {
            long start = System.nanoTime();
            submit(waiting.remove());
            listener.worked(TrafficListener.Step.SUBMIT, System.nanoTime() - start);
        }
    }

    // Reads the record back from the store, so that a restart takes the same way.
    private void submit(String position) {
        SourceRecord source = pending.get(position);
        if (source == null) {
            gate.leave();
            return;
        }
        switch (intake.admit(source)) {
            case Admission.Admitted(Document document, ExtractionTask task) ->
                    epoch.follow(position, start(document, task), gate);
            case Admission.Refused(Extraction.Rejected answer) -> {
                gate.leave();
                epoch.answered(position, answer);
            }
        }
    }

    private CompletableFuture<Extraction> start(Document document, ExtractionTask task) {
        try {
            return operator.submit(document, task);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void drain() {
        long start = System.nanoTime();
        boolean answered = false;
        Epoch.Finished finished = epoch.nextFinished();
        while (finished != null) {
            answered |= answer(finished);
            finished = epoch.nextFinished();
        }
        if (answered) {
            context.commit();
            listener.worked(TrafficListener.Step.DRAIN, System.nanoTime() - start);
        }
        patienceNanos = wiring.patience().toNanos();
        submitWaiting(0);
    }

    private boolean answer(Epoch.Finished finished) {
        SourceRecord source = pending.get(finished.position());
        if (source == null || operatorClosed(finished.failure())) {
            return false;
        }
        Extraction extraction =
                finished.answer() != null
                        ? finished.answer()
                        : intake.engineFailure(source, cause(finished.failure()));
        forward(source, extraction);
        pending.delete(finished.position());
        tellPending(-1);
        return true;
    }

    // The document was not decided on: it stays pending, for the next start.
    private boolean operatorClosed(Throwable failure) {
        boolean closed =
                failure != null
                        && (cause(failure) instanceof OperatorClosedException
                                || cause(failure) instanceof CancellationException);
        if (closed && !closedOperatorLogged) {
            closedOperatorLogged = true;
            LOG.warn("the operator is closed; unanswered documents stay pending until a restart");
        }
        return closed;
    }

    private static Throwable cause(Throwable failure) {
        if (failure == null) {
            return new IllegalStateException("the operator gave neither answer nor reason");
        }
        boolean wrapped = failure instanceof CompletionException && failure.getCause() != null;
        return wrapped ? failure.getCause() : failure;
    }

    private void forward(SourceRecord source, Extraction extraction) {
        String child;
        byte[] value;
        switch (extraction) {
            case Extraction.Extracted extracted -> {
                child = wiring.extractions();
                value = extracted.json().getBytes(StandardCharsets.UTF_8);
            }
            case Extraction.Rejected rejected -> {
                child = wiring.rejected();
                value = source.value();
            }
        }
        context.forward(
                new Record<>(
                        source.key(),
                        value,
                        source.timestamp(),
                        OutputHeaders.of(source, extraction)),
                child);
        listener.answered(extraction);
    }
}

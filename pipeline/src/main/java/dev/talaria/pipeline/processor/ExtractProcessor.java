package dev.talaria.pipeline.processor;

import dev.talaria.connectors.kafka.OutputHeaders;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.failure.CrashJournal;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.SchemaReference;

import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Documents in, extractions and rejected documents out, each document answered exactly once.
///
/// A record that is work for the model is put into the pending store and submitted by way of
/// [RequestQueue]; the stream thread goes on. Every [#DRAIN_INTERVAL] the finished ones are
/// forwarded and deleted from the store, and a commit is asked for, also of what was refused at
/// once: output, deletion and source offset are one transaction. What is in the store when a task
/// starts was not answered, and is submitted again, in the order of offsets.
///
/// Where answers of one key are to keep their documents' order, a finished one waits for those
/// before it, rejected ones too. The request before it has always been submitted before, so what
/// waits cannot keep it from its place at the gate.
public final class ExtractProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    /// How often finished extractions are forwarded.
    public static final Duration DRAIN_INTERVAL = RequestQueue.DRAIN_INTERVAL;

    private static final Logger LOG = LoggerFactory.getLogger(ExtractProcessor.class);

    private final Wiring wiring;
    private final Intake intake;
    private final InferenceOperator operator;
    private final CrashJournal journal;
    private final TrafficListener listener;
    private final RequestQueue<SourceRecord, Extraction> queue;
    private final KeyLanes lanes;

    // By position: a name without a version may mean another task when the answer comes.
    private final Map<String, SchemaReference> tasks = new HashMap<>();

    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<String, SourceRecord> pending;
    private int pendingTold;
    private int drained;
    private boolean refusedSinceDrain;

    /// How the processor is joined to its topology.
    ///
    /// @param store of pending records
    /// @param extractions child node for validated JSON
    /// @param rejected child node for documents without
    /// @param patience how long the stream thread may wait for the operator between two drains
    /// @param ordering of the answers
    public record Wiring(
            String store,
            String extractions,
            String rejected,
            Duration patience,
            Ordering ordering) {}

    public ExtractProcessor(
            Wiring wiring,
            Intake intake,
            InferenceOperator operator,
            InFlightGate gate,
            CrashJournal journal,
            TrafficListener listener) {
        this.wiring = wiring;
        this.intake = intake;
        this.operator = operator;
        this.journal = journal;
        this.listener = listener;
        this.queue = new RequestQueue<>(gate, journal, wiring.patience(), new Documents());
        this.lanes = new KeyLanes(wiring.ordering());
    }

    // A task that was revived after a corrupted store calls init on the same processor again.
    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        pending = context.getStateStore(wiring.store());
        lanes.clear();
        tasks.clear();
        List<String> unanswered = unanswered();
        if (!unanswered.isEmpty()) {
            LOG.info(
                    "task {}: {} documents are submitted again",
                    context.taskId(),
                    unanswered.size());
        }
        queue.restart(unanswered);
        tellPending(unanswered.size() - pendingTold);
        context.schedule(DRAIN_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> drain());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        long start = System.nanoTime();
        SourceRecord source = RecordSource.of(context, record);
        boolean isWork = admit(source);
        listener.worked(TrafficListener.Step.ADMIT, System.nanoTime() - start);
        if (isWork) {
            queue.add(source.position());
        }
    }

    private boolean admit(SourceRecord source) {
        // It is read where it is alone.
        if (journal.isSuspect(source) || journal.verdict(source).isPresent()) {
            return isKept(source);
        }
        return switch (read(source)) {
            case Admission.Refused(Extraction.Rejected answer)
                    when !lanes.isBehindAnother(source) -> {
                forward(source, answer, Optional.empty());
                refusedSinceDrain = true;
                yield false;
            }
            case Admission.Refused refused -> isKept(source);
            case Admission.Admitted admitted -> isKept(source);
        };
    }

    // An Error ends the process, and the record it came of was there.
    private Admission read(SourceRecord source) {
        CrashJournal.Mark mark = journal.asked(source, false);
        Admission admission = intake.admit(source);
        mark.leave();
        return admission;
    }

    private boolean isKept(SourceRecord source) {
        pending.put(source.position(), source);
        lanes.enter(source);
        tellPending(1);
        return true;
    }

    private List<String> unanswered() {
        List<SourceRecord> records = new ArrayList<>();
        try (KeyValueIterator<String, SourceRecord> entries = pending.all()) {
            entries.forEachRemaining(entry -> records.add(entry.value));
        }
        records.sort(
                Comparator.comparing(SourceRecord::topic)
                        .thenComparingInt(SourceRecord::partition)
                        .thenComparingLong(SourceRecord::offset));
        records.forEach(lanes::enter);
        return records.stream().map(SourceRecord::position).toList();
    }

    @Override
    public void close() {
        queue.end();
        tellPending(-pendingTold);
    }

    private void tellPending(int change) {
        pendingTold += change;
        listener.pending(change);
    }

    private void drain() {
        DrainEvent event = new DrainEvent();
        event.begin();
        drained = 0;
        boolean isChanged = queue.drain();
        if (isChanged || refusedSinceDrain) {
            context.commit();
        }
        refusedSinceDrain = false;
        if (drained > 0 && event.shouldCommit()) {
            event.task = context.taskId().toString();
            event.documents = drained;
            event.commit();
        }
    }

    private CompletableFuture<Extraction> start(SourceRecord source) {
        long start = System.nanoTime();
        try {
            return request(source);
        } finally {
            listener.worked(TrafficListener.Step.SUBMIT, System.nanoTime() - start);
        }
    }

    private CompletableFuture<Extraction> request(SourceRecord source) {
        return switch (intake.admit(source)) {
            case Admission.Admitted(
                            Document document,
                            ExtractionTask task,
                            Optional<SchemaReference> name) -> {
                name.ifPresent(known -> tasks.put(source.position(), known));
                yield submit(document, task);
            }
            case Admission.Refused(Extraction.Rejected answer) ->
                    CompletableFuture.completedFuture(answer);
        };
    }

    private CompletableFuture<Extraction> submit(Document document, ExtractionTask task) {
        try {
            return operator.submit(document, task);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void settle(SourceRecord source, Extraction extraction) {
        long start = System.nanoTime();
        forward(source, extraction, Optional.ofNullable(tasks.remove(source.position())));
        pending.delete(source.position());
        lanes.leave(source);
        tellPending(-1);
        drained++;
        listener.worked(TrafficListener.Step.ANSWER, System.nanoTime() - start);
    }

    private void forward(
            SourceRecord source, Extraction extraction, Optional<SchemaReference> task) {
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
                        OutputHeaders.of(source, extraction, task)),
                child);
        listener.answered(source, extraction);
    }

    /// The documents that are with the operator, by position.
    private final class Documents implements RequestQueue.Requests<SourceRecord, Extraction> {

        // Reads the record back from the store, so that a restart takes the same way.
        @Override
        public Optional<SourceRecord> stored(String position) {
            return Optional.ofNullable(pending.get(position));
        }

        @Override
        public SourceRecord source(SourceRecord source) {
            return source;
        }

        @Override
        public CompletableFuture<Extraction> ask(SourceRecord source) {
            return start(source);
        }

        @Override
        public Optional<?> lane(SourceRecord source) {
            return lanes.of(source);
        }

        @Override
        public void answered(SourceRecord source, Extraction answer) {
            settle(source, answer);
        }

        @Override
        public void failed(SourceRecord source, Throwable cause) {
            settle(source, intake.engineFailure(source, cause));
        }
    }
}

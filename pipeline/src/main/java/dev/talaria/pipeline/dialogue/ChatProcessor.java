package dev.talaria.pipeline.dialogue;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.connectors.kafka.OutputHeaders;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextGenerator;
import dev.talaria.inference.TextRequest;
import dev.talaria.pipeline.failure.CrashJournal;
import dev.talaria.pipeline.failure.ProcessDiedException;
import dev.talaria.pipeline.processor.InFlightGate;
import dev.talaria.pipeline.processor.RecordSource;
import dev.talaria.pipeline.processor.RequestQueue;
import dev.talaria.pipeline.processor.StoreKeys;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Requests for text in, answers and rejected requests out, each request answered exactly once;
/// partial text besides, where it is asked for.
///
/// Answers are as those of extraction: a request stays in the pending store until its answer, the
/// store's deletion and the source's offset are committed together. Partial text is committed as it
/// comes. A request that is asked again after a crash begins its text anew, under the next attempt:
/// the number is kept in the store, in the same transaction as the first of its text.
public final class ChatProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    private static final Logger LOG = LoggerFactory.getLogger(ChatProcessor.class);

    private static final String REJECTED = "REJECTED";

    private final Wiring wiring;
    private final ChatIntake intake;
    private final TextGenerator generator;
    private final DialogueListener listener;
    private final RequestQueue<SourceRecord, TextAnswer> queue;
    private final Map<String, TokenStream> streams = new LinkedHashMap<>();

    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<String, SourceRecord> pending;
    private int openTold;

    /// How the processor is joined to its topology.
    ///
    /// @param store of pending requests
    /// @param answers child node for answers
    /// @param tokens child node for partial text
    /// @param rejected child node for requests without an answer
    /// @param patience how long the stream thread may wait for the generator between two drains
    public record Wiring(
            String store, String answers, String tokens, String rejected, Duration patience) {}

    public ChatProcessor(
            Wiring wiring,
            ChatIntake intake,
            TextGenerator generator,
            InFlightGate gate,
            CrashJournal journal,
            DialogueListener listener) {
        this.wiring = wiring;
        this.intake = intake;
        this.generator = generator;
        this.listener = listener;
        this.queue = new RequestQueue<>(gate, journal, wiring.patience(), new ChatRequests());
    }

    // A task that was revived after a corrupted store calls init on the same processor again.
    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        pending = context.getStateStore(wiring.store());
        List<String> unanswered = StoreKeys.of(pending);
        if (!unanswered.isEmpty()) {
            LOG.info("task {}: {} requests are asked again", context.taskId(), unanswered.size());
        }
        streams.clear();
        queue.restart(unanswered);
        tellOpen(unanswered.size() - openTold);
        context.schedule(
                RequestQueue.DRAIN_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> drain());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        SourceRecord source = withAttempt(RecordSource.of(context, record), 0);
        switch (intake.admit(source)) {
            case ChatIntake.Admission.Refused(Reply reply) -> forward(source, reply);
            case ChatIntake.Admission.Admitted admitted -> {
                pending.put(source.position(), source);
                tellOpen(1);
                queue.add(source.position());
            }
        }
    }

    @Override
    public void close() {
        queue.end();
        streams.clear();
        tellOpen(-openTold);
    }

    private void tellOpen(int change) {
        openTold += change;
        listener.open(change);
    }

    private void drain() {
        boolean changed = queue.drain();
        for (TokenStream stream : streams.values()) {
            changed |= passOn(stream);
        }
        if (changed) {
            context.commit();
        }
    }

    // An attempt counts once there is text of it: readers see no gap where none was written.
    private boolean passOn(TokenStream stream) {
        boolean isFirst = stream.isUntold();
        Optional<Record<byte[], byte[]>> piece = stream.next();
        piece.ifPresent(this::forwardTokens);
        if (isFirst && piece.isPresent()) {
            SourceRecord source = stream.source();
            pending.put(source.position(), withAttempt(source, stream.attempt()));
        }
        return piece.isPresent();
    }

    private CompletableFuture<TextAnswer> ask(SourceRecord source) {
        return switch (intake.admit(source)) {
            case ChatIntake.Admission.Admitted(TextRequest request, boolean stream) ->
                    stream ? stream(source, request) : generate(request, new PartialText());
            // Read by a program with other limits than the one that admitted it.
            case ChatIntake.Admission.Refused refused ->
                    CompletableFuture.failedFuture(
                            new InvalidRequestException("Refused", "refused", null));
        };
    }

    private CompletableFuture<TextAnswer> stream(SourceRecord source, TextRequest request) {
        TokenStream stream = new TokenStream(source, attempt(source) + 1);
        streams.put(source.position(), stream);
        return generate(request, stream.text());
    }

    private CompletableFuture<TextAnswer> generate(TextRequest request, PartialText text) {
        try {
            return generator.generate(request, text);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Reply reply(SourceRecord source, TextAnswer answer) {
        return switch (intake.admit(source)) {
            case ChatIntake.Admission.Admitted(TextRequest request, boolean stream) ->
                    intake.reply(source, request, answer);
            case ChatIntake.Admission.Refused(Reply reply) -> reply;
        };
    }

    private Reply failure(SourceRecord source, Throwable cause) {
        return switch (intake.admit(source)) {
            case ChatIntake.Admission.Admitted(TextRequest request, boolean stream) -> {
                // Its text began in another process; a reader is told that it ends.
                if (stream && cause instanceof ProcessDiedException) {
                    streams.put(source.position(), new TokenStream(source, attempt(source) + 1));
                }
                yield intake.failure(source, cause);
            }
            case ChatIntake.Admission.Refused(Reply reply) -> reply;
        };
    }

    private void settle(SourceRecord source, Reply reply) {
        TokenStream stream = streams.remove(source.position());
        if (stream != null) {
            String reason =
                    switch (reply) {
                        case Reply.Answer answer -> answer.provenance().finish().name();
                        case Reply.Refusal refusal -> REJECTED;
                    };
            forwardTokens(stream.last(reason));
        }
        forward(source, reply);
        pending.delete(source.position());
        tellOpen(-1);
    }

    private void forwardTokens(Record<byte[], byte[]> piece) {
        context.forward(piece, wiring.tokens());
    }

    private void forward(SourceRecord source, Reply reply) {
        Replies.forward(context, source, reply, wiring.answers(), wiring.rejected(), listener);
    }

    private static int attempt(SourceRecord source) {
        return source.header(HeaderNames.STREAM_ATTEMPT)
                .map(bytes -> Integer.parseInt(new String(bytes, StandardCharsets.UTF_8)))
                .orElse(0);
    }

    // The sender's own header of that name means nothing here.
    private static SourceRecord withAttempt(SourceRecord source, int attempt) {
        Headers headers = new RecordHeaders(source.headers());
        headers.remove(HeaderNames.STREAM_ATTEMPT);
        if (attempt > 0) {
            OutputHeaders.add(headers, HeaderNames.STREAM_ATTEMPT, attempt);
        }
        return new SourceRecord(
                source.topic(),
                source.partition(),
                source.offset(),
                source.timestamp(),
                source.key(),
                source.value(),
                headers);
    }

    /// The requests that are with the generator, by position.
    private final class ChatRequests implements RequestQueue.Requests<SourceRecord, TextAnswer> {

        @Override
        public Optional<SourceRecord> stored(String position) {
            return Optional.ofNullable(pending.get(position));
        }

        @Override
        public SourceRecord source(SourceRecord source) {
            return source;
        }

        @Override
        public CompletableFuture<TextAnswer> ask(SourceRecord source) {
            return ChatProcessor.this.ask(source);
        }

        @Override
        public void answered(SourceRecord source, TextAnswer answer) {
            settle(source, reply(source, answer));
        }

        @Override
        public void failed(SourceRecord source, Throwable cause) {
            settle(source, failure(source, cause));
        }
    }
}

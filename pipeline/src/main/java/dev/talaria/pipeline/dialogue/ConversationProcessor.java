package dev.talaria.pipeline.dialogue;

import dev.talaria.connectors.kafka.AnswerJson;
import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.connectors.kafka.OutputHeaders;
import dev.talaria.connectors.kafka.RecordReading;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.connectors.kafka.SourceRecordSerde;
import dev.talaria.connectors.kafka.ToolResult;
import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextGenerator;
import dev.talaria.inference.TextRequest;
import dev.talaria.pipeline.dialogue.Conversation.Call;
import dev.talaria.pipeline.dialogue.Conversation.Joined;
import dev.talaria.pipeline.dialogue.ConversationDesk.Step;
import dev.talaria.pipeline.dialogue.ConversationDesk.Turn;
import dev.talaria.pipeline.failure.CrashJournal;
import dev.talaria.pipeline.processor.InFlightGate;
import dev.talaria.pipeline.processor.RequestQueue;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/// Requests with tools and results of calls in; calls, answers and rejected records out.
///
/// A conversation stays in the store from its request to its answer. What the model says, what is
/// remembered of it and what is sent are one transaction, and so are a result and what it changes:
/// after a crash a conversation is where its last commit left it, and where it is the model's turn
/// the model is asked again. Every request ends in one answer or one rejected record; a result that
/// is not used is a rejected record itself.
///
/// The model's answers come by way of [RequestQueue]; the stream thread does not wait for them.
public final class ConversationProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    /// How often it is looked whether the time of a conversation is over.
    public static final Duration EXPIRY_INTERVAL = Duration.ofSeconds(1);

    private final Wiring wiring;
    private final ConversationDesk desk;
    private final TextGenerator generator;
    private final DialogueListener listener;
    private final RequestQueue<Conversation, TextAnswer> queue;
    private final Deserializer<SourceRecord> records = SourceRecordSerde.serde().deserializer();
    private final Queue<Deadline> deadlines =
            new PriorityQueue<>(Comparator.comparingLong(Deadline::millis));

    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<String, Conversation> open;
    private int openTold;

    /// How the processor is joined to its topology.
    ///
    /// @param requests topic of requests; other records are results
    /// @param store of open conversations
    /// @param calls child node for calls
    /// @param answers child node for answers
    /// @param rejected child node for requests without an answer, and results that are not used
    /// @param patience how long the stream thread may wait for the generator between two drains
    public record Wiring(
            String requests,
            String store,
            String calls,
            String answers,
            String rejected,
            Duration patience) {}

    /// When a conversation's time is over.
    private record Deadline(long millis, String key) {}

    public ConversationProcessor(
            Wiring wiring,
            ConversationDesk desk,
            TextGenerator generator,
            InFlightGate gate,
            CrashJournal journal,
            DialogueListener listener) {
        this.wiring = wiring;
        this.listener = listener;
        this.desk = desk;
        this.generator = generator;
        this.queue = new RequestQueue<>(gate, journal, wiring.patience(), new ModelsTurns());
    }

    // A task that was revived after a corrupted store calls init on the same processor again.
    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        open = context.getStateStore(wiring.store());
        deadlines.clear();
        List<String> turns = new ArrayList<>();
        try (KeyValueIterator<String, Conversation> conversations = open.all()) {
            conversations.forEachRemaining(entry -> {
                deadlines.add(deadline(entry.value));
                if (entry.value.isModelsTurn()) {
                    turns.add(key(entry.value));
                }
            });
        }
        queue.restart(turns);
        tellOpen(deadlines.size() - openTold);
        context.schedule(
                RequestQueue.DRAIN_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> drain());
        context.schedule(EXPIRY_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::expire);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        SourceRecord source = records.deserialize(null, record.value());
        if (source.topic().equals(wiring.requests())) {
            begin(source);
        } else {
            join(source);
        }
    }

    @Override
    public void close() {
        queue.end();
        deadlines.clear();
        tellOpen(-openTold);
    }

    private void tellOpen(int change) {
        openTold += change;
        listener.open(change);
    }

    private void begin(SourceRecord source) {
        if (open.get(source.documentId()) != null) {
            forward(source, desk.alreadyOpen(source));
            return;
        }
        switch (desk.begin(source, context.currentSystemTimeMs())) {
            case Step.End(Reply reply) -> forward(source, reply);
            case Step.On(Conversation conversation) -> {
                open.put(conversation.id(), conversation);
                deadlines.add(deadline(conversation));
                tellOpen(1);
                queue.add(key(conversation));
            }
        }
    }

    private void join(SourceRecord source) {
        switch (desk.result(source)) {
            case RecordReading.Unreadable<ToolResult>(String errorClass, String message) ->
                    unused(source, errorClass, message);
            case RecordReading.Readable<ToolResult>(ToolResult result) -> {
                Conversation conversation = open.get(source.documentId());
                if (conversation == null) {
                    unused(
                            source,
                            "UnknownConversation",
                            "record key: no conversation of that id is open; it is answered or"
                                    + " timed out, or there was none");
                } else {
                    join(source, result, conversation);
                }
            }
        }
    }

    private void join(SourceRecord source, ToolResult result, Conversation conversation) {
        switch (conversation.with(result)) {
            case Joined.Before() ->
                    unused(
                            source,
                            "DuplicateResult",
                            "/call_id: the call has a result already; send one for each call");
            case Joined.Unknown() ->
                    unused(
                            source,
                            "UnknownCall",
                            "/call_id: the conversation has no such call; send the call_id of the"
                                    + " record with the call");
            case Joined.Now(Conversation joined) -> {
                step(joined, desk.joined(joined));
                if (joined.isModelsTurn()) {
                    queue.add(key(joined));
                }
            }
        }
    }

    private void unused(SourceRecord source, String errorClass, String message) {
        forward(source, desk.unused(source, errorClass, message));
    }

    private void drain() {
        if (queue.drain()) {
            context.commit();
        }
    }

    private void expire(long nowMillis) {
        boolean expired = false;
        while (!deadlines.isEmpty() && deadlines.peek().millis() <= nowMillis) {
            String key = deadlines.remove().key();
            Optional<Conversation> late = conversation(key);
            if (late.isPresent()) {
                queue.cancel(key);
                step(late.get(), new Step.End(desk.expired(late.get())));
                expired = true;
            }
        }
        if (expired) {
            context.commit();
        }
    }

    private void step(Conversation conversation, Step step) {
        switch (step) {
            case Step.On(Conversation next) -> open.put(next.id(), next);
            case Step.End(Reply reply) -> {
                forward(conversation.request(), reply);
                open.delete(conversation.id());
                tellOpen(-1);
            }
        }
    }

    private void forward(SourceRecord source, Reply reply) {
        Replies.forward(context, source, reply, wiring.answers(), wiring.rejected(), listener);
    }

    private void forwardCalls(Conversation conversation) {
        SourceRecord request = conversation.request();
        for (Call call : conversation.unanswered()) {
            Headers headers = OutputHeaders.onTheWay(request, conversation.id());
            OutputHeaders.add(headers, HeaderNames.ROUNDS, conversation.rounds().size());
            byte[] value = AnswerJson.call(conversation.id(), call.id(), call.call());
            context.forward(
                    new Record<>(request.key(), value, request.timestamp(), headers),
                    wiring.calls());
        }
    }

    private CompletableFuture<TextAnswer> ask(Conversation conversation) {
        return switch (desk.turn(conversation)) {
            case Turn.Ask(TextRequest request) -> generate(request);
            case Turn.Over over ->
                    CompletableFuture.failedFuture(
                            new InvalidRequestException("Refused", "refused", null));
        };
    }

    private CompletableFuture<TextAnswer> generate(TextRequest request) {
        try {
            return generator.generate(request, _ -> {});
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Deadline deadline(Conversation conversation) {
        return new Deadline(conversation.deadlineMillis(), key(conversation));
    }

    // A later conversation may have the same id, and topics have no spaces.
    private static String key(Conversation conversation) {
        return conversation.request().position() + " " + conversation.id();
    }

    private Optional<Conversation> conversation(String key) {
        Conversation conversation = open.get(key.substring(key.indexOf(' ') + 1));
        return Optional.ofNullable(conversation).filter(one -> key(one).equals(key));
    }

    /// The conversations that are with the generator.
    private final class ModelsTurns implements RequestQueue.Requests<Conversation, TextAnswer> {

        @Override
        public Optional<Conversation> stored(String key) {
            return conversation(key).filter(Conversation::isModelsTurn);
        }

        @Override
        public SourceRecord source(Conversation conversation) {
            return conversation.request();
        }

        @Override
        public CompletableFuture<TextAnswer> ask(Conversation conversation) {
            return ConversationProcessor.this.ask(conversation);
        }

        @Override
        public void answered(Conversation conversation, TextAnswer answer) {
            Step step =
                    switch (desk.turn(conversation)) {
                        case Turn.Over(Reply reply) -> new Step.End(reply);
                        case Turn.Ask(TextRequest request) ->
                                desk.answered(conversation, request, answer);
                    };
            step(conversation, step);
            if (step instanceof Step.On(Conversation next)) {
                forwardCalls(next);
                listener.called(next.unanswered().size());
            }
        }

        @Override
        public void failed(Conversation conversation, Throwable cause) {
            Reply reply =
                    switch (desk.turn(conversation)) {
                        case Turn.Over(Reply over) -> over;
                        case Turn.Ask ask -> desk.failure(conversation, cause);
                    };
            step(conversation, new Step.End(reply));
        }
    }
}

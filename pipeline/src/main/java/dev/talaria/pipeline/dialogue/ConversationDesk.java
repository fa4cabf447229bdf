package dev.talaria.pipeline.dialogue;

import dev.talaria.connectors.kafka.ChatRequest;
import dev.talaria.connectors.kafka.ChatRequestReader;
import dev.talaria.connectors.kafka.RecordReading;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.connectors.kafka.ToolResult;
import dev.talaria.connectors.kafka.ToolResultReader;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.ToolChoice;
import dev.talaria.pipeline.dialogue.Conversation.Call;
import dev.talaria.pipeline.processor.Refusals;
import dev.talaria.pipeline.task.TaskDefaults;
import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.extraction.RejectionStage;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Decides what a conversation does next. For any number of threads; remembers nothing.
public final class ConversationDesk {

    private final ToolLimits limits;
    private final ChatRequestReader reader;
    private final ToolResultReader results;
    private final TextRequests requests;
    private final Answers answers;
    private final Refusals refusals;

    /// @param defaults for what requests leave open
    /// @param model that answers
    public ConversationDesk(
            ToolLimits limits,
            ChatRequestReader reader,
            ToolResultReader results,
            TaskDefaults defaults,
            ModelDescription model) {
        this.limits = limits;
        this.reader = reader;
        this.results = results;
        this.requests = new TextRequests(defaults, limits.calls());
        this.answers = new Answers(model);
        this.refusals = new Refusals(model);
    }

    /// What becomes of a conversation.
    sealed interface Step {

        /// It goes on.
        record On(Conversation conversation) implements Step {}

        /// It is over.
        record End(Reply reply) implements Step {}
    }

    /// What is asked of the model, or why nothing is.
    sealed interface Turn {

        record Ask(TextRequest request) implements Turn {}

        record Over(Reply reply) implements Turn {}
    }

    /// Begins a conversation. Does not throw, whatever the record is like.
    Step begin(SourceRecord record, long nowMillis) {
        return switch (reader.read(record)) {
            case RecordReading.Unreadable<ChatRequest>(String errorClass, String message) ->
                    refused(record, errorClass, message);
            case RecordReading.Readable<ChatRequest>(ChatRequest request) ->
                    begin(record, request, nowMillis + limits.timeout().toMillis());
        };
    }

    private Step begin(SourceRecord record, ChatRequest request, long deadlineMillis) {
        if (request.tools().isEmpty()) {
            return refused(
                    record,
                    "MissingField",
                    "/tools: a conversation has at least one; add tools, or send the request to the"
                            + " topic of requests");
        }
        if (request.stream()) {
            return refused(
                    record,
                    "InvalidField",
                    "/stream: conversations have no partial text; leave it out");
        }
        return checked(Conversation.begun(record, deadlineMillis));
    }

    /// Whether what is remembered of a conversation is within bounds.
    private Step checked(Conversation conversation) {
        int bytes = ConversationSerde.write(conversation).length;
        return bytes <= limits.maxBytes()
                ? new Step.On(conversation)
                : new Step.End(
                        rejected(
                                conversation.request(),
                                "ConversationTooLarge",
                                "conversation: %d bytes, more than tools.conversation.max.bytes = %d; return shorter results or raise the limit"
                                        .formatted(bytes, limits.maxBytes())));
    }

    /// A record that begins a conversation while another of its id goes on.
    Reply alreadyOpen(SourceRecord record) {
        return answers.refused(
                record.documentId(),
                "ConversationOpen",
                "record key: the conversation of that id is not over; wait for its answer, or"
                        + " choose another id");
    }

    /// What is asked of the model now.
    Turn turn(Conversation conversation) {
        return switch (reader.read(conversation.request())) {
            // Read by a program with other limits than the one that admitted it.
            case RecordReading.Unreadable<ChatRequest>(String errorClass, String message) ->
                    new Turn.Over(answers.refused(conversation.id(), errorClass, message));
            case RecordReading.Readable<ChatRequest>(ChatRequest request) -> {
                List<ChatMessage> messages = new ArrayList<>(request.messages());
                messages.addAll(conversation.turns());
                yield new Turn.Ask(requests.of(request, messages, choice(request, conversation)));
            }
        };
    }

    // A call that is demanded is demanded once, or there never was an answer.
    private ToolChoice choice(ChatRequest request, Conversation conversation) {
        ToolChoice wanted = TextRequests.choice(request);
        if (conversation.rounds().size() >= limits.rounds()) {
            return new ToolChoice.None();
        }
        boolean isFirst = conversation.rounds().isEmpty();
        return isFirst || wanted instanceof ToolChoice.None ? wanted : new ToolChoice.Auto();
    }

    /// Takes the model's answer.
    Step answered(Conversation conversation, TextRequest request, TextAnswer answer) {
        Spent spent = conversation.spent().plus(answer);
        boolean callsOn =
                !answer.toolCalls().isEmpty()
                        && !(request.chat().toolChoice() instanceof ToolChoice.None);
        if (!callsOn) {
            return new Step.End(answers.reply(conversation.id(), request, answer, spent));
        }
        return answers.refusal(conversation.id(), request, answer, spent)
                .<Step>map(Step.End::new)
                .orElseGet(() -> checked(conversation.with(answer.toolCalls(), spent)));
    }

    /// The model could not answer.
    Reply failure(Conversation conversation, Throwable cause) {
        return answers.failure(conversation.request(), cause);
    }

    /// A result as a record has it.
    RecordReading<ToolResult> result(SourceRecord record) {
        return results.read(record);
    }

    /// Takes a result.
    Step joined(Conversation conversation) {
        return checked(conversation);
    }

    /// A result that is not used.
    Reply unused(SourceRecord record, String errorClass, String message) {
        return answers.refused(record.documentId(), errorClass, message);
    }

    /// The time is over.
    Reply expired(Conversation conversation) {
        List<Call> open = conversation.unanswered();
        String waiting =
                open.isEmpty()
                        ? "the model"
                        : "the results of "
                                + open.stream()
                                        .map(call -> call.id() + " (" + call.call().name() + ")")
                                        .collect(Collectors.joining(", "));
        return rejected(
                conversation.request(),
                "ConversationTimedOut",
                "conversation: %d s were over while it waited for %s; look after these, or raise tools.timeout.seconds"
                        .formatted(limits.timeout().toSeconds(), waiting));
    }

    private Reply rejected(SourceRecord record, String errorClass, String message) {
        return new Reply.Refusal(
                refusals.of(record.documentId(), RejectionStage.LENGTH, errorClass, message));
    }

    private Step refused(SourceRecord record, String errorClass, String message) {
        return new Step.End(answers.refused(record.documentId(), errorClass, message));
    }
}

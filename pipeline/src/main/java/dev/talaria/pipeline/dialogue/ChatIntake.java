package dev.talaria.pipeline.dialogue;

import dev.talaria.connectors.kafka.ChatRequest;
import dev.talaria.connectors.kafka.ChatRequestReader;
import dev.talaria.connectors.kafka.RecordReading;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.inference.ChatOptions;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextRequest;
import dev.talaria.pipeline.task.TaskDefaults;

/// Decides which records are requests for text, and what they are answered with. For any number of
/// threads.
public final class ChatIntake {

    private final ChatRequestReader reader;
    private final TextRequests requests;
    private final Answers answers;

    /// @param defaults for what requests leave open
    /// @param model that answers
    public ChatIntake(ChatRequestReader reader, TaskDefaults defaults, ModelDescription model) {
        this.reader = reader;
        this.requests = new TextRequests(defaults, ChatOptions.USUAL_MOST_CALLS);
        this.answers = new Answers(model);
    }

    /// Whether a record is a request.
    sealed interface Admission {

        /// It is.
        ///
        /// @param stream whether partial text is wanted
        record Admitted(TextRequest request, boolean stream) implements Admission {}

        /// It is not; the answer is known already.
        record Refused(Reply reply) implements Admission {}
    }

    /// Reads the record. Does not throw, whatever the record is like.
    Admission admit(SourceRecord record) {
        return switch (reader.read(record)) {
            case RecordReading.Unreadable<ChatRequest>(String errorClass, String message) ->
                    new Admission.Refused(
                            answers.refused(record.documentId(), errorClass, message));
            case RecordReading.Readable<ChatRequest>(ChatRequest request) ->
                    new Admission.Admitted(requests.of(request), request.stream());
        };
    }

    /// The reply to an admitted record.
    Reply reply(SourceRecord record, TextRequest request, TextAnswer answer) {
        return answers.reply(record.documentId(), request, answer, Spent.NOTHING.plus(answer));
    }

    /// The reply where there is no answer.
    Reply failure(SourceRecord record, Throwable cause) {
        return answers.failure(record, cause);
    }
}

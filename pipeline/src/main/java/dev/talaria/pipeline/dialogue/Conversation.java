package dev.talaria.pipeline.dialogue;

import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.connectors.kafka.ToolResult;
import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolCall;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A conversation that is not yet answered: its request, and the calls so far with their results.
///
/// It is the model's turn while every call has a result, and the tools' while one has none.
///
/// @param request as it was read
/// @param deadlineMillis when it times out, by the wall clock
/// @param rounds of calls, each with at least one
/// @param spent by the answers so far
public record Conversation(
        SourceRecord request, long deadlineMillis, List<List<Call>> rounds, Spent spent) {

    /// A call and what came of it.
    ///
    /// @param id unique among all calls of the topic
    /// @param content JSON for the model; empty while there is no result
    public record Call(String id, ToolCall call, Optional<String> content) {}

    /// What a result changes.
    sealed interface Joined {

        /// The call has its result now.
        record Now(Conversation conversation) implements Joined {}

        /// The call had one before.
        record Before() implements Joined {}

        /// There is no such call.
        record Unknown() implements Joined {}
    }

    public Conversation {
        rounds = rounds.stream().map(List::copyOf).toList();
    }

    /// One that has just begun.
    static Conversation begun(SourceRecord request, long deadlineMillis) {
        return new Conversation(request, deadlineMillis, List.of(), Spent.NOTHING);
    }

    /// By which it is known.
    String id() {
        return request.documentId();
    }

    /// Whether the model has to say something.
    boolean isModelsTurn() {
        return unanswered().isEmpty();
    }

    /// The calls without a result.
    List<Call> unanswered() {
        return rounds.isEmpty()
                ? List.of()
                : rounds.getLast().stream().filter(call -> call.content().isEmpty()).toList();
    }

    /// With one more round of calls.
    Conversation with(List<ToolCall> calls, Spent total) {
        List<Call> round = new ArrayList<>();
        for (ToolCall call : calls) {
            // The request's place makes it unique, and the same when it is asked again.
            String id =
                    "%d-%d.%d.%d"
                            .formatted(
                                    request.partition(),
                                    request.offset(),
                                    rounds.size() + 1,
                                    round.size() + 1);
            round.add(new Call(id, call, Optional.empty()));
        }
        List<List<Call>> more = new ArrayList<>(rounds);
        more.add(round);
        return new Conversation(request, deadlineMillis, more, total);
    }

    /// With the result of a call.
    Joined with(ToolResult result) {
        Optional<Call> asked =
                rounds.stream()
                        .flatMap(List::stream)
                        .filter(call -> call.id().equals(result.callId()))
                        .findFirst();
        if (asked.isEmpty()) {
            return new Joined.Unknown();
        }
        if (asked.get().content().isPresent()) {
            return new Joined.Before();
        }
        Call done = new Call(result.callId(), asked.get().call(), Optional.of(result.content()));
        List<List<Call>> changed =
                rounds.stream().map(round -> replaced(round, asked.get(), done)).toList();
        return new Joined.Now(new Conversation(request, deadlineMillis, changed, spent));
    }

    private static List<Call> replaced(List<Call> round, Call old, Call by) {
        return round.stream().map(call -> call.equals(old) ? by : call).toList();
    }

    /// The turns of the model and of its tools so far.
    List<ChatMessage> turns() {
        List<ChatMessage> turns = new ArrayList<>();
        for (List<Call> round : rounds) {
            turns.add(new ChatMessage.Assistant("", round.stream().map(Call::call).toList()));
            for (Call call : round) {
                turns.add(
                        new ChatMessage.ToolResponse(
                                call.call().name(), call.content().orElse("null")));
            }
        }
        return turns;
    }
}

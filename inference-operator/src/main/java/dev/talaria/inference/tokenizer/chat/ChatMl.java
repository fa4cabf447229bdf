package dev.talaria.inference.tokenizer.chat;

import dev.talaria.inference.tokenizer.Vocabulary;
import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolCall;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The ChatML layout: `<|im_start|>role\ncontent<|im_end|>\n` for each turn.
public final class ChatMl {

    /// Begins a turn.
    public static final Piece.Control START = new Piece.Control("<|im_start|>");

    /// Ends a turn.
    public static final Piece.Control END = new Piece.Control("<|im_end|>");

    /// The layout as a template. A turn holds a message's text and nothing else, so there is no
    /// place for tools.
    public static final ChatTemplate TEMPLATE =
            (messages, tools) -> {
                if (!tools.isEmpty()) {
                    throw noTools();
                }
                return prompt(Optional.empty(), messages);
            };

    private ChatMl() {}

    /// Whether a model with this vocabulary knows the layout.
    public static boolean isKnownTo(Vocabulary vocabulary) {
        return vocabulary.special(START.text()).isPresent()
                && vocabulary.special(END.text()).isPresent();
    }

    /// A conversation after a first turn that holds more than text.
    ///
    /// @throws UnsupportedChatException where a message calls a tool
    public static List<Piece> prompt(Optional<Message> first, List<ChatMessage> messages) {
        List<Message> turns = new ArrayList<>();
        first.ifPresent(turns::add);
        for (ChatMessage message : messages) {
            turns.add(
                    switch (message) {
                        case ChatMessage.System(String text) -> new Message(Role.SYSTEM, text);
                        case ChatMessage.User(String text) -> new Message(Role.USER, text);
                        case ChatMessage.Assistant(String text, List<ToolCall> calls)
                                when calls.isEmpty() ->
                                new Message(Role.ASSISTANT, text);
                        case ChatMessage.Assistant _ -> throw noTools();
                        case ChatMessage.ToolResponse(String _, String content) ->
                                new Message(Role.TOOL, content);
                    });
        }
        return prompt(turns);
    }

    private static UnsupportedChatException noTools() {
        return new UnsupportedChatException(
                "plain ChatML knows no tools; choose one of the Hermes formats for tool use");
    }

    /// The turns, followed by the beginning of the assistant's next one.
    public static List<Piece> prompt(List<Message> messages) {
        List<Piece> pieces = new ArrayList<>();
        for (Message message : messages) {
            pieces.add(START);
            pieces.add(new Piece.Text(message.role().spelling() + "\n"));
            pieces.addAll(message.content());
            pieces.add(END);
            pieces.add(new Piece.Text("\n"));
        }
        pieces.add(START);
        pieces.add(new Piece.Text(Role.ASSISTANT.spelling() + "\n"));
        return List.copyOf(pieces);
    }
}

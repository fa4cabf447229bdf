package dev.talaria.inference.tokenizer.chat;

import dev.talaria.inference.tokenizer.Vocabulary;
import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolCall;
import dev.talaria.schemas.chat.ToolDefinition;

import java.util.ArrayList;
import java.util.List;

/// Llama 3's own layout: the role between header tokens, an empty line, the text without the white
/// space around it. It knows no tools.
public final class Llama3Chat implements ChatTemplate {

    private static final Piece.Control START = new Piece.Control("<|start_header_id|>");
    private static final Piece.Control END_HEADER = new Piece.Control("<|end_header_id|>");
    private static final Piece.Control END = new Piece.Control("<|eot_id|>");

    /// Whether a model with this vocabulary knows the layout.
    public static boolean isKnownTo(Vocabulary vocabulary) {
        return vocabulary.special(START.text()).isPresent()
                && vocabulary.special(END_HEADER.text()).isPresent()
                && vocabulary.special(END.text()).isPresent();
    }

    private final List<Piece> begin;

    /// @param vocabulary of the model, whose begin token the layout writes itself
    public Llama3Chat(Vocabulary vocabulary) {
        int token = vocabulary.beginToken();
        begin = token < 0 ? List.of() : List.of(new Piece.Control(vocabulary.text(token)));
    }

    @Override
    public List<Piece> prompt(List<ChatMessage> messages, List<ToolDefinition> tools) {
        if (!tools.isEmpty()) {
            throw noTools();
        }
        List<Piece> prompt = new ArrayList<>(begin);
        for (ChatMessage message : messages) {
            switch (message) {
                case ChatMessage.System(String text) -> add(prompt, Role.SYSTEM, text);
                case ChatMessage.User(String text) -> add(prompt, Role.USER, text);
                case ChatMessage.Assistant(String text, List<ToolCall> calls) -> {
                    if (!calls.isEmpty()) {
                        throw noTools();
                    }
                    add(prompt, Role.ASSISTANT, text);
                }
                case ChatMessage.ToolResponse _ -> throw noTools();
            }
        }
        addHeader(prompt, Role.ASSISTANT);
        return List.copyOf(prompt);
    }

    private static void add(List<Piece> prompt, Role role, String text) {
        addHeader(prompt, role);
        prompt.add(new Piece.Text(PythonText.strip(text)));
        prompt.add(END);
    }

    private static void addHeader(List<Piece> prompt, Role role) {
        prompt.add(START);
        prompt.add(new Piece.Text(role.spelling()));
        prompt.add(END_HEADER);
        prompt.add(new Piece.Text("\n\n"));
    }

    private static UnsupportedChatException noTools() {
        return new UnsupportedChatException(
                "the chat format of Llama 3 knows no tools; choose a Hermes format or the model's"
                        + " own template");
    }
}

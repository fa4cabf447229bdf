package dev.talaria.inference.embedded;

import dev.talaria.inference.ChatFormat;
import dev.talaria.inference.ChatOptions;
import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.tokenizer.ChatTemplateTexts;
import dev.talaria.inference.tokenizer.Tokenizer;
import dev.talaria.inference.tokenizer.Vocabulary;
import dev.talaria.inference.tokenizer.chat.ChatMl;
import dev.talaria.inference.tokenizer.chat.ChatTemplate;
import dev.talaria.inference.tokenizer.chat.HermesJsonMode;
import dev.talaria.inference.tokenizer.chat.HermesLlama3ToolUse;
import dev.talaria.inference.tokenizer.chat.HermesToolUse;
import dev.talaria.inference.tokenizer.chat.HermesToolUse.ToolSpelling;
import dev.talaria.inference.tokenizer.chat.Llama3Chat;
import dev.talaria.inference.tokenizer.chat.Message;
import dev.talaria.inference.tokenizer.chat.Piece;
import dev.talaria.inference.tokenizer.chat.PromptEncoder;
import dev.talaria.inference.tokenizer.chat.UnsupportedChatException;
import dev.talaria.inference.tokenizer.chat.jinja.ModelTemplate;
import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolDefinition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Conversations as one model's tokens, in the format that was asked for or suits the model. Safe
/// for use by many threads.
final class ChatPrompts {

    private final Vocabulary vocabulary;
    private final ChatTemplateTexts templates;
    private final PromptEncoder encoder;

    ChatPrompts(Tokenizer tokenizer) {
        this.vocabulary = tokenizer.vocabulary();
        this.templates = tokenizer.templates();
        this.encoder = new PromptEncoder(tokenizer);
    }

    /// The tokens of an extraction's turns.
    ///
    /// @throws InvalidRequestException where the model has no chat format
    int[] extraction(List<Message> turns) {
        return encoded(() -> {
            ChatFormat format = suiting(false);
            return format == ChatFormat.CHATML
                    ? ChatMl.prompt(turns)
                    : template(format, List.of()).prompt(flat(turns), List.of());
        });
    }

    /// The tokens of a request that is not raw.
    ///
    /// @param schemaText the answer's schema as prompts spell it
    /// @throws InvalidRequestException where the format is not the model's, or has no place for a
    ///   part of the conversation
    int[] conversation(TextRequest request, Optional<String> schemaText) {
        ChatOptions chat = request.chat();
        ChatFormat format =
                chat.format() == ChatFormat.AUTO ? suiting(!chat.tools().isEmpty()) : chat.format();
        Optional<Message> jsonMode =
                request.system().isPresent() || !chat.tools().isEmpty()
                        ? Optional.empty()
                        : schemaText.map(HermesJsonMode::system);
        List<ChatMessage> messages = messages(request);
        return encoded(() -> {
            if (format == ChatFormat.HERMES_JSON && schemaText.isEmpty()) {
                throw new UnsupportedChatException("JSON mode needs a schema; give one");
            }
            if (chat.tools().isEmpty() && isChatMl(format)) {
                return ChatMl.prompt(jsonMode, messages);
            }
            List<ChatMessage> all = new ArrayList<>(flat(jsonMode.stream().toList()));
            all.addAll(messages);
            return template(format, chat.tools()).prompt(all, chat.tools());
        });
    }

    /// Refuses a layout in which the model does not write calls between `<tool_call>` and
    /// `</tool_call>`: held to these marks it would not call at all, or badly.
    ///
    /// @throws InvalidRequestException where it is such a layout
    void requireMarkedCalls(ChatOptions chat) {
        ChatFormat format = chat.format() == ChatFormat.AUTO ? suiting(true) : chat.format();
        boolean isForeign =
                format == ChatFormat.MODEL
                        && !templates
                                .forConversation(true)
                                .orElse(ToolCompiler.OPEN)
                                .contains(ToolCompiler.OPEN);
        if (isForeign) {
            throw new InvalidRequestException(
                    "UnsupportedChat",
                    "the model's own template knows no <tool_call>, so its calls cannot be held to"
                            + " their schemas; choose one of the Hermes formats, or leave the"
                            + " choice of tools free",
                    null);
        }
    }

    private static boolean isChatMl(ChatFormat format) {
        return format == ChatFormat.CHATML || format == ChatFormat.HERMES_JSON;
    }

    /// The turns of a request: its system turn, the earlier ones, its prompt.
    static List<ChatMessage> messages(TextRequest request) {
        List<ChatMessage> messages = new ArrayList<>();
        request.system().ifPresent(text -> messages.add(new ChatMessage.System(text)));
        messages.addAll(request.chat().earlier());
        if (!request.prompt().isEmpty() || request.chat().earlier().isEmpty()) {
            messages.add(new ChatMessage.User(request.prompt()));
        }
        return messages;
    }

    /// The format for a model whose conversation asks for none.
    ChatFormat suiting(boolean hasTools) {
        boolean knowsChatMl = ChatMl.isKnownTo(vocabulary);
        boolean knowsLlama3 = Llama3Chat.isKnownTo(vocabulary);
        if (knowsChatMl && hasTools) {
            return knowsLlama3 ? ChatFormat.HERMES_TOOLS_LLAMA3 : ChatFormat.HERMES_TOOLS;
        }
        if (knowsChatMl) {
            return ChatFormat.CHATML;
        }
        boolean hasTemplate = templates.forConversation(hasTools).isPresent();
        if (knowsLlama3 && !(hasTools && hasTemplate)) {
            return ChatFormat.LLAMA3;
        }
        return hasTemplate ? ChatFormat.MODEL : ChatFormat.CHATML;
    }

    private ChatTemplate template(ChatFormat format, List<ToolDefinition> tools) {
        return switch (format) {
            case AUTO -> template(suiting(!tools.isEmpty()), tools);
            case CHATML, HERMES_JSON -> ChatMl.TEMPLATE;
            case HERMES_TOOLS -> new HermesToolUse(ToolSpelling.PYTHON_OBJECTS);
            case HERMES_TOOLS_JSON -> new HermesToolUse(ToolSpelling.JSON_ARRAY);
            case HERMES_TOOLS_EVALUATOR -> new HermesToolUse(ToolSpelling.EVALUATOR);
            case HERMES_TOOLS_LLAMA3 -> new HermesLlama3ToolUse(vocabulary);
            case LLAMA3 -> new Llama3Chat(vocabulary);
            case MODEL ->
                    templates
                            .forConversation(!tools.isEmpty())
                            .map(source -> new ModelTemplate(source, vocabulary))
                            .orElseThrow(() ->
                                    new UnsupportedChatException(
                                            "the model came without a chat template; choose another"
                                                    + " format"));
        };
    }

    private interface Prompt {
        List<Piece> pieces();
    }

    private int[] encoded(Prompt prompt) {
        try {
            return encoder.encode(prompt.pieces());
        } catch (UnsupportedModelException | UnsupportedChatException e) {
            throw new InvalidRequestException("UnsupportedChat", e.getMessage(), e);
        }
    }

    private static List<ChatMessage> flat(List<Message> turns) {
        List<ChatMessage> messages = new ArrayList<>();
        for (Message turn : turns) {
            String text = turn.content().stream().map(Piece::text).collect(Collectors.joining());
            messages.add(
                    switch (turn.role()) {
                        case SYSTEM -> new ChatMessage.System(text);
                        case USER -> new ChatMessage.User(text);
                        case ASSISTANT -> new ChatMessage.Assistant(text);
                        case TOOL -> new ChatMessage.ToolResponse("tool", text);
                    });
        }
        return messages;
    }
}

package dev.talaria.inference.embedded;

import dev.talaria.inference.ChatOptions;
import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.ToolChoice;
import dev.talaria.inference.tokenizer.Vocabulary;
import dev.talaria.schemas.chat.ToolDefinition;
import dev.talaria.schemas.grammar.ToolCallGrammar;
import dev.talaria.schemas.grammar.ToolCallGrammar.Marks;
import dev.talaria.schemas.grammar.UnsupportedSchemaException;
import dev.talaria.schemas.validation.InvalidSchemaException;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What one model's answers may be where it has tools, the latest kept. Safe for use by many
/// threads.
final class ToolCompiler {

    /// The mark in front of a call, and the one behind it.
    static final String OPEN = "<tool_call>";

    static final String CLOSE = "</tool_call>";

    private static final int MOST_KEPT = 64;

    private record Key(List<ToolDefinition> tools, ToolChoice choice, int mostCalls) {}

    private final Marks marks;
    private final OptionalInt openToken;

    private final Map<Key, ToolCallGrammar> kept =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, ToolCallGrammar> eldest) {
                    return size() > MOST_KEPT;
                }
            };

    ToolCompiler(Vocabulary vocabulary) {
        marks = new Marks(mark(vocabulary, OPEN), mark(vocabulary, CLOSE));
        openToken = vocabulary.special(OPEN);
    }

    private static byte[] mark(Vocabulary vocabulary, String text) {
        return vocabulary.special(text).isPresent()
                ? Marks.tag(text)
                : text.getBytes(StandardCharsets.UTF_8);
    }

    /// Whether a token of that text is one of the marks.
    static boolean isMark(String text) {
        return text.equals(OPEN) || text.equals(CLOSE);
    }

    /// The token in front of a call, where the model has one of its own for it.
    OptionalInt openToken() {
        return openToken;
    }

    /// What the answer may be; empty where nothing is enforced.
    ///
    /// @throws InvalidRequestException where a tool's schema is none, or one that cannot be
    ///   enforced
    Optional<ToolCallGrammar> compile(ChatOptions chat) {
        if (chat.tools().isEmpty()) {
            return Optional.empty();
        }
        return switch (chat.toolChoice()) {
            case ToolChoice.Free _ -> Optional.empty();
            case ToolChoice.None _ -> Optional.of(compile(chat, List.of(), true, 0));
            case ToolChoice.Auto _ ->
                    Optional.of(compile(chat, chat.tools(), true, chat.mostCalls()));
            case ToolChoice.Required _ ->
                    Optional.of(compile(chat, chat.tools(), false, chat.mostCalls()));
            case ToolChoice.Named(String name) -> {
                List<ToolDefinition> one =
                        chat.tools().stream().filter(tool -> tool.name().equals(name)).toList();
                yield Optional.of(compile(chat, one, false, chat.mostCalls()));
            }
        };
    }

    private ToolCallGrammar compile(
            ChatOptions chat, List<ToolDefinition> callable, boolean text, int most) {
        Key key = new Key(callable, chat.toolChoice(), most);
        synchronized (kept) {
            ToolCallGrammar known = kept.get(key);
            if (known != null) {
                return known;
            }
        }
        ToolCallGrammar made = attempt(callable, text, most);
        synchronized (kept) {
            kept.put(key, made);
        }
        return made;
    }

    private ToolCallGrammar attempt(List<ToolDefinition> callable, boolean text, int most) {
        try {
            return new ToolCallGrammar(callable, marks, text, most);
        } catch (InvalidSchemaException e) {
            throw refused("InvalidSchema", e);
        } catch (UnsupportedSchemaException e) {
            throw refused("UnsupportedSchema", e);
        } catch (IllegalArgumentException e) {
            throw refused("InvalidOption", e);
        }
    }

    private static InvalidRequestException refused(String errorClass, RuntimeException e) {
        String oneLine = e.getMessage().replace("\n", "; ");
        return new InvalidRequestException(errorClass, oneLine, e);
    }
}

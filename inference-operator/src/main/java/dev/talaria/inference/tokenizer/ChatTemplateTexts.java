package dev.talaria.inference.tokenizer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The chat templates (Jinja) that come with a model, by name, as their author wrote them.
///
/// @param byName the plain one is called [#DEFAULT]; others, such as `tool_use`, by their own names
public record ChatTemplateTexts(Map<String, String> byName) {

    /// The name of the template that has none.
    public static final String DEFAULT = "default";

    /// The name of the template for conversations with tools, where a model keeps it apart.
    public static final String TOOL_USE = "tool_use";

    /// A model without templates.
    public static final ChatTemplateTexts NONE = new ChatTemplateTexts(Map.of());

    public ChatTemplateTexts {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /// The template for a conversation: the one for tools where there are some and the model has
    /// one, otherwise the plain one.
    public Optional<String> forConversation(boolean hasTools) {
        String plain = byName.get(DEFAULT);
        return Optional.ofNullable(hasTools ? byName.getOrDefault(TOOL_USE, plain) : plain);
    }
}

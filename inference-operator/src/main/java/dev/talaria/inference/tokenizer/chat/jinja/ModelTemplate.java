package dev.talaria.inference.tokenizer.chat.jinja;

import dev.talaria.inference.tokenizer.Vocabulary;
import dev.talaria.inference.tokenizer.chat.ChatTemplate;
import dev.talaria.inference.tokenizer.chat.Piece;
import dev.talaria.inference.tokenizer.chat.TemplateText;
import dev.talaria.inference.tokenizer.chat.UnsupportedChatException;
import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolDefinition;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A model's own chat template, in Jinja as transformers sets it up.
///
/// Contents of messages, tools and calls never become control tokens: the template runs once with
/// unguessable marks in their place, and what it writes around the marks is its own text. It may
/// strip white space from contents and write them as JSON. To be sure of the outcome it runs a
/// second time with the contents themselves; where the two differ, because it looks into a content
/// or rewrites it, the conversation is refused rather than laid out otherwise than its author
/// meant.
public final class ModelTemplate implements ChatTemplate {

    private static final int LONGEST_TEMPLATE = 1 << 20;

    private final String source;
    private final Vocabulary vocabulary;
    private final TemplateText templateText;

    /// @param source the template
    /// @param vocabulary of the model; its special tokens are those the template may write
    /// @throws UnsupportedChatException where the template is larger than any real one
    public ModelTemplate(String source, Vocabulary vocabulary) {
        if (source.length() > LONGEST_TEMPLATE) {
            throw new UnsupportedChatException(
                    "chat template: %d characters are more than %d"
                            .formatted(source.length(), LONGEST_TEMPLATE));
        }
        this.source = source;
        this.vocabulary = vocabulary;
        this.templateText = new TemplateText(vocabulary);
    }

    /// @throws UnsupportedChatException where the template refuses the conversation, fails, exceeds
    ///   a limit, or rewrites contents
    @Override
    public List<Piece> prompt(List<ChatMessage> messages, List<ToolDefinition> tools) {
        LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault());
        Concealment hidden = new Concealment();
        String marked = render(messages, tools, now, hidden, hidden::hide);
        String plain = render(messages, tools, now, new Concealment(), UnaryOperator.identity());
        List<Piece> pieces = hidden.pieces(marked, templateText::pieces);
        StringBuilder text = new StringBuilder();
        pieces.forEach(piece -> text.append(piece.text()));
        if (!text.toString().equals(plain)) {
            throw new UnsupportedChatException(
                    "chat template: it looks into the contents of messages or rewrites them, so"
                        + " that what it wrote itself cannot be told from them; choose a built-in"
                        + " format");
        }
        return pieces;
    }

    private String render(
            List<ChatMessage> messages,
            List<ToolDefinition> tools,
            LocalDateTime now,
            Concealment concealment,
            UnaryOperator<String> texts) {
        TemplateValues values = new TemplateValues(texts);
        Map<String, Object> context = values.of(messages, tools);
        context.put("bos_token", spelled(vocabulary.beginToken()));
        context.put("eos_token", spelled(vocabulary.endOfStreamToken()));
        context.put("add_generation_prompt", true);
        return new Rendering(now, concealment).render(source, context);
    }

    private String spelled(int token) {
        return token < 0 ? "" : vocabulary.text(token);
    }
}

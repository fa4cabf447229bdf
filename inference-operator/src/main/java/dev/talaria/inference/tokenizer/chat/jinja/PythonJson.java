package dev.talaria.inference.tokenizer.chat.jinja;

import dev.talaria.inference.tokenizer.chat.SchemaSpelling;
import dev.talaria.inference.tokenizer.chat.UnsupportedChatException;
import dev.talaria.schemas.chat.PythonSpelling;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Values as Python's `json.dumps` writes them with `ensure_ascii=False`. What is hidden in texts
/// stays hidden, escaped.
final class PythonJson {

    private static final int DEEPEST = 200;
    private static final int WIDEST = 16;

    private final Rendering rendering;
    private final int indent;
    private final StringBuilder out = new StringBuilder();

    /// @param indent spaces for each level; negative for one line
    PythonJson(Rendering rendering, int indent) {
        this.rendering = rendering;
        this.indent = Math.min(indent, WIDEST);
    }

    String write(Object value) {
        append(value, 0);
        return out.toString();
    }

    private void append(Object value, int depth) {
        rendering.budget().step();
        if (depth > DEEPEST || out.length() > Rendering.MOST_OUTPUT) {
            throw new UnsupportedChatException("a value is too deep or too large for JSON");
        }
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> {
                out.append('{');
                Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
                while (entries.hasNext()) {
                    Map.Entry<?, ?> entry = entries.next();
                    startLine(depth + 1);
                    quote(String.valueOf(entry.getKey()));
                    out.append(": ");
                    append(entry.getValue(), depth + 1);
                    separate(entries.hasNext(), depth);
                }
                out.append('}');
            }
            case List<?> list -> {
                out.append('[');
                Iterator<?> elements = list.iterator();
                while (elements.hasNext()) {
                    startLine(depth + 1);
                    append(elements.next(), depth + 1);
                    separate(elements.hasNext(), depth);
                }
                out.append(']');
            }
            case String text -> quote(text);
            case Double number -> out.append(PythonSpelling.real(number));
            case Number number -> out.append(number);
            case Boolean flag -> out.append(flag);
            default -> quote(String.valueOf(value));
        }
    }

    private void startLine(int depth) {
        if (indent >= 0) {
            out.append('\n').repeat(" ", indent * depth);
        }
    }

    private void separate(boolean hasNext, int depth) {
        if (hasNext) {
            out.append(indent < 0 ? ", " : ",");
        } else {
            startLine(depth);
        }
    }

    private void quote(String text) {
        String escaped =
                rendering
                        .concealment()
                        .mapParts(
                                text,
                                part -> {
                                    String quoted = SchemaSpelling.quoted(part);
                                    return quoted.substring(1, quoted.length() - 1);
                                });
        out.append('"').append(escaped).append('"');
    }
}

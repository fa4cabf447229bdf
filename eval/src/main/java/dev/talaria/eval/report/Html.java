package dev.talaria.eval.report;

import java.util.ArrayDeque;
import java.util.Deque;

/// HTML while it is written. Elements end in the order they were begun; every text and every value
/// of an attribute is escaped, so nothing that comes from outside can become markup. Names of
/// elements and attributes are the program's own.
final class Html {

    private static final int CONTROL_PICTURES = 0x2400;
    private static final int DELETE = 0x7f;

    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /// Begins an element.
    ///
    /// @param attributes names and values by turns
    Html open(String element, Object... attributes) {
        tag(element, attributes);
        open.push(element);
        return this;
    }

    /// Ends the element that was begun last.
    Html close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /// An element that holds nothing but a text.
    Html element(String element, String text, Object... attributes) {
        return open(element, attributes).text(text).close();
    }

    /// An element that has no end (`meta`, `input`).
    Html single(String element, Object... attributes) {
        tag(element, attributes);
        return this;
    }

    /// A line break in the page's source.
    Html line() {
        out.append('\n');
        return this;
    }

    private void tag(String element, Object... attributes) {
        out.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(String.valueOf(attributes[i + 1]));
            out.append('"');
        }
        out.append('>');
    }

    /// Characters as they are, for people to see: those that are invisible or turn the direction of
    /// writing are spelled out.
    Html text(String text) {
        escape(text);
        return this;
    }

    /// What was written elsewhere.
    ///
    /// @throws IllegalStateException where an element there has no end yet
    Html append(Html other) {
        out.append(other.toString());
        return this;
    }

    /// The program's own style or script, which is not escaped.
    ///
    /// @throws IllegalArgumentException where it could end its element
    Html verbatim(String source) {
        if (source.contains("</") || source.contains("<!--")) {
            throw new IllegalArgumentException("a style or script that could end its element");
        }
        out.append(source);
        return this;
    }

    private void escape(String text) {
        text.codePoints().forEach(this::escape);
    }

    private void escape(int character) {
        switch (character) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&#39;");
            case '\n', '\t' -> out.append((char) character);
            case DELETE -> out.append('␡');
            default -> {
                if (character < ' ') {
                    out.append((char) (CONTROL_PICTURES + character));
                } else if (isUnseen(character)) {
                    out.append("⟨U+%04X⟩".formatted(character));
                } else {
                    out.appendCodePoint(character);
                }
            }
        }
    }

    private static boolean isUnseen(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> character > 0xfffd && character <= 0xffff;
        };
    }

    /// What has been written.
    ///
    /// @throws IllegalStateException where an element has no end yet
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("without an end: " + open);
        }
        return out.toString();
    }

    /// How many characters have been written.
    int length() {
        return out.length();
    }
}

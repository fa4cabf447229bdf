package dev.talaria.eval.python;

/// A place in a text that is being read.
final class Cursor {

    /// What stands behind the last character.
    static final char END = '\uffff';

    private final String text;
    private int at;

    Cursor(String text) {
        this.text = text;
    }

    int at() {
        return at;
    }

    void moveTo(int place) {
        at = place;
    }

    boolean isAtEnd() {
        return at >= text.length();
    }

    /// The character here; [#END] behind the last.
    char peek() {
        return peek(0);
    }

    char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : END;
    }

    char next() throws PythonSyntaxException {
        if (isAtEnd()) {
            throw wrong("the text ends too early");
        }
        return text.charAt(at++);
    }

    boolean takes(char expected) {
        if (isAtEnd() || text.charAt(at) != expected) {
            return false;
        }
        at++;
        return true;
    }

    boolean takes(String expected) {
        if (!text.startsWith(expected, at)) {
            return false;
        }
        at += expected.length();
        return true;
    }

    String text() {
        return text;
    }

    String from(int start) {
        return text.substring(start, at);
    }

    PythonSyntaxException wrong(String finding) {
        return new PythonSyntaxException(finding, at);
    }

    /// The finding about the character here.
    PythonSyntaxException unexpected() {
        return isAtEnd()
                ? wrong("the text ends too early")
                : wrong("unexpected '%s'".formatted(Character.toString(text.codePointAt(at))));
    }
}

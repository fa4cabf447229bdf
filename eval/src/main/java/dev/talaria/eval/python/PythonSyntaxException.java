package dev.talaria.eval.python;

/// A text that is not what it was read as. The message says what is wrong, and at which character.
public final class PythonSyntaxException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int position;

    PythonSyntaxException(String finding, int position) {
        super("%s at character %d".formatted(finding, position));
        this.position = position;
    }

    /// The UTF-16 unit of the text at which it was found, from 0.
    public int position() {
        return position;
    }
}

package dev.talaria.pipeline.cli;

/// Why a command cannot do what it was asked. The message names the place, the finding and the
/// remedy, and is all that is shown.
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CommandException(String message) {
        super(message);
    }

    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}

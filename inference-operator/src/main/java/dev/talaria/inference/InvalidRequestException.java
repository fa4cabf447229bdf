package dev.talaria.inference;

/// A request that cannot be carried out, found before any compute was spent on it: its schema
/// cannot be enforced, its prompt does not fit. The message names place, finding and remedy.
public final class InvalidRequestException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String errorClass;

    /// @param errorClass a short stable name of the failure, such as `PromptTooLong`
    public InvalidRequestException(String errorClass, String message, Throwable cause) {
        super(message, cause);
        this.errorClass = errorClass;
    }

    /// A short stable name of the failure, such as `PromptTooLong`.
    public String errorClass() {
        return errorClass;
    }
}

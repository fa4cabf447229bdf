package dev.talaria.connectors.text;

/// No text can be taken out of a document. The message says place, finding and remedy, in one line.
public final class UnreadableDocumentException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String errorClass;

    /// @param errorClass a short stable name of the failure, such as `EncryptedDocument`
    public UnreadableDocumentException(String errorClass, String message) {
        super(message);
        this.errorClass = errorClass;
    }

    /// @param errorClass a short stable name of the failure, such as `EncryptedDocument`
    public UnreadableDocumentException(String errorClass, String message, Throwable cause) {
        super(message, cause);
        this.errorClass = errorClass;
    }

    /// A short stable name of the failure, such as `EncryptedDocument`.
    public String errorClass() {
        return errorClass;
    }
}

package dev.talaria.inference.tokenizer.chat;

/// A chat template cannot lay out this conversation; the message says why and what can.
public final class UnsupportedChatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnsupportedChatException(String message) {
        super(message);
    }

    public UnsupportedChatException(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.talaria.inference.tokenizer;

/// What a vocabulary entry is for, in the order of the file's numbers, which start at 0.
public enum TokenKind {
    /// The file does not say; treated like [#UNUSED].
    UNDEFINED,
    /// A piece of text.
    NORMAL,
    /// Stands for what cannot be encoded.
    UNKNOWN,
    /// Structure, such as `<|im_start|>`; never text.
    CONTROL,
    /// A tag of the prompt with a token of its own, such as `<tool_call>`; has a text.
    USER_DEFINED,
    /// Padding.
    UNUSED,
    /// One byte, for characters that have no piece.
    BYTE
}

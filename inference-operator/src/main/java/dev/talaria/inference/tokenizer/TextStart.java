package dev.talaria.inference.tokenizer;

/// What stands before a text; it decides whether the text gets a space in front where the
/// vocabulary asks for one.
public enum TextStart {
    /// Nothing, or a special token: the space is put in front by encoding and taken off by
    /// decoding.
    FRESH,
    /// Other text, which this one goes on from: characters are taken as they are.
    CONTINUED
}

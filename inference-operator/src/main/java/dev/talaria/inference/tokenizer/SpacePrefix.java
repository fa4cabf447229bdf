package dev.talaria.inference.tokenizer;

/// Which texts get a space in front that encoding puts there and decoding takes off again.
public enum SpacePrefix {
    /// None: characters are taken as they are.
    NEVER,
    /// The text that begins a prompt, not one that follows a special token of the template.
    FIRST,
    /// Every fresh text: at the beginning and after each special token.
    EVERY
}

package dev.talaria.inference.engine;

/// Hears every token as it is chosen.
@FunctionalInterface
public interface TokenListener {

    /// Is told the next token, on the engine's thread; must be quick.
    ///
    /// @return whether the answer goes on; where not, it ends with this token
    boolean hear(WrittenToken token);
}

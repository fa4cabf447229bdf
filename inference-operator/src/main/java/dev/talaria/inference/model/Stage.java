package dev.talaria.inference.model;

/// What a forward pass is made of, in its order. Between two stages all threads wait for each
/// other.
public enum Stage {
    /// The tokens' rows are looked up.
    EMBEDDING,
    /// The residual is normed and packed, in front of attention.
    ATTENTION_NORM,
    /// Products with the query, key and value matrices.
    QUERY_KEY_VALUE,
    /// Rotary embedding; keys and values are stored. Where no tile of the batch needs another's
    /// keys, it is part of [#ATTENTION].
    ROTARY,
    /// Queries meet stored keys and values.
    ATTENTION,
    /// What attention found is packed.
    ATTENTION_PACK,
    /// Product with the output matrix of attention.
    ATTENTION_OUTPUT,
    /// The residual is added to, normed and packed, in front of the feed-forward network.
    FEED_FORWARD_NORM,
    /// Products with the gate and up matrices.
    GATE_UP,
    /// SwiGLU, and its result is packed.
    GATED_PACK,
    /// Product with the down matrix.
    DOWN,
    /// The rows that want logits are normed and packed.
    OUTPUT_NORM,
    /// Product with the output matrix.
    LOGITS
}

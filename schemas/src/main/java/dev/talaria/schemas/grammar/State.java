package dev.talaria.schemas.grammar;

/// Where the value under way stands: one state per stack frame, told apart by `equals`.
///
/// Immutable. Whatever the state, some completion of its value exists.
sealed interface State
        permits ArrayState,
                Before,
                CountedState,
                DeclaredKeyState,
                DistinctItemState,
                DistinctState,
                End,
                ItemEnd,
                LiteralState,
                ObjectState,
                OtherKeyState,
                ScalarState,
                TextState {

    /// Emits every reading in which that byte comes next.
    void step(Branch at, int octet, Steps steps);

    /// Whether the value may be whole as it stands, so that the byte after it comes next.
    default boolean mayEnd() {
        return false;
    }

    /// Bytes until the value is whole.
    ///
    /// @param steps the text so far; null is allowed where the state waits for an inner value
    long cost(Steps steps);

    /// The first of these bytes; not asked where the cost is 0.
    int cheapest(Steps steps);

    /// A lower bound of how many different values the value under way may still become.
    default long completions() {
        return 1;
    }

    /// A state with the same continuations of up to `octets` bytes, for use as a key; null where
    /// the state is not worth caching by.
    default State within(int octets) {
        return this;
    }
}

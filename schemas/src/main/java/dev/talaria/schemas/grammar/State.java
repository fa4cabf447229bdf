package dev.talaria.schemas.grammar;

import java.util.List;

/// Where the value under way stands: one state per stack frame, told apart by `equals`.
///
/// Immutable. Whatever the state, some completion of its value exists.
sealed interface State
        permits ArrayState,
                Before,
                CalculatedState,
                CallState,
                CountedState,
                DeclaredKeyState,
                DistinctItemState,
                DistinctState,
                End,
                FreeText,
                ItemEnd,
                LiteralState,
                ObjectState,
                OtherKeyState,
                ScalarState,
                TextState,
                Verbatim {

    /// Emits every reading in which that byte comes next.
    void step(Branch at, int octet, Steps steps);

    /// Whether the value may be whole as it stands, so that the byte after it comes next.
    default boolean mayEnd() {
        return false;
    }

    /// Bytes until the value is whole.
    ///
    /// @param steps what the cost is for; null is allowed where that is no search
    long cost(Steps steps);

    /// The first of these bytes; not asked where the cost is 0.
    int cheapest(Steps steps);

    /// A lower bound of how many different values the value under way may still become.
    default long completions() {
        return 1;
    }

    /// How many characters of the string under way may have been begun at most, where they are not
    /// counted in the state; negative where the state does not stand for several counts.
    default long farUntil() {
        return -1;
    }

    /// Whether such a state stands between two characters.
    default boolean isBetweenCharacters() {
        return false;
    }

    /// Where such a state begins: the characters begun then.
    default long farFrom() {
        return 0;
    }

    /// Whether the value is a string that has more than `many` completions after whatever up to
    /// `octets` bytes that do not end it.
    default boolean staysOpen(int octets, long many) {
        return false;
    }

    /// A state with the same continuations of up to `octets` bytes, but for those that are
    /// [#excluded], one that many places share; null where there is none. Of the continuations only
    /// those count that end one key at most that is not declared.
    default State within(int octets) {
        return this;
    }

    /// The bytes that must not come next though [#within(int)] allows them: keys that are used,
    /// with their closing quote.
    default List<byte[]> excluded() {
        return List.of();
    }

    /// How many characters other than `"`, `\` and control characters may follow for certain,
    /// whichever they are, without ending the value; 0 where that is not known.
    default long freeCharacters() {
        return 0;
    }

    /// Whether the state is the same for all grammars, so that what follows is too.
    default boolean isCommon() {
        return false;
    }
}

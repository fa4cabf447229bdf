package dev.talaria.schemas.grammar;

/// Where the states put what follows a byte.
interface Steps {

    /// Adds a reading; one in a state already there is joined with it.
    void emit(Branch branch);

    /// Adds every reading in which the value under way is whole.
    default void emitAll(Branch[] branches) {
        for (Branch branch : branches) {
            emit(branch);
        }
    }

    /// Whether keys that are not declared are kept, so that none comes twice. Where not, the bytes
    /// are only tried, and nobody asks for two such keys among them.
    default boolean keepsKeys() {
        return true;
    }

    /// Whether characters of strings are counted here, see [#characters()], so that states need not
    /// do it where no bound is near.
    default boolean countsCharacters() {
        return false;
    }

    /// How many characters of the string under way were begun; asked only where they are counted.
    default long characters() {
        throw new IllegalStateException("characters are not counted");
    }

    /// Whether readings are only tried in search of a value: then costs need only be lower bounds,
    /// and a reading may turn out to lead nowhere.
    default boolean isSearching() {
        return false;
    }
}

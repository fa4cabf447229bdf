package dev.talaria.schemas.grammar;

/// Where the states put what follows a byte, and the bytes before it.
interface Steps {

    /// Adds a reading; one in a state already there is joined with it.
    void emit(Branch branch);

    /// Adds every reading in which the value under way is whole.
    default void emitAll(Branch[] branches) {
        for (Branch branch : branches) {
            emit(branch);
        }
    }

    /// The bytes so far; only the first [#length] mean anything. Not to be changed.
    ///
    /// A step that asks for them or their number is taken anew each time; what any other step makes
    /// of a state is computed once.
    byte[] text();

    /// How many bytes there are, without the one being read.
    int length();

    /// Whether keys that are not declared are kept, so that none comes twice. Where not, the bytes
    /// are only tried, and nobody asks for two such keys among them.
    default boolean keepsKeys() {
        return true;
    }

    /// Whether readings are only tried in search of a value: then costs need only be lower bounds,
    /// and a reading may turn out to lead nowhere.
    default boolean isSearching() {
        return false;
    }
}

package dev.talaria.schemas.grammar;

import java.util.List;

/// Where one value stands, byte by byte.
///
/// There are no dead ends: whatever has been pushed, some completion exists, and [#minimumBytes]
/// and [#shortestCompletion] tell it. Used by one thread at a time.
public interface Recognizer {

    /// From how many characters on an upper bound of a string's length is out of reach, so that
    /// places that differ in their distance from it alone are the same. Tokens with more bytes have
    /// to be looked at one by one.
    int FAR = 256;

    /// Extends the value by one byte.
    ///
    /// @param octet 0 to 255
    /// @return false, with nothing changed, where no value of the grammar continues so
    boolean push(int octet);

    /// Takes back the last `count` pushed bytes.
    void pop(int count);

    /// Whether at least [#FAR] characters other than `"`, `\\` and control characters may follow,
    /// whichever they are. False also where that is not known.
    boolean takesAnyCharacters();

    /// Promises that no more than the last `count` bytes are going to be taken back: what stood
    /// before them need not be kept.
    void settle(int count);

    /// Whether the bytes so far are a whole value. A number may be whole and still be extended.
    boolean isComplete();

    /// The one byte that may come next; -1 where there is a choice, and where the value is whole.
    int forcedByte();

    /// Length in bytes of the shortest completion; 0 where [#isComplete].
    int minimumBytes();

    /// One shortest completion: pushing its bytes makes the value whole.
    byte[] shortestCompletion();

    /// What was read, as far as it decides what may follow; to keep things by, told apart by
    /// identity. Two recognizers in the same place accept the same continuations.
    Object place();

    /// The ways in which the bytes so far can be read, at least one: what may follow is what may
    /// follow in any of them.
    ///
    /// @param octets how many bytes are going to be tried at most
    /// @param octetsAfterText the same where free characters may follow and such characters alone
    ///   are not tried
    List<Reading> readings(int octets, int octetsAfterText);

    /// An independent recognizer in the same place. Its bytes so far cannot be popped.
    Recognizer fork();
}

package dev.talaria.schemas.grammar;

/// Where one value stands, byte by byte.
///
/// There are no dead ends: whatever has been pushed, some completion exists, and [#minimumBytes]
/// and [#shortestCompletion] tell it. Used by one thread at a time.
public interface Recognizer {

    /// Extends the value by one byte.
    ///
    /// @param octet 0 to 255
    /// @return false, with nothing changed, where no value of the grammar continues so
    boolean push(int octet);

    /// Takes back the last `count` pushed bytes.
    void pop(int count);

    /// Whether the bytes so far are a whole value. A number may be whole and still be extended.
    boolean isComplete();

    /// Length in bytes of the shortest completion; 0 where [#isComplete].
    int minimumBytes();

    /// One shortest completion: pushing its bytes makes the value whole.
    byte[] shortestCompletion();

    /// What is allowed from here on, as a value to cache by: two recognizers of one grammar with
    /// equal keys accept the same continuations. Null where the state depends on too much of what
    /// was read to be worth caching.
    Object continuationKey();

    /// As [#continuationKey()], but equal keys promise equal continuations of up to `octets` bytes
    /// only. Many more places share such a key: a length bound out of reach, or brackets that many
    /// bytes cannot close, do not count.
    Object continuationKey(int octets);

    /// An independent recognizer in the same place. Its bytes so far cannot be popped.
    Recognizer fork();
}

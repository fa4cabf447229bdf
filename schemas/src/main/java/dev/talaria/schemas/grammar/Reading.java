package dev.talaria.schemas.grammar;

import java.util.List;

/// One way to read the bytes so far: the innermost value under way, and what follows it.
///
/// The two are asked about separately because many places share the one and few the other. Bytes
/// may be tried that end one key at most that the schema does not declare, and one element at most
/// of an array whose elements differ. Valid until the recognizer it comes from is used again, like
/// the recognizers it gives.
public interface Reading {

    /// Where the value stands, to keep things by: readings of one grammar with equal values have
    /// equal [#inside]s. Null where no other place has such a value.
    Object value();

    /// The bytes that must not come next though [#inside] accepts them.
    List<byte[]> excluded();

    /// Whether readings of other grammars with an equal [#value] have equal [#inside]s, too.
    boolean isCommon();

    /// How many characters other than `"`, `\` and control characters may follow for certain,
    /// whichever they are, without ending the value; 0 where that is not known.
    long freeCharacters();

    /// The rest of the value alone: complete where the value may be whole.
    Recognizer inside();

    /// Where what follows the value stands before its first byte, as [Recognizer#place()]; null
    /// where that depends on the bytes that make it whole.
    Object following();

    /// What follows the value once these bytes have made it whole. The recognizer is the same each
    /// time, moved.
    Recognizer after(byte[] octets, int count);
}

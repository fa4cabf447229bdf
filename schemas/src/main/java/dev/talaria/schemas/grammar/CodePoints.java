package dev.talaria.schemas.grammar;

import java.util.BitSet;

/// A set of Unicode scalar values: code points without the surrogates.
final class CodePoints {

    /// Every scalar value.
    static final CodePoints ALL = new CodePoints(new BitSet()).complement();

    private final BitSet members;

    private CodePoints(BitSet members) {
        this.members = members;
    }

    static CodePoints of(String characters) {
        BitSet members = new BitSet();
        characters.codePoints().forEach(members::set);
        return new CodePoints(members);
    }

    static CodePoints range(int low, int high) {
        BitSet members = new BitSet();
        members.set(low, high + 1);
        return new CodePoints(members).union(new CodePoints(new BitSet()));
    }

    CodePoints union(CodePoints other) {
        BitSet union = (BitSet) members.clone();
        union.or(other.members);
        union.clear(Character.MIN_SURROGATE, Character.MAX_SURROGATE + 1);
        return new CodePoints(union);
    }

    CodePoints complement() {
        BitSet complement = (BitSet) members.clone();
        complement.flip(0, Character.MAX_CODE_POINT + 1);
        complement.clear(Character.MIN_SURROGATE, Character.MAX_SURROGATE + 1);
        return new CodePoints(complement);
    }

    boolean contains(int codePoint) {
        return members.get(codePoint);
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    /// The first member at or after that code point; -1 where there is none.
    int first(int from) {
        return members.nextSetBit(from);
    }

    /// The last of the members that follow `from` without a gap.
    int lastOfRun(int from) {
        return members.nextClearBit(from) - 1;
    }
}

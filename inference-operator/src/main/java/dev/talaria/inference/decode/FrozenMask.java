package dev.talaria.inference.decode;

/// A set of tokens that does not change any more: a list where they are few, otherwise bits over
/// their ids. Immutable.
final class FrozenMask {

    private static final int OBJECT_BYTES = 64;

    private final int[] few;
    private final TokenMask many;

    private FrozenMask(int[] few, TokenMask many) {
        this.few = few;
        this.many = many;
    }

    /// The set as it is now.
    static FrozenMask of(TokenMask mask) {
        int count = mask.cardinality();
        // A list takes 32 bits a token, the bits one.
        if (count > mask.size() / Integer.SIZE) {
            TokenMask copy = new TokenMask(mask.size());
            copy.set(mask);
            return new FrozenMask(null, copy);
        }
        return new FrozenMask(mask.toArray(), null);
    }

    boolean isEmpty() {
        return many == null && few.length == 0;
    }

    /// Puts the tokens into another set.
    void addTo(TokenMask mask) {
        if (many != null) {
            mask.allowAll(many);
            return;
        }
        for (int token : few) {
            mask.allow(token);
        }
    }

    /// About what it takes.
    int bytes() {
        return OBJECT_BYTES + (many == null ? 4 * few.length : many.size() / Byte.SIZE);
    }
}

package dev.talaria.schemas.grammar;

/// The bytes of a key or an element as far as they have been read. Never changes: one more byte
/// makes another prefix, which shares this one.
final class Prefix {

    static final Prefix EMPTY = new Prefix(null, 0);

    private final Prefix before;
    private final byte octet;
    private final int length;
    private final int hash;

    private Prefix(Prefix before, int octet) {
        this.before = before;
        this.octet = (byte) octet;
        this.length = before == null ? 0 : before.length + 1;
        this.hash = before == null ? 1 : 31 * before.hash + octet;
    }

    /// With one more byte.
    Prefix with(int next) {
        return new Prefix(this, next);
    }

    int length() {
        return length;
    }

    byte[] octets() {
        return followedBy(new byte[0]);
    }

    /// The bytes, then those.
    byte[] followedBy(byte[] rest) {
        byte[] octets = new byte[length + rest.length];
        for (Prefix at = this; at.before != null; at = at.before) {
            octets[at.length - 1] = at.octet;
        }
        System.arraycopy(rest, 0, octets, length, rest.length);
        return octets;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // what is shared need not be compared
    public boolean equals(Object object) {
        if (!(object instanceof Prefix other) || hash != other.hash || length != other.length) {
            return false;
        }
        Prefix a = this;
        Prefix b = other;
        while (a != b && a.octet == b.octet) {
            a = a.before;
            b = b.before;
        }
        return a == b;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}

package dev.talaria.schemas.grammar;

import java.util.Arrays;
import java.util.List;

/// The undeclared keys an object has already, so that none comes twice. A list without end, newest
/// first; null is the empty one.
final class UsedKeys {

    private final byte[] key;
    private final UsedKeys before;
    private final int hash;
    private final int count;

    UsedKeys(byte[] key, UsedKeys before) {
        this.key = key;
        this.before = before;
        this.hash = 31 * Arrays.hashCode(key) + (before == null ? 0 : before.hash);
        this.count = 1 + (before == null ? 0 : before.count);
    }

    static boolean contains(UsedKeys used, byte[] text, int from, int to) {
        for (UsedKeys at = used; at != null; at = at.before) {
            if (Arrays.equals(at.key, 0, at.key.length, text, from, to)) {
                return true;
            }
        }
        return false;
    }

    /// Adds what follows the text in every key that begins with it.
    static void suffixes(UsedKeys used, byte[] text, int from, int to, List<byte[]> suffixes) {
        int length = to - from;
        for (UsedKeys at = used; at != null; at = at.before) {
            if (at.key.length >= length && Arrays.equals(at.key, 0, length, text, from, to)) {
                suffixes.add(Arrays.copyOfRange(at.key, length, at.key.length));
            }
        }
    }

    /// Without the keys that more than `octets` bytes are needed to repeat.
    static UsedKeys within(UsedKeys used, int octets) {
        UsedKeys kept = null;
        boolean all = true;
        for (UsedKeys at = used; at != null; at = at.before) {
            if (at.key.length <= octets) {
                kept = new UsedKeys(at.key, kept);
            } else {
                all = false;
            }
        }
        return all ? used : kept;
    }

    @Override
    public boolean equals(Object object) {
        if (!(object instanceof UsedKeys other) || hash != other.hash || count != other.count) {
            return false;
        }
        UsedKeys a = this;
        UsedKeys b = other;
        while (a != b) {
            if (!Arrays.equals(a.key, b.key)) {
                return false;
            }
            a = a.before;
            b = b.before;
        }
        return true;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}

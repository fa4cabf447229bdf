package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The undeclared keys an object has already, so that none comes twice. A list without end, newest
/// first; null is the empty one.
final class UsedKeys {

    private final KeyClass kind;
    private final byte[] key;
    private final int length;
    private final UsedKeys before;
    private final int hash;
    private final int count;

    UsedKeys(KeyClass kind, byte[] key, UsedKeys before) {
        this(kind, key, key.length, before);
    }

    private UsedKeys(KeyClass kind, byte[] key, int length, UsedKeys before) {
        this.kind = kind;
        this.key = key;
        this.length = length;
        this.before = before;
        // Of their order, too: while a value is spelled, the same keys are met in many orders.
        this.hash = 31 * (31 * (before == null ? 0 : before.hash) + Arrays.hashCode(key)) + length;
        this.count = 1 + (before == null ? 0 : before.count);
    }

    /// With one more key of which no more than the length is known.
    static UsedKeys some(KeyClass kind, int length, UsedKeys before) {
        return new UsedKeys(kind, null, length, before);
    }

    static boolean contains(UsedKeys used, byte[] text) {
        for (UsedKeys at = used; at != null; at = at.before) {
            if (at.length == text.length && at.beginsWith(text)) {
                return true;
            }
        }
        return false;
    }

    private boolean beginsWith(byte[] text) {
        if (text.length == 0) {
            return true;
        }
        return key != null
                && length >= text.length
                && Arrays.equals(key, 0, text.length, text, 0, text.length);
    }

    /// Counts what follows the text in every key of a kind that begins with it, the closing quote
    /// included, by length.
    static void countContinuations(
            UsedKeys used, KeyClass kind, byte[] text, Map<Integer, Integer> lengths) {
        for (UsedKeys at = used; at != null; at = at.before) {
            if (at.kind.isSameAs(kind) && at.beginsWith(text)) {
                lengths.merge(at.length - text.length + 1, 1, Integer::sum);
            }
        }
    }

    /// What follows the text in every key that begins with it, the closing quote included.
    ///
    /// @param lead to be put in front
    static List<byte[]> continuations(UsedKeys used, byte[] lead, byte[] text) {
        List<byte[]> continuations = new ArrayList<>();
        for (UsedKeys at = used; at != null; at = at.before) {
            if (at.beginsWith(text)) {
                int rest = at.length - text.length;
                byte[] bytes = Arrays.copyOf(lead, lead.length + rest + 1);
                System.arraycopy(at.key, text.length, bytes, lead.length, rest);
                bytes[bytes.length - 1] = '"';
                continuations.add(bytes);
            }
        }
        return continuations;
    }

    @Override
    public boolean equals(Object object) {
        if (!(object instanceof UsedKeys other) || hash != other.hash || count != other.count) {
            return false;
        }
        UsedKeys a = this;
        UsedKeys b = other;
        while (a != b) {
            if (a.kind != b.kind || a.length != b.length || !Arrays.equals(a.key, b.key)) {
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

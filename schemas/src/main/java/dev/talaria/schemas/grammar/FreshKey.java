package dev.talaria.schemas.grammar;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// Finds the shortest continuation of a key that makes it another than those taken.
final class FreshKey {

    private final List<byte[]> taken;
    private final byte[] continuation;
    private final int place;

    private FreshKey(List<byte[]> taken, byte[] continuation, int place) {
        this.taken = taken;
        this.continuation = continuation;
        this.place = place;
    }

    /// The bytes to come before the closing quote.
    ///
    /// @param place where inside a character the key stands
    /// @param taken the continuations that lead to a key already taken
    static byte[] shortest(int place, List<byte[]> taken) {
        PriorityQueue<FreshKey> open =
                new PriorityQueue<>(Comparator.comparingInt(FreshKey::lowerBound));
        open.add(new FreshKey(taken, new byte[0], place));
        while (true) {
            FreshKey at = open.remove();
            if (at.isFree()) {
                return at.finished();
            }
            for (int octet = 0x20; octet < 0x100; octet++) {
                int next = StringSpelling.next(at.place, octet);
                if (next != StringSpelling.DEAD) {
                    open.add(at.continuedBy(octet, next));
                }
            }
        }
    }

    private int lowerBound() {
        return continuation.length + StringSpelling.cost(place);
    }

    // Where no key taken begins so, any way of finishing the character will do.
    private boolean isFree() {
        return taken.isEmpty()
                || place == StringSpelling.PLAIN
                        && taken.stream().noneMatch(key -> key.length == continuation.length);
    }

    private FreshKey continuedBy(int octet, int next) {
        int depth = continuation.length;
        byte[] longer = Arrays.copyOf(continuation, depth + 1);
        longer[depth] = (byte) octet;
        List<byte[]> still = new ArrayList<>();
        for (byte[] key : taken) {
            if (key.length > depth && key[depth] == (byte) octet) {
                still.add(key);
            }
        }
        return new FreshKey(still, longer, next);
    }

    private byte[] finished() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(continuation);
        int at = place;
        while (at != StringSpelling.PLAIN) {
            int octet = StringSpelling.cheapest(at);
            out.write(octet);
            at = StringSpelling.next(at, octet);
        }
        return out.toByteArray();
    }
}

package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The elements an array of distinct elements has already, by what [ItemIdentity] says of them. A
/// set that never changes: adding makes another, which shares almost all of it.
final class UsedItems {

    static final UsedItems NONE = new UsedItems(null, 0, 0);

    private static final int HASH_BITS = 64;

    /// A node of a binary tree over the bits of the hashes. A leaf has an item and, where the whole
    /// hash is another's too, a next one.
    private record Node(Node zero, Node one, long hash, byte[] item, Node next) {

        static Node leaf(long hash, byte[] item, Node next) {
            return new Node(null, null, hash, item, next);
        }

        boolean isLeaf() {
            return item != null;
        }
    }

    private final Node root;
    private final int size;
    private final long sum;

    private UsedItems(Node root, int size, long sum) {
        this.root = root;
        this.size = size;
        this.sum = sum;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    boolean contains(byte[] item) {
        return size > 0 && find(item, hash(item)) != null;
    }

    private Node find(byte[] item, long hash) {
        Node at = root;
        for (int bit = 0; at != null && !at.isLeaf(); bit++) {
            at = (hash >>> bit & 1) == 0 ? at.zero : at.one;
        }
        while (at != null && !(at.hash == hash && Arrays.equals(at.item, item))) {
            at = at.next;
        }
        return at;
    }

    /// These and one more, which is none of them.
    UsedItems with(byte[] item) {
        long hash = hash(item);
        return new UsedItems(added(root, 0, hash, item), size + 1, sum + hash);
    }

    private static Node added(Node at, int bit, long hash, byte[] item) {
        if (at == null) {
            return Node.leaf(hash, item, null);
        }
        if (at.isLeaf()) {
            if (at.hash == hash || bit == HASH_BITS) {
                return Node.leaf(hash, item, at);
            }
            Node split =
                    (at.hash >>> bit & 1) == 0
                            ? new Node(at, null, 0, null, null)
                            : new Node(null, at, 0, null, null);
            return added(split, bit, hash, item);
        }
        return (hash >>> bit & 1) == 0
                ? new Node(added(at.zero, bit + 1, hash, item), at.one, 0, null, null)
                : new Node(at.zero, added(at.one, bit + 1, hash, item), 0, null, null);
    }

    private static long hash(byte[] item) {
        long hash = 0xCBF29CE484222325L;
        for (byte octet : item) {
            hash = (hash ^ octet & 0xFF) * 0x100000001B3L;
        }
        hash = (hash ^ hash >>> 33) * 0xFF51AFD7ED558CCDL;
        return hash ^ hash >>> 33;
    }

    private boolean containsAll(Node at) {
        if (at == null) {
            return true;
        }
        if (at.isLeaf()) {
            return find(at.item, at.hash) != null && containsAll(at.next);
        }
        return containsAll(at.zero) && containsAll(at.one);
    }

    /// What ends a string that begins so, its opening quote included, wherever one is in an item;
    /// possibly more.
    Collection<byte[]> endsOfStrings(byte[] beginning) {
        Set<byte[]> ends = new TreeSet<>(Arrays::compareUnsigned);
        forEach(root, item -> addEnds(item, beginning, ends));
        return ends;
    }

    private static void addEnds(byte[] item, byte[] beginning, Set<byte[]> ends) {
        int length = beginning.length;
        for (int at = 0; at + length < item.length; at++) {
            if (item[at] == '"' && Arrays.equals(item, at, at + length, beginning, 0, length)) {
                int end = at + 1;
                while (end < item.length && (item[end] != '"' || end < at + length)) {
                    end += item[end] == '\\' ? 2 : 1;
                }
                if (end < item.length) {
                    ends.add(Arrays.copyOfRange(item, at + length, end + 1));
                }
            }
        }
    }

    // As deep as a hash has bits.
    private static void forEach(Node from, Consumer<byte[]> action) {
        Node at = from;
        while (at != null && !at.isLeaf()) {
            forEach(at.zero, action);
            at = at.one;
        }
        for (; at != null; at = at.next) {
            action.accept(at.item);
        }
    }

    /// What follows the bytes in every item that begins with them.
    List<byte[]> continuations(byte[] beginning) {
        List<byte[]> continuations = new ArrayList<>();
        int length = beginning.length;
        forEach(
                root,
                item -> {
                    if (item.length > length
                            && Arrays.equals(item, 0, length, beginning, 0, length)) {
                        continuations.add(Arrays.copyOfRange(item, length, item.length));
                    }
                });
        return continuations;
    }

    /// The same items, in whatever order they came.
    @Override
    public boolean equals(Object object) {
        return object == this
                || object instanceof UsedItems other
                        && other.size == size
                        && other.sum == sum
                        && containsAll(other.root);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(sum);
    }
}

package dev.talaria.inference.engine;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;

import dev.talaria.inference.model.KvCache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which blocks hold the keys and values of which beginnings of prompts.
///
/// A tree: the children of a node are the blocks of [KV_BLOCK_TOKENS] tokens that follow what the
/// node and those above it hold. A child is found by its parent and its tokens, compared one by
/// one, so that two beginnings are never taken for each other. Only blocks that consist of prompt
/// tokens alone are in it: tokens that were written may be summed in another order.
///
/// A node is there from the moment somebody is going to compute it, so that requests that come
/// together compute a common beginning once: one owns the node, the others follow it. Where the
/// owner ends before, the first of the others that needs the node becomes its owner.
///
/// A prompt that parts from all known ones within a block shares the tokens before, too: it begins
/// with a copy of that block ([#mostAlike]).
///
/// The engine's thread alone uses it.
final class PrefixIndex {

    /// One block of a beginning.
    static final class Node {

        private final Key key;
        private final int block;

        // Those of its children that are complete.
        private final List<Node> children = new ArrayList<>();
        private int users;
        private boolean complete;
        private Object owner;

        private Node(Key key, int block, Object owner) {
            this.key = key;
            this.block = block;
            this.owner = owner;
        }

        int block() {
            return block;
        }

        /// Whether keys and values of all its tokens are computed.
        boolean isComplete() {
            return complete;
        }

        /// Makes this one compute it, unless it is computed or another is at it.
        ///
        /// @return whether this one is to
        @SuppressWarnings("ReferenceEquality") // users are told apart as objects
        boolean claim(Object user) {
            if (owner == null && !complete) {
                owner = user;
            }
            return owner == user;
        }
    }

    /// A computed block that begins as a prompt goes on.
    ///
    /// @param tokens how many of them are the same, at least one
    record Alike(int block, int tokens) {}

    private static final class Key {

        private final Node parent;
        private final int[] tokens;
        private final int hash;

        Key(Node parent, int[] tokens) {
            this.parent = parent;
            this.tokens = tokens;
            this.hash = 31 * (parent == null ? 0 : parent.key.hash) + Arrays.hashCode(tokens);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key that
                    && parent == that.parent
                    && Arrays.equals(tokens, that.tokens);
        }
    }

    private final KvCache cache;
    private final Map<Key, Node> nodes = new HashMap<>();
    private final Map<Integer, Node> complete = new HashMap<>();
    private final List<Node> first = new ArrayList<>();

    PrefixIndex(KvCache cache) {
        this.cache = cache;
        cache.onEviction(this::evict);
    }

    private void evict(int block) {
        Node node = complete.remove(block);
        if (node != null) {
            nodes.remove(node.key);
            children(node.key.parent).remove(node);
        }
    }

    private List<Node> children(Node parent) {
        return parent == null ? first : parent.children;
    }

    /// The nodes of a prompt's beginning that are there, computed or about to be.
    ///
    /// @param most blocks: those before the first token whose logits are wanted
    List<Node> find(int[] prompt, int most) {
        List<Node> found = new ArrayList<>();
        Node parent = null;
        for (int block = 0; block < most; block++) {
            Node node = nodes.get(key(parent, prompt, block));
            if (node == null) {
                return found;
            }
            found.add(node);
            parent = node;
        }
        return found;
    }

    private static Key key(Node parent, int[] prompt, int block) {
        int from = block * KV_BLOCK_TOKENS;
        return new Key(parent, Arrays.copyOfRange(prompt, from, from + KV_BLOCK_TOKENS));
    }

    /// Takes the nodes it found, and makes nodes of the whole blocks that follow, which the user is
    /// going to compute.
    ///
    /// @param most blocks, found and made
    /// @return all of them, in the order of their tokens
    List<Node> use(
            List<Node> found, int[] prompt, int most, KvCache.Reservation blocks, Object user) {
        List<Node> used = new ArrayList<>(found);
        found.forEach(node -> node.users++);
        Node parent = found.isEmpty() ? null : found.getLast();
        for (int block = found.size(); block < most; block++) {
            Key key = key(parent, prompt, block);
            if (nodes.containsKey(key)) {
                return used;
            }
            Node node = new Node(key, blocks.block(block * KV_BLOCK_TOKENS), user);
            node.users = 1;
            nodes.put(key, node);
            used.add(node);
            parent = node;
        }
        return used;
    }

    /// Of the blocks that follow a node, the one whose tokens are the prompt's for longest.
    ///
    /// @param parent null for a prompt's first block
    /// @param from the token that follows the node's in the prompt
    /// @param most tokens to look at, 0 to those of a block
    Optional<Alike> mostAlike(Node parent, int[] prompt, int from, int most) {
        Node alike = null;
        int tokens = 0;
        for (Node child : children(parent)) {
            int same = Arrays.mismatch(child.key.tokens, 0, most, prompt, from, from + most);
            int length = same < 0 ? most : same;
            if (length > tokens) {
                alike = child;
                tokens = length;
            }
        }
        return alike == null ? Optional.empty() : Optional.of(new Alike(alike.block, tokens));
    }

    /// A node whose keys and values have been computed: its block is kept from now on.
    void complete(Node node) {
        node.complete = true;
        node.owner = null;
        complete.put(node.block, node);
        children(node.key.parent).add(node);
        cache.keep(node.block);
    }

    /// Ends the use of nodes, before their blocks are given back. What is not computed and nobody
    /// else uses is no more.
    @SuppressWarnings("ReferenceEquality") // users are told apart as objects
    void release(List<Node> used, Object user) {
        for (Node node : used.reversed()) {
            node.users--;
            if (node.owner == user) {
                node.owner = null;
            }
            if (node.users == 0 && !node.complete) {
                nodes.remove(node.key);
            }
        }
    }
}

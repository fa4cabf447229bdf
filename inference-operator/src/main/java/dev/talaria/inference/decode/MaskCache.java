package dev.talaria.inference.decode;

import dev.talaria.schemas.grammar.Grammar;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.WeakHashMap;

/// Masks by what a grammar allows from some place on: the least recently used go first, whichever
/// grammar they are of. Safe for use by many threads.
final class MaskCache {

    private static final long BYTES = 64L << 20;
    private static final long ENTRY_OVERHEAD = 1_024;

    /// A place in a grammar. Grammars are told apart by a stand-in that does not keep them alive.
    private record Key(Object grammar, Object continuation) {}

    private final Map<Grammar, Object> grammars = new WeakHashMap<>();
    private final Map<Key, TokenMask> masks;

    MaskCache(int vocabulary) {
        long capacity = Math.max(64, BYTES / (vocabulary / 8 + ENTRY_OVERHEAD));
        this.masks =
                new LinkedHashMap<>(256, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Key, TokenMask> eldest) {
                        return size() > capacity;
                    }
                };
    }

    /// The name under which a grammar's masks are kept.
    synchronized Object standIn(Grammar grammar) {
        return grammars.computeIfAbsent(grammar, none -> new Object());
    }

    /// The mask of that place, not to be changed; null where there is none.
    synchronized TokenMask find(Object grammar, Object continuation) {
        return masks.get(new Key(grammar, continuation));
    }

    /// Keeps a mask, which is not changed any more.
    synchronized void put(Object grammar, Object continuation, TokenMask mask) {
        masks.put(new Key(grammar, continuation), mask);
    }
}

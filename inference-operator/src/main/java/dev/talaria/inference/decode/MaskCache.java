package dev.talaria.inference.decode;

import dev.talaria.schemas.grammar.Grammar;

import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The masks of all grammars, which go with their grammar. Beyond about 64 MiB everything is
/// forgotten and computed anew. Safe for use by many threads.
final class MaskCache {

    private static final long MAX_BYTES = 64L << 20;

    private final VocabularyIndex index;
    private final Map<Grammar, GrammarMasks> grammars = new WeakHashMap<>();
    private final Map<Object, GrammarMasks.ValueMask> common = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();

    MaskCache(VocabularyIndex index) {
        this.index = index;
    }

    /// The masks of a grammar.
    synchronized GrammarMasks of(Grammar grammar) {
        return grammars.computeIfAbsent(grammar, none -> new GrammarMasks(index, this));
    }

    /// What values allow that are the same for all grammars.
    Map<Object, GrammarMasks.ValueMask> common() {
        return common;
    }

    /// Counts what was kept. Others may still be adding when everything is forgotten: the count is
    /// then a little short.
    void take(int more) {
        if (bytes.addAndGet(more) > MAX_BYTES) {
            forget();
        }
    }

    private synchronized void forget() {
        bytes.set(0);
        common.clear();
        grammars.values().forEach(GrammarMasks::clear);
    }
}

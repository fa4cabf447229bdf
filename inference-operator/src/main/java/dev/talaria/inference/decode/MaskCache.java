package dev.talaria.inference.decode;

import dev.talaria.schemas.grammar.Grammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The masks of all grammars, which go with their grammar. Beyond about 64 MiB those of the
/// grammars that have not been used for longest are forgotten, and computed anew where they are
/// wanted again. Safe for use by many threads.
final class MaskCache {

    private static final long MAX_BYTES = 64L << 20;
    private static final long KEPT_BYTES = MAX_BYTES / 4 * 3;

    private final VocabularyIndex index;
    private final ForcedSpelling spelling;
    private final Map<Grammar, GrammarMasks> grammars = new WeakHashMap<>();
    private final Map<Object, GrammarMasks.ValueMask> common = new ConcurrentHashMap<>();
    private final AtomicLong commonBytes = new AtomicLong();

    // Those of grammars that are gone included.
    private final AtomicLong bytes = new AtomicLong();
    private long uses;

    /// @param spelling null where tokens may spell forced bytes in any way
    MaskCache(VocabularyIndex index, ForcedSpelling spelling) {
        this.index = index;
        this.spelling = spelling;
    }

    /// The masks of a grammar that is about to be used.
    synchronized GrammarMasks of(Grammar grammar) {
        GrammarMasks masks =
                grammars.computeIfAbsent(grammar, none -> new GrammarMasks(index, this, spelling));
        masks.noteUse(++uses);
        return masks;
    }

    /// What values allow that are the same for all grammars.
    Map<Object, GrammarMasks.ValueMask> common() {
        return common;
    }

    /// Counts what was kept in [#common].
    void takeCommon(int more) {
        commonBytes.addAndGet(more);
        take(more);
    }

    /// Counts what was kept. Others may still be adding while something is forgotten: the count is
    /// then a little short.
    void take(int more) {
        if (bytes.addAndGet(more) > MAX_BYTES) {
            makeRoom();
        }
    }

    private synchronized void makeRoom() {
        List<GrammarMasks> oldestFirst = new ArrayList<>(grammars.values());
        oldestFirst.sort(Comparator.comparingLong(GrammarMasks::lastUse));
        long kept = commonBytes.get();
        for (GrammarMasks masks : oldestFirst) {
            kept += masks.bytes();
        }
        for (int i = 0; i < oldestFirst.size() && kept > KEPT_BYTES; i++) {
            kept -= oldestFirst.get(i).clear();
        }
        if (kept > KEPT_BYTES) {
            common.clear();
            kept -= commonBytes.getAndSet(0);
        }
        bytes.set(kept);
    }
}

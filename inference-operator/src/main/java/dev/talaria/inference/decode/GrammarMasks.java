package dev.talaria.inference.decode;

import dev.talaria.schemas.grammar.Reading;
import dev.talaria.schemas.grammar.Recognizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The masks of one grammar for one vocabulary, computed when they are first wanted.
///
/// A mask is put together for each [Reading] of three parts: plain characters, where a string may
/// go on with any; tokens that the value under way allows, whatever stands around it; and tokens
/// that end the value and go on. Only the last part depends on the whole place, and few tokens are
/// looked at for it. Places, values and their continuations are remembered apart. Safe for use by
/// many threads.
final class GrammarMasks {

    private static final int ENTRY_BYTES = 128;
    private static final int BEGINNING = -1;
    private static final int MANY_PARTS = 4;
    private static final int[] NO_TOKENS = {};
    private static final byte[] NO_BYTES = {};

    private final VocabularyIndex index;
    private final MaskCache cache;
    private final Map<Object, Recipe> byPlace = new ConcurrentHashMap<>();
    private final Map<Continuation, FrozenMask> continued = new ConcurrentHashMap<>();
    private final Map<Object, ValueMask> byValue = new ConcurrentHashMap<>();
    private final SpelledPlaces spelled;
    private final AtomicLong bytes = new AtomicLong();
    private volatile long lastUse;

    /// A whole mask: plain tokens of so many characters and others, without some.
    ///
    /// @param parts other tokens, all of which may come, but for those excepted
    /// @param except none of them is plain
    private record Recipe(long freeCharacters, FrozenMask[] parts, int[] except) {

        private void addTo(TokenMask mask, PlainTokens plain) {
            if (freeCharacters > 0) {
                mask.allowAll(plain.upTo(freeCharacters));
            }
            for (FrozenMask part : parts) {
                part.addTo(mask);
            }
            for (int token : except) {
                mask.clear(token);
            }
        }
    }

    /// A value and what follows it, both told apart by identity.
    private record Continuation(ValueMask value, Object following) {}

    /// What a value allows, whatever stands around it.
    ///
    /// @param trie of the tokens that were tried
    /// @param within the tokens, plain ones left out where any may come
    /// @param ends the nodes of the trie that end the value, in front of further bytes
    record ValueMask(TokenTrie trie, FrozenMask within, int[] ends) {

        int bytes() {
            return ENTRY_BYTES + within.bytes() + 4 * ends.length;
        }
    }

    GrammarMasks(VocabularyIndex index, MaskCache cache, ForcedSpelling spelling) {
        this.index = index;
        this.cache = cache;
        this.spelled = new SpelledPlaces(spelling);
    }

    /// The number of its last use among those of all grammars.
    long lastUse() {
        return lastUse;
    }

    void noteUse(long number) {
        lastUse = number;
    }

    /// About what is kept.
    long bytes() {
        return bytes.get();
    }

    /// Counts what was kept.
    void take(int more) {
        bytes.addAndGet(more);
        cache.take(more);
    }

    /// Forgets everything.
    ///
    /// @return about what it took
    long clear() {
        byPlace.clear();
        continued.clear();
        byValue.clear();
        spelled.clear();
        return bytes.getAndSet(0);
    }

    /// The tokens that places force.
    SpelledPlaces spelled() {
        return spelled;
    }

    /// Puts every token the recognizer accepts into an empty mask; leaves the recognizer where it
    /// was.
    void fill(Recognizer recognizer, TokenMask mask) {
        Recipe known = byPlace.get(recognizer.place());
        if (known == null) {
            known = recipe(recognizer);
            byPlace.put(recognizer.place(), known);
        }
        known.addTo(mask, index.plain());
    }

    private Recipe recipe(Recognizer recognizer) {
        List<Reading> readings =
                recognizer.readings(index.all().longestToken(), index.marked().longestToken());
        long free = 0;
        List<FrozenMask> parts = new ArrayList<>();
        List<List<FrozenMask>> byReading = new ArrayList<>();
        for (Reading reading : readings) {
            free = Math.max(free, reading.freeCharacters());
            List<FrozenMask> own = parts(reading);
            byReading.add(own);
            own.stream().filter(part -> !parts.contains(part)).forEach(parts::add);
        }
        boolean excludes = readings.stream().anyMatch(reading -> !reading.excluded().isEmpty());
        int[] except = excludes ? except(readings, byReading) : NO_TOKENS;
        addIntricate(recognizer, parts);
        return recipe(free, parts, except);
    }

    private Recipe recipe(long free, List<FrozenMask> parts, int[] except) {
        take(ENTRY_BYTES + Integer.BYTES * except.length);
        if (parts.size() <= MANY_PARTS) {
            return new Recipe(free, parts.toArray(FrozenMask[]::new), except);
        }
        TokenMask all = emptyMask();
        parts.forEach(part -> part.addTo(all));
        FrozenMask whole = FrozenMask.of(all);
        take(whole.bytes());
        return new Recipe(free, new FrozenMask[] {whole}, except);
    }

    // The tokens of a reading: those inside its value, and those that end it and go on.
    private List<FrozenMask> parts(Reading reading) {
        ValueMask value = valueMask(reading);
        List<FrozenMask> parts = new ArrayList<>();
        parts.add(value.within());
        if (value.ends().length > 0) {
            parts.add(ends(value, reading));
        }
        parts.removeIf(FrozenMask::isEmpty);
        return parts;
    }

    private void addIntricate(Recognizer recognizer, List<FrozenMask> parts) {
        TokenMask accepted = null;
        for (int token : index.intricate()) {
            if (accepts(recognizer, index.tokens().bytes(token))) {
                accepted = accepted == null ? emptyMask() : accepted;
                accepted.allow(token);
            }
        }
        if (accepted != null) {
            parts.add(FrozenMask.of(accepted));
        }
    }

    private static boolean accepts(Recognizer recognizer, byte[] bytes) {
        int pushed = 0;
        while (pushed < bytes.length && recognizer.push(bytes[pushed] & 0xFF)) {
            pushed++;
        }
        recognizer.pop(pushed);
        return pushed == bytes.length;
    }

    // Tokens of the parts that none of the readings allows.
    private int[] except(List<Reading> readings, List<List<FrozenMask>> byReading) {
        TokenMask all = emptyMask();
        TokenMask allowed = emptyMask();
        TokenMask one = emptyMask();
        for (int i = 0; i < readings.size(); i++) {
            one.clearAll();
            byReading.get(i).forEach(part -> part.addTo(one));
            all.allowAll(one);
            for (byte[] bytes : readings.get(i).excluded()) {
                index.all().clearContinuations(bytes, one);
            }
            allowed.allowAll(one);
        }
        all.clearAll(allowed);
        return all.toArray();
    }

    private ValueMask valueMask(Reading reading) {
        if (reading.value() == null) {
            return walk(reading);
        }
        Map<Object, ValueMask> kept = reading.isCommon() ? cache.common() : byValue;
        ValueMask known = kept.get(reading.value());
        if (known == null) {
            known = walk(reading);
            kept.put(reading.value(), known);
            if (reading.isCommon()) {
                cache.takeCommon(known.bytes());
            } else {
                take(known.bytes());
            }
        }
        return known;
    }

    private ValueMask walk(Reading reading) {
        Recognizer inside = reading.inside();
        TokenTrie trie = reading.freeCharacters() > 0 ? index.marked() : index.all();
        TokenMask mask = emptyMask();
        int[] ends = trie.allow(inside, mask, text(trie));
        if (inside.isComplete()) {
            int[] more = new int[ends.length + 1];
            more[0] = BEGINNING;
            System.arraycopy(ends, 0, more, 1, ends.length);
            ends = more;
        }
        return new ValueMask(trie, FrozenMask.of(mask), ends);
    }

    private FrozenMask ends(ValueMask value, Reading reading) {
        Object following = reading.following();
        if (following == null) {
            return computeEnds(value, reading);
        }
        Continuation key = new Continuation(value, following);
        FrozenMask known = continued.get(key);
        if (known == null) {
            known = computeEnds(value, reading);
            continued.put(key, known);
            take(ENTRY_BYTES + known.bytes());
        }
        return known;
    }

    private FrozenMask computeEnds(ValueMask value, Reading reading) {
        TokenMask mask = emptyMask();
        TokenTrie trie = value.trie();
        for (int end : value.ends()) {
            int depth = trie.depth(end);
            byte[] bytes = depth == 0 ? NO_BYTES : index.tokens().bytes(trie.tokenThrough(end));
            trie.allowBelow(end, reading.after(bytes, depth), mask, text(trie));
        }
        return FrozenMask.of(mask);
    }

    @SuppressWarnings("ReferenceEquality") // one of the two tries
    private TextSubtrees text(TokenTrie trie) {
        return trie == index.all() ? index.text() : null;
    }

    private TokenMask emptyMask() {
        return new TokenMask(index.tokens().size());
    }
}

package dev.talaria.inference.decode;

import dev.talaria.schemas.grammar.Reading;
import dev.talaria.schemas.grammar.Recognizer;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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

    private final VocabularyIndex index;
    private final MaskCache cache;
    private final Map<Object, Recipe> byPlace = new ConcurrentHashMap<>();
    private final Map<Continuation, FrozenMask> continued = new ConcurrentHashMap<>();
    private final Map<Object, ValueMask> byValue = new ConcurrentHashMap<>();

    /// A whole mask: plain tokens of so many characters and others.
    private record Recipe(long freeCharacters, FrozenMask others) {}

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

    GrammarMasks(VocabularyIndex index, MaskCache cache) {
        this.index = index;
        this.cache = cache;
    }

    /// Forgets everything.
    void clear() {
        byPlace.clear();
        continued.clear();
        byValue.clear();
    }

    /// Puts every token the recognizer accepts into an empty mask; leaves the recognizer where it
    /// was.
    void fill(Recognizer recognizer, TokenMask mask) {
        Recipe known = byPlace.get(recognizer.place());
        if (known != null) {
            add(known, mask);
        } else {
            compute(recognizer, mask);
        }
        for (int token : index.intricate()) {
            addIfAccepted(recognizer, token, mask);
        }
    }

    private void add(Recipe recipe, TokenMask mask) {
        if (recipe.freeCharacters() > 0) {
            mask.allowAll(index.plain().upTo(recipe.freeCharacters()));
        }
        recipe.others().addTo(mask);
    }

    private void addIfAccepted(Recognizer recognizer, int token, TokenMask mask) {
        byte[] bytes = index.tokens().bytes(token);
        int pushed = 0;
        while (pushed < bytes.length && recognizer.push(bytes[pushed] & 0xFF)) {
            pushed++;
        }
        recognizer.pop(pushed);
        if (pushed == bytes.length) {
            mask.allow(token);
        }
    }

    private void compute(Recognizer recognizer, TokenMask mask) {
        List<Reading> readings =
                recognizer.readings(index.all().longestToken(), index.marked().longestToken());
        long free = 0;
        boolean lasting = true;
        FrozenMask only = null;
        for (Reading reading : readings) {
            free = Math.max(free, reading.freeCharacters());
            FrozenMask part = part(reading);
            boolean whole = reading.excluded().isEmpty();
            lasting &= part != null && whole && !reading.dependsOnText();
            if (whole) {
                add(reading, part, mask);
            } else {
                addWithoutExcluded(reading, part, mask);
            }
            only = part;
        }
        if (lasting) {
            FrozenMask others = readings.size() == 1 ? only : FrozenMask.of(mask);
            byPlace.put(recognizer.place(), new Recipe(free, others));
            cache.take(ENTRY_BYTES + (readings.size() == 1 ? 0 : others.bytes()));
        }
        if (free > 0) {
            mask.allowAll(index.plain().upTo(free));
        }
    }

    private void add(Reading reading, FrozenMask part, TokenMask mask) {
        if (part != null) {
            part.addTo(mask);
        } else {
            addFresh(reading, mask);
        }
    }

    private void addWithoutExcluded(Reading reading, FrozenMask part, TokenMask mask) {
        TokenMask allowed = new TokenMask(index.tokens().size());
        add(reading, part, allowed);
        for (byte[] bytes : reading.excluded()) {
            index.all().clearContinuations(bytes, allowed);
        }
        mask.allowAll(allowed);
    }

    // What the reading allows; null where that is not worth keeping, because it depends on the
    // text.
    private FrozenMask part(Reading reading) {
        ValueMask value = valueMask(reading);
        if (value == null) {
            return null;
        }
        Continuation key = new Continuation(value, reading.following());
        FrozenMask known = continued.get(key);
        if (known == null) {
            TokenMask mask = new TokenMask(index.tokens().size());
            value.within().addTo(mask);
            if (!addEnds(value, reading, mask)) {
                return null;
            }
            known = value.ends().length == 0 ? value.within() : FrozenMask.of(mask);
            continued.put(key, known);
            cache.take(ENTRY_BYTES + (value.ends().length == 0 ? 0 : known.bytes()));
        }
        return known;
    }

    private ValueMask valueMask(Reading reading) {
        if (reading.value() == null) {
            return null;
        }
        Map<Object, ValueMask> kept = reading.isCommon() ? cache.common() : byValue;
        ValueMask known = kept.get(reading.value());
        if (known == null) {
            Recognizer inside = reading.inside();
            known = walk(reading, inside);
            if (inside.dependsOnText()) {
                return null;
            }
            kept.put(reading.value(), known);
            cache.take(known.bytes());
        }
        return known;
    }

    private ValueMask walk(Reading reading, Recognizer inside) {
        TokenTrie trie = reading.freeCharacters() > 0 ? index.marked() : index.all();
        TokenMask mask = new TokenMask(index.tokens().size());
        int[] ends = trie.allow(inside, mask);
        if (inside.isComplete()) {
            int[] more = new int[ends.length + 1];
            more[0] = BEGINNING;
            System.arraycopy(ends, 0, more, 1, ends.length);
            ends = more;
        }
        return new ValueMask(trie, FrozenMask.of(mask), ends);
    }

    private void addFresh(Reading reading, TokenMask mask) {
        ValueMask value = walk(reading, reading.inside());
        value.within().addTo(mask);
        addEnds(value, reading, mask);
    }

    /// Adds the tokens that end the value and go on.
    ///
    /// @return whether they are the same whatever the text is
    private boolean addEnds(ValueMask value, Reading reading, TokenMask mask) {
        TokenTrie trie = value.trie();
        boolean lasting = true;
        for (int end : value.ends()) {
            int depth = trie.depth(end);
            byte[] bytes = depth == 0 ? new byte[0] : index.tokens().bytes(trie.tokenThrough(end));
            Recognizer after = reading.after(bytes, depth);
            trie.allowBelow(end, after, mask);
            lasting &= !after.dependsOnText();
        }
        return lasting;
    }
}

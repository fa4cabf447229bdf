package dev.talaria.inference.decode;

import dev.talaria.schemas.grammar.Recognizer;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The tokens that the places of one grammar force, by the tokens that stand before, looked for
/// once. Safe for use by many threads.
final class SpelledPlaces {

    private static final int ENTRY_BYTES = 160;

    private final ForcedSpelling spelling;
    private final Map<Place, Integer> forced = new ConcurrentHashMap<>();

    /// A place, told apart by identity, and the last tokens before it. Where it is only looked up
    /// it changes: nothing is made then.
    static final class Place {

        private final int[] before;
        private Object place;
        private int count;
        private int hash;

        Place() {
            this(new int[ForcedSpelling.MOST_CONTEXT]);
        }

        private Place(int[] before) {
            this.before = before;
        }

        private void move(Object to, CommittedTokens committed) {
            place = to;
            count = committed.copyLast(before);
            hash = System.identityHashCode(to);
            for (int i = 0; i < count; i++) {
                hash = 31 * hash + before[i];
            }
        }

        private Place copy() {
            Place copy = new Place(before.clone());
            copy.place = place;
            copy.count = count;
            copy.hash = hash;
            return copy;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // places are told apart so
        public boolean equals(Object object) {
            return object instanceof Place other
                    && place == other.place
                    && Arrays.equals(before, 0, count, other.before, 0, other.count);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /// @param spelling null where tokens may spell forced bytes in any way
    SpelledPlaces(ForcedSpelling spelling) {
        this.spelling = spelling;
    }

    /// The next token, where the tokenizer would write no other here; -1 where there is a choice.
    ///
    /// @param recognizer in the place; left there
    /// @param scratch of the caller
    /// @param masks that count what is kept
    int next(Recognizer recognizer, CommittedTokens committed, Place scratch, GrammarMasks masks) {
        if (spelling == null || recognizer.forcedByte() < 0) {
            return -1;
        }
        scratch.move(recognizer.place(), committed);
        Integer known = forced.get(scratch);
        if (known == null) {
            known = spelling.next(recognizer, scratch.before, scratch.count);
            forced.put(scratch.copy(), known);
            masks.take(ENTRY_BYTES);
        }
        return known;
    }

    void clear() {
        forced.clear();
    }
}

package dev.talaria.schemas.grammar;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Which declared members of an object need which others: where the one is there, the others have
/// to be. Members go by their positions. Immutable.
///
/// Kept beside the members instead of written out as alternatives: ten members that need another
/// each would be a thousand of these.
final class MemberNeeds {

    static final MemberNeeds NONE = new MemberNeeds(new int[0][]);

    private final int[][] needs;
    private final int[] needing;

    // The last of the members that need a member, are needed by it, and so on.
    private final int[] lastRelated;

    private MemberNeeds(int[][] needs) {
        this.needs = needs;
        this.needing = IntStream.range(0, needs.length).filter(i -> needs[i].length > 0).toArray();
        this.lastRelated = IntStream.range(0, needs.length).toArray();
        boolean grows = true;
        while (grows) {
            grows = false;
            for (int member : needing) {
                for (int needed : needs[member]) {
                    int last = Math.max(lastRelated[member], lastRelated[needed]);
                    grows |= last > lastRelated[member] || last > lastRelated[needed];
                    lastRelated[member] = last;
                    lastRelated[needed] = last;
                }
            }
        }
    }

    /// @param names of all members, in their order
    /// @param needs the names each of them needs, itself left out
    static MemberNeeds of(List<String> names, Map<String, Set<String>> needs) {
        if (needs.isEmpty()) {
            return NONE;
        }
        Map<String, Integer> places = new HashMap<>();
        names.forEach(name -> places.put(name, places.size()));
        int[][] positions = new int[names.size()][];
        for (int member = 0; member < positions.length; member++) {
            positions[member] =
                    needs.getOrDefault(names.get(member), Set.of()).stream()
                            .mapToInt(places::get)
                            .toArray();
        }
        return new MemberNeeds(positions);
    }

    boolean isEmpty() {
        return needs.length == 0;
    }

    boolean isSameAs(MemberNeeds other) {
        return Arrays.deepEquals(needs, other.needs);
    }

    /// Adds to the members that have to come what these need, and what others need that are there.
    ///
    /// @param missing members that are not there
    void addNeeded(BitSet missing, IntPredicate isThere) {
        for (int member : needing) {
            if (isThere.test(member)) {
                add(member, missing, isThere);
            }
        }
        BitSet done = new BitSet();
        int next = missing.nextSetBit(0);
        while (next >= 0) {
            done.set(next);
            add(next, missing, isThere);
            BitSet open = (BitSet) missing.clone();
            open.andNot(done);
            next = open.nextSetBit(0);
        }
    }

    private void add(int member, BitSet missing, IntPredicate isThere) {
        for (int needed : needs[member]) {
            if (!isThere.test(needed)) {
                missing.set(needed);
            }
        }
    }

    /// The members there are, as far as it matters to what comes at a position or behind it: not
    /// where all that are related have come or been left out as they need each other.
    ///
    /// @param before those that were there
    /// @param member one more; negative where there is none
    BitSet met(BitSet before, int member, int position) {
        BitSet met = (BitSet) before.clone();
        if (member >= 0) {
            met.set(member);
        }
        BitSet settled = new BitSet();
        for (int each = met.nextSetBit(0); each >= 0; each = met.nextSetBit(each + 1)) {
            settled.set(each, lastRelated[each] < position && hasAllItNeeds(each, met));
        }
        met.andNot(settled);
        return met;
    }

    private boolean hasAllItNeeds(int member, BitSet there) {
        return Arrays.stream(needs[member]).allMatch(there::get);
    }
}

package dev.talaria.schemas.grammar;

import java.util.BitSet;

/// What an object has so far.
///
/// @param position the first declared member that may still come, where they come in order; else 0
/// @param seen the declared members there are, where they come in any order; else null
/// @param ordered whether those that come now come in order: with other orders that is so while a
///   value is searched for, because one order is enough
/// @param met where members come in order and need each other, those there are of whom it matters;
///   else null
/// @param used undeclared keys so far; null where there are none
/// @param open obligations that no member has settled yet, as bits
/// @param count members so far, as far as their number matters
record ObjectProgress(
        int position,
        BitSet seen,
        boolean ordered,
        BitSet met,
        UsedKeys used,
        int open,
        long count) {

    boolean isPending(int member) {
        return member >= position && (seen == null || !seen.get(member));
    }

    /// Whether a member is there whose presence matters to others.
    boolean isThere(int member) {
        return seen == null ? met.get(member) : seen.get(member);
    }

    ObjectProgress with(UsedKeys nowUsed) {
        return new ObjectProgress(position, seen, ordered, met, nowUsed, open, count);
    }

    /// Behind all declared members, where they come in order.
    ObjectProgress behind(int members) {
        return ordered ? new ObjectProgress(members, seen, true, met, used, open, count) : this;
    }

    ObjectProgress inOrder() {
        return ordered ? this : new ObjectProgress(position, seen, true, met, used, open, count);
    }

    ObjectProgress counting(long kept) {
        return kept == count
                ? this
                : new ObjectProgress(position, seen, ordered, met, used, open, kept);
    }
}

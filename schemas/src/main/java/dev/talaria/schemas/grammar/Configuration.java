package dev.talaria.schemas.grammar;

/// Every reading of some bytes that can still be completed, and, as far as it is known, what each
/// further byte makes of them.
///
/// Configurations of one [ConfigurationGraph] that are equal are the same object. What is filled in
/// later is derived from what is final, so that threads may race to do it.
final class Configuration {

    /// No reading is left.
    static final Configuration DEAD = new Configuration(new Branch[0]);

    private static final int PAGE = 16;

    private final Branch[] branches;
    private final boolean whole;

    // Of the states that stand for several counts of characters.
    private final long farUntil;
    private final long farFrom;
    private final boolean between;

    // Found out when asked: 1 for yes, -1 for no.
    private byte takesAny;

    // Null until it is met.
    private volatile Configuration atBound;

    // Null until the first byte is known.
    private Configuration[][] next;

    // One more than the bytes, so that a thread that sees the field as it was made sees nothing.
    private int minimumAndOne;

    // Two more than the byte, for the same reason; 1 where there is a choice.
    private int forcedAndTwo;

    /// @param branches not to be changed any more
    Configuration(Branch[] branches) {
        this.branches = branches;
        boolean any = false;
        long until = Long.MAX_VALUE;
        State far = null;
        for (Branch branch : branches) {
            any |= branch.isWhole();
            if (branch.state().farUntil() >= 0) {
                far = branch.state();
                until = Math.min(until, far.farUntil());
            }
        }
        this.whole = any;
        this.farUntil = far == null ? -1 : until;
        this.farFrom = far == null ? 0 : far.farFrom();
        this.between = far != null && far.isBetweenCharacters();
    }

    /// Not to be changed.
    Branch[] branches() {
        return branches;
    }

    /// Whether the bytes so far are a whole value.
    boolean isWhole() {
        return whole;
    }

    /// Whether at least [Recognizer#FAR] characters may follow, whichever they are.
    boolean takesAnyCharacters() {
        if (takesAny == 0) {
            byte found = -1;
            for (Branch branch : branches) {
                found = branch.state().freeCharacters() >= Recognizer.FAR ? 1 : found;
            }
            takesAny = found;
        }
        return takesAny > 0;
    }

    /// Whether it stands for several counts of characters in the string under way. What a byte
    /// leads to is known as long as no more than [#farUntil] are begun.
    boolean isFar() {
        return farUntil >= 0;
    }

    /// How many characters may be begun.
    long farUntil() {
        return farUntil;
    }

    /// How many are begun where the bytes before did not count.
    long farFrom() {
        return farFrom;
    }

    /// Whether it is between two characters of the string.
    boolean isBetweenCharacters() {
        return between;
    }

    /// The configuration after a byte, or [#DEAD]; null where it is not known.
    Configuration next(int octet) {
        Configuration[][] pages = next;
        Configuration[] page = pages == null ? null : pages[octet >>> 4];
        return page == null ? null : page[octet & PAGE - 1];
    }

    /// The same with one character more than [#farUntil] begun: what a byte leads to is another
    /// thing then, but always the same.
    Configuration atBound() {
        Configuration known = atBound;
        if (known == null) {
            known = new Configuration(branches);
            atBound = known;
        }
        return known;
    }

    /// Notes what a byte leads to.
    ///
    /// @return whether room was taken for it
    boolean link(int octet, Configuration to) {
        if (next == null) {
            next = new Configuration[PAGE][];
        }
        Configuration[] page = next[octet >>> 4];
        boolean isNew = page == null;
        if (isNew) {
            page = new Configuration[PAGE];
        }
        page[octet & PAGE - 1] = to;
        next[octet >>> 4] = page;
        return isNew;
    }

    /// Bytes of the shortest completion; negative where that is not known.
    int minimum() {
        return minimumAndOne - 1;
    }

    /// Notes the bytes of the shortest completion.
    void noteMinimum(int octets) {
        minimumAndOne = octets + 1;
    }

    /// Whether it is known, and does not depend on the bytes before, which byte must come next.
    boolean knowsForced() {
        return forcedAndTwo != 0;
    }

    /// The byte that must come next; -1 where there is a choice.
    int forced() {
        return forcedAndTwo - 2;
    }

    /// Notes the byte that must come next, or -1.
    void noteForced(int octet) {
        forcedAndTwo = octet + 2;
    }
}

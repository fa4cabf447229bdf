package dev.talaria.inference.kernel;

/// How the whole numbers of a group, those that share a scale, lie in the 32-bit words of a row.
///
/// They follow each other from the lowest bit up, as many in a word as fit. Where they leave two
/// bits of each word over, these hold the last numbers of the group, from the first word's on: so
/// nothing is wasted, and all other numbers stay within one word, where one AND takes them out.
///
/// A product reads a word in two parts, the second one shifted down by [#SHIFT]. There a number is
/// too great by the place it has, and its activation is multiplied by [#factor].
enum NumberPlaces {
    TWO(2, 16),
    FOUR(4, 32),
    FIVE(5, 32),
    SIX(6, 16);

    // Where the second part begins at the latest. Any number would do; numbers within the mantissa
    // of a float leave all ways open of making a float of them.
    private static final int FIRST_PART_BITS = 23;

    /// How far the second part of a word is shifted down.
    static final int SHIFT = 16;

    private final int bits;
    private final int groupColumns;
    private final int words;
    private final int wordColumns;
    private final int firstColumns;

    NumberPlaces(int bits, int groupColumns) {
        this.bits = bits;
        this.groupColumns = groupColumns;
        this.words = bits * groupColumns / Integer.SIZE;
        this.wordColumns = Integer.SIZE / bits;
        this.firstColumns = FIRST_PART_BITS / bits;
    }

    /// Bits of a number.
    int bits() {
        return bits;
    }

    /// Numbers of a group: all that have one scale.
    int groupColumns() {
        return groupColumns;
    }

    /// Words of a group.
    int words() {
        return words;
    }

    /// Numbers that lie within one word.
    int wordColumns() {
        return wordColumns;
    }

    /// Numbers of a word's first part.
    int firstColumns() {
        return firstColumns;
    }

    /// Numbers of a group that lie in the uppermost two bits of its words.
    int leftovers() {
        return groupColumns - words * wordColumns;
    }

    /// What the activation of a group's column is multiplied by: a power of two.
    float factor(int column) {
        if (column >= words * wordColumns) {
            return 1f;
        }
        int place = column % wordColumns;
        int bit = bits * place;
        return Math.scalb(1f, place < firstColumns ? -bit : SHIFT - bit);
    }
}

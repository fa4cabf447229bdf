package dev.talaria.schemas.grammar;

/// Inside text of any kind, as long as a mark does not occur in it.
///
/// @param mark bytes that must not occur, with the length of the longest end of each beginning that
///   is a beginning too
/// @param place where inside a character, see [StringSpelling]
/// @param matched how many bytes of the mark were read last
record FreeText(Mark mark, int place, int matched) implements State {

    /// What ends free text, and how much of it is there after each byte.
    static final class Mark {

        private final byte[] text;
        private final int[] fallback;

        /// @param text the mark; a mark that begins with a byte that is not of UTF-8 occurs in no
        ///   text
        Mark(byte[] text) {
            this.text = text.clone();
            this.fallback = new int[text.length];
            int matched = 0;
            for (int i = 1; i < text.length; i++) {
                matched = advance(matched, text[i] & 0xFF);
                fallback[i] = matched;
            }
        }

        private int advance(int matched, int octet) {
            int at = matched;
            while (at > 0 && (text[at] & 0xFF) != octet) {
                at = fallback[at - 1];
            }
            return (text[at] & 0xFF) == octet ? at + 1 : 0;
        }

        private boolean isText() {
            return (text[0] & 0xFF) < 0xF8;
        }
    }

    static FreeText begin(Mark mark) {
        return new FreeText(mark, StringSpelling.PLAIN, 0);
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        int next = next(octet);
        if (next == StringSpelling.DEAD) {
            return;
        }
        int now = mark.advance(matched, octet);
        if (now < mark.text.length) {
            boolean same = next == place && now == matched;
            steps.emit(same ? at : at.to(new FreeText(mark, next, now)));
        }
    }

    // Unlike inside JSON, quotes, backslashes and line breaks stand for themselves.
    private int next(int octet) {
        if (place == StringSpelling.PLAIN && octet < 0x80) {
            boolean isText = octet >= 0x20 || octet == '\n' || octet == '\r' || octet == '\t';
            return isText ? StringSpelling.PLAIN : StringSpelling.DEAD;
        }
        return StringSpelling.next(place, octet);
    }

    @Override
    public boolean mayEnd() {
        return place == StringSpelling.PLAIN;
    }

    @Override
    public long cost(Steps steps) {
        return StringSpelling.cost(place);
    }

    @Override
    public int cheapest(Steps steps) {
        return StringSpelling.cheapest(place);
    }

    @Override
    public long freeCharacters() {
        return mayEnd() && !mark.isText() ? Long.MAX_VALUE : 0;
    }
}

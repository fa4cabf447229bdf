package dev.talaria.schemas.grammar;

/// Before a value's first byte, with the punctuation that still precedes it.
///
/// @param value the value
/// @param gaps the white space around the punctuation
/// @param colon whether a colon has to come first
/// @param read bytes of white space read last
record Before(Value value, Gaps gaps, boolean colon, int read) implements State {

    /// Nothing precedes the value.
    static Before nothing(Value value) {
        return new Before(value, Gaps.NONE, false, 0);
    }

    /// A comma or a colon has been read.
    static Before afterSeparator(Value value, Gaps gaps) {
        return new Before(value, gaps, false, 0);
    }

    /// A key has been read.
    static Before colon(Value value, Gaps gaps) {
        return new Before(value, gaps, true, 0);
    }

    @Override
    public void step(Branch at, int octet, Steps steps) {
        if (colon) {
            if (octet == ':') {
                steps.emit(at.to(afterSeparator(value, gaps)));
            } else if (gaps.takeElsewhere(octet, read, steps)) {
                steps.emit(at.to(new Before(value, gaps, true, read + 1)));
            }
        } else if (gaps.takeAfterSeparator(octet, read, steps)) {
            steps.emit(at.to(new Before(value, gaps, false, read + 1)));
        } else if (gaps.missing(read) == 0) {
            value.open(octet, at.returns(), steps);
        }
    }

    private int lead() {
        return colon ? gaps.separator() : gaps.missing(read);
    }

    @Override
    public long cost(Steps steps) {
        return lead() + value.cost();
    }

    @Override
    public long completions() {
        return value.completions();
    }

    @Override
    public int cheapest(Steps steps) {
        if (colon) {
            return ':';
        }
        return lead() > 0 ? ' ' : value.cheapest();
    }
}

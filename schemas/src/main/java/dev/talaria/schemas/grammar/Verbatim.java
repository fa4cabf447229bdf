package dev.talaria.schemas.grammar;

/// Inside bytes that are given.
///
/// @param text the bytes, told apart by identity
/// @param place how many have been read
record Verbatim(byte[] text, int place) implements State {

    @Override
    public void step(Branch at, int octet, Steps steps) {
        if ((text[place] & 0xFF) != octet) {
            return;
        }
        if (place + 1 == text.length) {
            steps.emitAll(at.returns());
        } else {
            steps.emit(at.to(new Verbatim(text, place + 1)));
        }
    }

    @Override
    public long cost(Steps steps) {
        return (long) text.length - place;
    }

    @Override
    public int cheapest(Steps steps) {
        return text[place] & 0xFF;
    }
}

package dev.talaria.schemas.grammar;

/// Before a value's first byte, with the punctuation that still precedes it.
///
/// @param value the value
/// @param lead bytes to come first: 2 is `: `, 1 the space of it or of `, `
record Before(Value value, int lead) implements State {

    @Override
    public void step(Branch at, int octet, Steps steps) {
        switch (lead) {
            case 2 -> {
                if (octet == ':') {
                    steps.emit(at.to(new Before(value, 1)));
                }
            }
            case 1 -> {
                if (octet == ' ') {
                    steps.emit(at.to(new Before(value, 0)));
                }
            }
            default -> value.open(octet, at.returns(), steps);
        }
    }

    @Override
    public long cost(Steps steps) {
        return lead + value.cost();
    }

    @Override
    public long completions() {
        return value.completions();
    }

    @Override
    public int cheapest(Steps steps) {
        return switch (lead) {
            case 2 -> ':';
            case 1 -> ' ';
            default -> value.cheapest();
        };
    }
}

package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.StringAutomaton.TooManyStatesException;
import dev.talaria.schemas.grammar.TextAutomaton.Text;

import java.util.List;

/// The strings of a part, spelled as JSON.
///
/// @param automaton where no length counts, or the states count it; otherwise null
/// @param counted where the length counts beside the states; otherwise null
record Texts(Automaton automaton, CountedText counted) {

    private static final int MAX_LENGTH_STATES = 20_000;

    /// Spells strings.
    ///
    /// @param blame what to say where they are too many
    /// @throws UnsupportedSchemaException where they are
    static Texts of(StringPart part, SchemaProblem blame) {
        StringShape length = needed(part);
        Text text = TextAutomaton.of(part.automaton(), blame);
        if (text == null || length.equals(StringShape.ANY)) {
            return new Texts(text == null ? null : text.automaton(), null);
        }
        try {
            return new Texts(null, CountedText.of(text, length));
        } catch (TooManyStatesException e) {
            return inStates(part, length, blame);
        }
    }

    // Where the counts cost more than states would.
    private static Texts inStates(StringPart part, StringShape length, SchemaProblem blame) {
        long largest = length.isBounded() ? length.maximum() : length.minimum();
        try {
            if (largest > MAX_LENGTH_STATES) {
                throw new TooManyStatesException();
            }
            StringAutomaton automaton = part.automaton().and(StringAutomaton.of(length));
            Text text = TextAutomaton.of(automaton, blame);
            return new Texts(text == null ? null : text.automaton(), null);
        } catch (TooManyStatesException e) {
            SchemaProblem tooMany = StringSet.needing(blame, String.valueOf(e.getMessage()));
            throw new UnsupportedSchemaException(List.of(tooMany));
        }
    }

    // Bounds that the strings keep to anyway are left out.
    private static StringShape needed(StringPart part) {
        long longest = part.longest();
        StringShape length = part.length();
        long maximum =
                longest >= 0 && longest <= length.maximum()
                        ? StringShape.UNBOUNDED
                        : length.maximum();
        boolean longEnough =
                length.minimum() > 0
                        && new StringPart(part.automaton(), StringShape.ANY).shortestLength()
                                >= length.minimum();
        return new StringShape(longEnough ? 0 : length.minimum(), maximum);
    }

    void addTo(Value value) {
        if (automaton != null) {
            value.addText(automaton);
        }
        if (counted != null) {
            value.addText(counted);
        }
    }
}

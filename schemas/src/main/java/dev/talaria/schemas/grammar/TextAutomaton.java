package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Builds the automaton of the strings that match several regular expressions, quotes included.
final class TextAutomaton extends AutomatonBuilder<TextAutomaton.Place> {

    private static final int MAX_STATES = 50_000;
    private static final long MAX_WORK = 40_000_000;

    /// What has been read.
    enum Part {
        NOTHING,
        QUOTE,
        CHARACTERS,
        ALL
    }

    /// A state: the part, the states of each expression, and whether the last byte ended a
    /// character.
    record Place(Part part, List<List<Integer>> states, boolean endsCharacter) {}

    private final List<RegexStates> expressions;
    private final int[] examples;
    private final SchemaProblem place;
    private long work;

    private TextAutomaton(
            List<RegexStates> expressions, short[] classes, int[] examples, SchemaProblem place) {
        super(classes, examples.length, MAX_STATES, place);
        this.expressions = expressions;
        this.examples = examples;
        this.place = place;
    }

    /// The automaton; null where no string will do.
    ///
    /// @param pointer where to blame it if there is too much to do
    /// @throws UnsupportedSchemaException where it has too many states
    static Automaton of(List<RegexStates> expressions, StringShape length, String pointer) {
        boolean[] boundaries = new boolean[257];
        boundaries['"'] = true;
        boundaries['"' + 1] = true;
        expressions.forEach(expression -> expression.markBoundaries(boundaries));
        short[] classes = new short[256];
        int[] examples = new int[256];
        short last = 0;
        for (int octet = 1; octet < 256; octet++) {
            if (boundaries[octet]) {
                examples[++last] = octet;
            }
            classes[octet] = last;
        }
        SchemaProblem place =
                new SchemaProblem(
                        "pattern",
                        pointer,
                        "the pattern, format and length together need too many states",
                        "simplify the pattern, or leave out the length");
        TextAutomaton builder =
                new TextAutomaton(expressions, classes, Arrays.copyOf(examples, last + 1), place);
        Automaton anyLength = builder.build(new Place(Part.NOTHING, List.of(), false));
        if (anyLength == null || length.equals(StringShape.ANY)) {
            return anyLength;
        }
        boolean[] ends = new boolean[anyLength.size()];
        for (int state = 0; state < ends.length; state++) {
            ends[state] = builder.state(state).endsCharacter();
        }
        return LengthAutomaton.of(anyLength, ends, length, place);
    }

    @Override
    Place next(Place at, int octetClass) {
        int octet = examples[octetClass];
        return switch (at.part()) {
            case NOTHING -> octet == '"' ? begin() : null;
            case QUOTE -> octet == '"' ? end(at) : step(at, octet);
            // Inside an escape a quote is part of the character.
            case CHARACTERS -> octet == '"' && at.endsCharacter() ? end(at) : step(at, octet);
            case ALL -> null;
        };
    }

    private Place begin() {
        List<List<Integer>> states = new ArrayList<>();
        for (RegexStates expression : expressions) {
            states.add(boxed(expression.begin()));
        }
        return new Place(Part.QUOTE, states, false);
    }

    private Place end(Place at) {
        boolean empty = at.part() == Part.QUOTE;
        for (int i = 0; i < expressions.size(); i++) {
            if (!expressions.get(i).accepts(unboxed(at.states().get(i)), empty)) {
                return null;
            }
        }
        return new Place(Part.ALL, List.of(), false);
    }

    private Place step(Place at, int octet) {
        List<List<Integer>> states = new ArrayList<>();
        boolean inside = false;
        for (int i = 0; i < expressions.size(); i++) {
            int[] before = unboxed(at.states().get(i));
            work += before.length;
            int[] next = expressions.get(i).next(before, octet);
            if (next.length == 0) {
                return null;
            }
            inside = expressions.get(i).isInsideCharacter(next);
            states.add(boxed(next));
        }
        if (work > MAX_WORK) {
            throw new UnsupportedSchemaException(List.of(place));
        }
        return new Place(Part.CHARACTERS, states, !inside);
    }

    @Override
    boolean accepts(Place at) {
        return at.part() == Part.ALL;
    }

    private static List<Integer> boxed(int[] states) {
        return IntStream.of(states).boxed().toList();
    }

    private static int[] unboxed(List<Integer> states) {
        return states.stream().mapToInt(Integer::intValue).toArray();
    }
}

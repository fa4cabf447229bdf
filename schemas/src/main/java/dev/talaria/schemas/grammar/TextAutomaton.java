package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes an automaton over characters as one over the bytes of their one spelling, quotes
/// included.
///
/// Characters that begin with the same bytes share states, and so do those that end with the same.
final class TextAutomaton extends AutomatonBuilder<Integer> {

    private static final int MAX_STATES = 200_000;
    private static final int START = 0;
    private static final int END = 1;

    /// A step by a byte from `low` to `high`.
    private record Arc(int low, int high, int to) {}

    /// The spelling of neighbouring characters: byte by byte from which to which.
    private record Chain(byte[] low, byte[] high, int to) {}

    // After the start and the end the states of the other, then those inside characters.
    private final List<List<Arc>> arcs;
    private final int[] examples;
    private final int characterStates;

    private TextAutomaton(
            List<List<Arc>> arcs,
            int characterStates,
            short[] classes,
            int[] examples,
            SchemaProblem place) {
        super(classes, examples.length, MAX_STATES, place);
        this.arcs = arcs;
        this.characterStates = characterStates;
        this.examples = examples;
    }

    /// The strings as bytes, and where they stand between two characters.
    ///
    /// @param betweenCharacters the states after the quote or a whole character
    record Text(Automaton automaton, BitSet betweenCharacters) {}

    /// The automaton; null where no string will do.
    ///
    /// @param place the keyword whose strings they are, for where there are too many states
    /// @throws UnsupportedSchemaException where it has
    static Text of(StringAutomaton strings, SchemaProblem place) {
        SchemaProblem tooMany = StringSet.needing(place, "more than " + MAX_STATES + " states");
        List<List<Arc>> arcs = new Spelling(strings, tooMany).write();
        BitSet begins = new BitSet();
        for (List<Arc> row : arcs) {
            for (Arc arc : row) {
                begins.set(arc.low());
                begins.set(arc.high() + 1);
            }
        }
        short[] classes = new short[256];
        int[] examples = new int[begins.cardinality() + 1];
        short last = 0;
        for (int octet = 1; octet < 256; octet++) {
            if (begins.get(octet)) {
                examples[++last] = octet;
            }
            classes[octet] = last;
        }
        int[] used = Arrays.copyOf(examples, last + 1);
        TextAutomaton builder = new TextAutomaton(arcs, strings.size(), classes, used, tooMany);
        Automaton automaton = builder.build(START);
        if (automaton == null) {
            return null;
        }
        BitSet between = new BitSet();
        for (int state = 0; state < automaton.size(); state++) {
            between.set(state, builder.isBetweenCharacters(builder.state(state)));
        }
        return new Text(automaton, between);
    }

    private boolean isBetweenCharacters(int state) {
        return state > END && state < 2 + characterStates;
    }

    @Override
    Integer next(Integer at, int octetClass) {
        int octet = examples[octetClass];
        for (Arc arc : arcs.get(at)) {
            if (octet >= arc.low() && octet <= arc.high()) {
                return arc.to();
            }
        }
        return null;
    }

    @Override
    boolean accepts(Integer at) {
        return at == END;
    }

    /// Writes the arcs down.
    private static final class Spelling {

        private final StringAutomaton strings;
        private final SchemaProblem tooMany;
        private final BitSet alive;
        private final List<List<Arc>> arcs = new ArrayList<>();
        private final Map<List<Arc>, Integer> shared = new HashMap<>();

        Spelling(StringAutomaton strings, SchemaProblem tooMany) {
            this.strings = strings;
            this.tooMany = tooMany;
            this.alive = strings.alive();
        }

        List<List<Arc>> write() {
            arcs.add(List.of(new Arc('"', '"', 2)));
            arcs.add(List.of());
            for (int state = 0; state < strings.size(); state++) {
                arcs.add(new ArrayList<>());
            }
            for (int state = 0; state < strings.size(); state++) {
                List<Arc> row = arcs.get(2 + state);
                if (alive.get(state)) {
                    row.addAll(arcs(chains(state), 0));
                }
                if (strings.accepts(state)) {
                    row.add(new Arc('"', '"', END));
                }
            }
            return arcs;
        }

        private List<Chain> chains(int state) {
            Alphabet alphabet = strings.alphabet();
            List<Chain> chains = new ArrayList<>();
            for (int run = 0; run < alphabet.runs(); run++) {
                int characterClass = alphabet.classOfRun(run);
                int low = alphabet.low(run);
                if (characterClass == Alphabet.NOTHING) {
                    continue;
                }
                int to = strings.next(state, characterClass);
                while (run + 1 < alphabet.runs() && goesOnTo(state, run + 1, to)) {
                    run++;
                }
                if (alive.get(to)) {
                    CharacterSpelling.ranges(
                            low,
                            alphabet.high(run),
                            (first, last) -> chains.add(new Chain(first, last, 2 + to)));
                }
            }
            return chains;
        }

        private boolean goesOnTo(int state, int run, int to) {
            int characterClass = strings.alphabet().classOfRun(run);
            return characterClass != Alphabet.NOTHING && strings.next(state, characterClass) == to;
        }

        // Chains that begin with overlapping ranges begin with the same range.
        private List<Arc> arcs(List<Chain> chains, int depth) {
            Map<Integer, List<Chain>> byFirst = new TreeMap<>();
            for (Chain chain : chains) {
                byFirst.computeIfAbsent(chain.low()[depth] & 0xFF, none -> new ArrayList<>())
                        .add(chain);
            }
            List<Arc> row = new ArrayList<>();
            for (Map.Entry<Integer, List<Chain>> entry : byFirst.entrySet()) {
                Chain first = entry.getValue().getFirst();
                int to =
                        first.low().length == depth + 1
                                ? first.to()
                                : shared(arcs(entry.getValue(), depth + 1));
                int high = first.high()[depth] & 0xFF;
                Arc before = row.isEmpty() ? null : row.getLast();
                if (before != null && before.to() == to && before.high() + 1 == entry.getKey()) {
                    row.set(row.size() - 1, new Arc(before.low(), high, to));
                } else {
                    row.add(new Arc(entry.getKey(), high, to));
                }
            }
            return row;
        }

        private int shared(List<Arc> row) {
            Integer known = shared.putIfAbsent(row, arcs.size());
            if (known != null) {
                return known;
            }
            if (arcs.size() >= MAX_STATES) {
                throw new UnsupportedSchemaException(List.of(tooMany));
            }
            arcs.add(row);
            return arcs.size() - 1;
        }
    }
}

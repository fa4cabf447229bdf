package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/// Builds the automaton of finitely many strings, ends shared as soon as they are known, so that no
/// tree of all of them is ever there.
final class LiteralStrings {

    /// A state that will not change any more, told apart by what it accepts.
    private record Node(boolean accepts, Map<Integer, Integer> next) {}

    private static final class Open {
        private boolean accepts;
        private final Map<Integer, Integer> next = new HashMap<>();
    }

    private final Map<Node, Integer> numbers = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Open> path = new ArrayList<>();

    private LiteralStrings() {}

    /// @param strings in the order of their UTF-16 units, so that those that begin alike are
    ///   neighbours
    static StringAutomaton automaton(SortedSet<String> strings) {
        LiteralStrings builder = new LiteralStrings();
        builder.path.add(new Open());
        int[] before = {};
        for (String string : strings) {
            int[] characters = string.codePoints().toArray();
            if (isText(characters)) {
                builder.add(characters, before);
                before = characters;
            }
        }
        builder.close(before, 0);
        return builder.build();
    }

    private static boolean isText(int[] characters) {
        for (int character : characters) {
            if (Character.getType(character) == Character.SURROGATE) {
                return false;
            }
        }
        return true;
    }

    private void add(int[] characters, int[] before) {
        int common = 0;
        while (common < Math.min(characters.length, before.length)
                && characters[common] == before[common]) {
            common++;
        }
        close(before, common);
        while (path.size() <= characters.length) {
            path.add(new Open());
        }
        path.getLast().accepts = true;
    }

    private void close(int[] characters, int depth) {
        while (path.size() > depth + 1) {
            int number = number(path.removeLast());
            path.getLast().next.put(characters[path.size() - 1], number);
        }
    }

    private int number(Open open) {
        Node node = new Node(open.accepts, open.next);
        Integer known = numbers.putIfAbsent(node, nodes.size());
        if (known != null) {
            return known;
        }
        if (nodes.size() == StringAutomaton.MAX_STATES) {
            throw new StringAutomaton.TooManyStatesException();
        }
        nodes.add(node);
        return nodes.size() - 1;
    }

    private StringAutomaton build() {
        int start = number(path.getFirst());
        Set<CodePoints> characters = new HashSet<>();
        for (Node node : nodes) {
            for (int character : node.next().keySet()) {
                characters.add(CodePoints.range(character, character));
            }
        }
        Alphabet alphabet = Alphabet.of(characters);
        int classCount = alphabet.size();
        if ((long) (nodes.size() + 2) * classCount > StringAutomaton.MAX_CELLS) {
            throw new StringAutomaton.TooManyStatesException();
        }
        // State 0 is the start, 1 the end of all hope, the nodes follow.
        int[] next = new int[(nodes.size() + 2) * classCount];
        Arrays.fill(next, 1);
        BitSet accepting = new BitSet();
        fill(next, 0, nodes.get(start), alphabet);
        accepting.set(0, nodes.get(start).accepts());
        for (int i = 0; i < nodes.size(); i++) {
            fill(next, i + 2, nodes.get(i), alphabet);
            accepting.set(i + 2, nodes.get(i).accepts());
        }
        return StringAutomaton.smallest(alphabet, next, accepting);
    }

    private static void fill(int[] next, int state, Node node, Alphabet alphabet) {
        node.next()
                .forEach((character, to) ->
                        next[state * alphabet.size() + alphabet.classOf(character)] = to + 2);
    }
}

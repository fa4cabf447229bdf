package dev.talaria.schemas.grammar;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Numbers that must not be written, as a tree of their digits.
///
/// A number may be written with zeros behind its last decimal, or with `.0`: it is the same then.
final class ExcludedNumbers {

    /// The place where none of them begins with the characters read.
    static final int ELSEWHERE = -1;

    // Behind the last decimal of one of them.
    private static final int ZEROS = 1;
    private static final int SYMBOLS = 12;
    private static final String ORDER = "0123456789-.";

    private static final class Node {
        private final int[] next = new int[SYMBOLS];
        private final boolean inFraction;
        private boolean excluded;

        private Node(boolean inFraction) {
            this.inFraction = inFraction;
            Arrays.fill(next, ELSEWHERE);
        }
    }

    private final List<Node> nodes = new ArrayList<>();

    /// @param numbers those of them that cannot be spelled are left out
    ExcludedNumbers(Iterable<BigDecimal> numbers) {
        nodes.add(new Node(false));
        Node zeros = new Node(true);
        zeros.excluded = true;
        zeros.next[0] = ZEROS;
        nodes.add(zeros);
        for (BigDecimal number : numbers) {
            if (NumberAutomaton.isSpellable(number)) {
                add(NumberAutomaton.strip(number).toPlainString());
            }
        }
        int spelled = nodes.size();
        for (int place = ZEROS + 1; place < spelled; place++) {
            if (nodes.get(place).excluded) {
                addZeros(place);
            }
        }
    }

    private void add(String number) {
        int at = 0;
        for (int i = 0; i < number.length(); i++) {
            at = child(at, ORDER.indexOf(number.charAt(i)));
        }
        nodes.get(at).excluded = true;
    }

    private int child(int at, int symbol) {
        Node node = nodes.get(at);
        if (node.next[symbol] == ELSEWHERE) {
            node.next[symbol] = nodes.size();
            nodes.add(new Node(node.inFraction || symbol == NumberAutomaton.POINT));
        }
        return node.next[symbol];
    }

    private void addZeros(int place) {
        Node node = nodes.get(place);
        node.excluded = true;
        int symbol = node.inFraction ? 0 : NumberAutomaton.POINT;
        if (node.next[symbol] == ELSEWHERE) {
            node.next[symbol] = ZEROS;
        } else if (node.next[symbol] != ZEROS) {
            addZeros(node.next[symbol]);
        }
    }

    /// The place before the first character.
    int start() {
        return 0;
    }

    /// The place after one more character.
    ///
    /// @param symbol a digit, [NumberAutomaton#MINUS] or [NumberAutomaton#POINT]
    int next(int place, int symbol) {
        return place == ELSEWHERE ? ELSEWHERE : nodes.get(place).next[symbol];
    }

    /// Whether the number read is one of them.
    boolean contains(int place) {
        return place != ELSEWHERE && nodes.get(place).excluded;
    }
}

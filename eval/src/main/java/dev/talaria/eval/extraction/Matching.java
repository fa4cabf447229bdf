package dev.talaria.eval.extraction;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;

/// The most pairs of equal elements of two lists, each element in one pair at most.
///
/// Equality need not be transitive (an amount without a currency equals two that are not equal), so
/// a pair may have to give way for another: augmenting paths, as in Kuhn's algorithm.
final class Matching {

    private static final int FREE = -1;

    private final boolean[][] edges;
    private final int[] leftOf;
    private boolean[] visited = {};

    private Matching(boolean[][] edges, int right) {
        this.edges = edges;
        this.leftOf = new int[right];
        Arrays.fill(leftOf, FREE);
    }

    /// For each element of the second list the place of its partner in the first, or -1.
    static <T> int[] of(List<T> first, List<T> second, BiPredicate<T, T> isSame) {
        boolean[][] edges = new boolean[first.size()][second.size()];
        for (int i = 0; i < first.size(); i++) {
            for (int j = 0; j < second.size(); j++) {
                edges[i][j] = isSame.test(first.get(i), second.get(j));
            }
        }
        Matching matching = new Matching(edges, second.size());
        for (int i = 0; i < first.size(); i++) {
            matching.visited = new boolean[second.size()];
            matching.place(i);
        }
        return matching.leftOf;
    }

    private boolean place(int left) {
        for (int right = 0; right < leftOf.length; right++) {
            if (edges[left][right] && !visited[right]) {
                visited[right] = true;
                if (leftOf[right] == FREE || place(leftOf[right])) {
                    leftOf[right] = left;
                    return true;
                }
            }
        }
        return false;
    }

    static int pairs(int[] partners) {
        return (int) Arrays.stream(partners).filter(each -> each != FREE).count();
    }
}

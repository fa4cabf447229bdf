package dev.talaria.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where two texts differ, word by word (Myers 1986, greedy).
///
/// Its work is bounded: texts that differ too much are said to differ in all between their common
/// beginning and end.
record TextDifference(List<Part> first, List<Part> second) {

    /// @param isCommon whether the other text has it at this place
    record Part(String text, boolean isCommon) {}

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+|\\s+|.", Pattern.DOTALL);
    private static final int MOST_EDITS = 1_500;
    private static final int MOST_WORDS = 20_000;

    static TextDifference of(String first, String second) {
        List<String> some = words(first);
        List<String> others = words(second);
        int start = 0;
        int shorter = Math.min(some.size(), others.size());
        while (start < shorter && some.get(start).equals(others.get(start))) {
            start++;
        }
        int end = 0;
        while (end < shorter - start
                && some.get(some.size() - 1 - end).equals(others.get(others.size() - 1 - end))) {
            end++;
        }
        boolean[] commonFirst = new boolean[some.size()];
        boolean[] commonSecond = new boolean[others.size()];
        mark(commonFirst, start, end);
        mark(commonSecond, start, end);
        new Search(
                        some.subList(start, some.size() - end),
                        others.subList(start, others.size() - end))
                .run(commonFirst, commonSecond, start);
        return new TextDifference(parts(some, commonFirst), parts(others, commonSecond));
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            words.add(word.group());
        }
        return words;
    }

    private static void mark(boolean[] common, int start, int end) {
        for (int i = 0; i < common.length; i++) {
            common[i] = i < start || i >= common.length - end;
        }
    }

    private static List<Part> parts(List<String> words, boolean[] common) {
        List<Part> parts = new ArrayList<>();
        StringBuilder run = new StringBuilder();
        for (int i = 0; i < common.length; i++) {
            run.append(words.get(i));
            if (i + 1 == common.length || common[i + 1] != common[i]) {
                parts.add(new Part(run.toString(), common[i]));
                run.setLength(0);
            }
        }
        return parts;
    }

    /// The shortest script of edits, by the furthest place that so many edits reach on each
    /// diagonal; what was reached before an edit is kept for the way back.
    private static final class Search {

        private final List<String> first;
        private final List<String> second;
        private final List<int[]> reached = new ArrayList<>();

        Search(List<String> first, List<String> second) {
            this.first = first;
            this.second = second;
        }

        void run(boolean[] commonFirst, boolean[] commonSecond, int offset) {
            int edits = forward();
            if (edits >= 0) {
                backward(edits, commonFirst, commonSecond, offset);
            }
        }

        /// The number of edits; -1 where there are too many.
        private int forward() {
            int longest = first.size() + second.size();
            if (longest > MOST_WORDS) {
                return -1;
            }
            int[] furthest = {0, 0, 0};
            for (int edits = 0; edits <= Math.min(longest, MOST_EDITS); edits++) {
                int[] next = new int[2 * edits + 3];
                for (int diagonal = -edits; diagonal <= edits; diagonal += 2) {
                    int x = edits == 0 ? 0 : step(furthest, edits - 1, diagonal);
                    int y = x - diagonal;
                    while (x < first.size() && y < second.size() && isSame(x, y)) {
                        x++;
                        y++;
                    }
                    next[diagonal + edits + 1] = x;
                    if (x >= first.size() && y >= second.size()) {
                        reached.add(next);
                        return edits;
                    }
                }
                reached.add(next);
                furthest = next;
            }
            return -1;
        }

        // One edit further than what `edits` reach: down from the diagonal above, or right from
        // the one below.
        private static int step(int[] furthest, int edits, int diagonal) {
            return isDown(furthest, edits, diagonal)
                    ? at(furthest, edits, diagonal + 1)
                    : at(furthest, edits, diagonal - 1) + 1;
        }

        private static boolean isDown(int[] furthest, int edits, int diagonal) {
            return diagonal == -edits - 1
                    || diagonal != edits + 1
                            && at(furthest, edits, diagonal - 1)
                                    < at(furthest, edits, diagonal + 1);
        }

        private static int at(int[] furthest, int edits, int diagonal) {
            return furthest[diagonal + edits + 1];
        }

        private boolean isSame(int x, int y) {
            return first.get(x).equals(second.get(y));
        }

        private void backward(
                int edits, boolean[] commonFirst, boolean[] commonSecond, int offset) {
            int x = first.size();
            int y = second.size();
            for (int left = edits; left >= 0; left--) {
                int diagonal = x - y;
                int startX = 0;
                int fromX = 0;
                int fromY = 0;
                if (left > 0) {
                    int[] before = reached.get(left - 1);
                    startX = step(before, left - 1, diagonal);
                    boolean isDown = isDown(before, left - 1, diagonal);
                    fromX = isDown ? startX : startX - 1;
                    fromY = isDown ? startX - diagonal - 1 : startX - diagonal;
                }
                while (x > startX) {
                    x--;
                    y--;
                    commonFirst[offset + x] = true;
                    commonSecond[offset + y] = true;
                }
                x = fromX;
                y = fromY;
            }
        }
    }
}

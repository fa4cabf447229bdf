package dev.talaria.pipeline.cli;

import java.util.ArrayList;
import java.util.List;

/// Rows under headings, each column as wide as it has to be.
final class TextTable {

    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... headings) {
        rows.add(List.of(headings));
    }

    void add(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(printable(String.valueOf(cell)));
        }
        rows.add(row);
    }

    /// The lines, without spaces at their ends.
    String text() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }

    /// A text of a stranger's on one line of a terminal: no control characters.
    static String printable(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .forEach(point ->
                        clean.appendCodePoint(Character.isISOControl(point) ? ' ' : point));
        return clean.toString();
    }

    /// A text of a stranger's on a terminal, which must not take it for commands: line breaks and
    /// tabs stay, other control characters become spaces. Elsewhere it is left as it is.
    static String shown(String text) {
        if (System.console() == null || !System.console().isTerminal()) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .forEach(point ->
                        clean.appendCodePoint(
                                Character.isISOControl(point) && point != '\n' && point != '\t'
                                        ? ' '
                                        : point));
        return clean.toString();
    }
}

package dev.talaria.inference.tokenizer.chat.jinja;

import dev.talaria.inference.tokenizer.chat.Piece;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Texts that a template handles without seeing them: a mark that nobody can guess stands for each.
///
/// Used by one thread.
final class Concealment {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int RANDOM_BYTES = 16;
    private static final char OPEN = '\uE000';
    private static final char CLOSE = '\uE001';

    private final String prefix;
    private final Pattern mark;
    private final List<String> texts = new ArrayList<>();

    Concealment() {
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        prefix = OPEN + HexFormat.of().formatHex(random) + ":";
        mark = Pattern.compile(prefix + "([0-9]{1,9})" + CLOSE);
    }

    /// The mark that stands for a text; nothing for an empty one.
    String hide(String text) {
        if (text.isEmpty()) {
            return text;
        }
        texts.add(text);
        return prefix + (texts.size() - 1) + CLOSE;
    }

    /// Applies a function to the parts of a text that are visible and to those that are not; the
    /// latter stay hidden.
    String mapParts(String text, UnaryOperator<String> function) {
        StringBuilder mapped = new StringBuilder();
        Matcher marks = mark.matcher(text);
        int from = 0;
        while (marks.find()) {
            mapped.append(function.apply(text.substring(from, marks.start())));
            mapped.append(hide(function.apply(hidden(marks))));
            from = marks.end();
        }
        return mapped.append(function.apply(text.substring(from))).toString();
    }

    /// Strips the beginning of a text, into what is hidden there.
    String stripStart(String text, UnaryOperator<String> strip) {
        String rest = strip.apply(text);
        Matcher first = mark.matcher(rest);
        while (first.lookingAt()) {
            String hidden = strip.apply(hidden(first));
            if (!hidden.isEmpty()) {
                return hide(hidden) + rest.substring(first.end());
            }
            rest = strip.apply(rest.substring(first.end()));
            first = mark.matcher(rest);
        }
        return rest;
    }

    /// Strips the end of a text, into what is hidden there.
    String stripEnd(String text, UnaryOperator<String> strip) {
        String rest = strip.apply(text);
        for (Matcher last = last(rest); last != null; last = last(rest)) {
            String hidden = strip.apply(hidden(last));
            if (!hidden.isEmpty()) {
                return rest.substring(0, last.start()) + hide(hidden);
            }
            rest = strip.apply(rest.substring(0, last.start()));
        }
        return rest;
    }

    private Matcher last(String text) {
        int at = text.endsWith(String.valueOf(CLOSE)) ? text.lastIndexOf(OPEN) : -1;
        if (at < 0) {
            return null;
        }
        Matcher matcher = mark.matcher(text).region(at, text.length());
        return matcher.matches() ? matcher : null;
    }

    /// The pieces of what a template wrote: its own text cut by the given function, and what was
    /// hidden as text.
    List<Piece> pieces(String written, Function<String, List<Piece>> ownText) {
        List<Piece> pieces = new ArrayList<>();
        Matcher marks = mark.matcher(written);
        int from = 0;
        while (marks.find()) {
            pieces.addAll(ownText.apply(written.substring(from, marks.start())));
            pieces.add(new Piece.Text(hidden(marks)));
            from = marks.end();
        }
        pieces.addAll(ownText.apply(written.substring(from)));
        return List.copyOf(pieces);
    }

    // The prefix is this object's own, so the number is.
    private String hidden(Matcher found) {
        return texts.get(Integer.parseInt(found.group(1)));
    }
}

package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.Regex.Ahead;
import dev.talaria.schemas.grammar.Regex.Beginning;
import dev.talaria.schemas.grammar.Regex.Behind;
import dev.talaria.schemas.grammar.Regex.Characters;
import dev.talaria.schemas.grammar.Regex.Choice;
import dev.talaria.schemas.grammar.Regex.Ending;
import dev.talaria.schemas.grammar.Regex.Repeat;
import dev.talaria.schemas.grammar.Regex.Sequence;
import dev.talaria.schemas.grammar.Regex.UnsupportedRegexException;

import java.util.ArrayList;
import java.util.List;

/// Reads the regular expressions of ECMA-262 as they are with the `u` flag, and what is an error
/// there as without it where no other reader takes it for something else.
///
/// Java, whose expressions validators use, differs a little in what `.`, `\s` and `\b` match: that
/// is read either way. Where the two differ more, and for what no automaton can do, the expression
/// is refused.
final class RegexParser {

    private static final int MAX_DEPTH = 200;
    private static final int MAX_REPEAT = 100_000_000;

    /// An expression read.
    ///
    /// @param isAmbiguous whether another dialect reads it differently
    /// @param hasBoundaries whether it asks where words begin or end
    /// @param looksBehind whether it has a lookbehind
    /// @param mayBeginInPair whether Java may find it between the halves of a pair too
    record Parsed(
            Regex regex,
            boolean isAmbiguous,
            boolean hasBoundaries,
            boolean looksBehind,
            boolean mayBeginInPair) {}

    private final RegexText text;
    private final RegexClasses classes;
    private boolean boundaries;
    private boolean looksBehind;
    private boolean looksAround;
    private int depth;

    private RegexParser(String pattern, RegexDialect dialect) {
        this.text = new RegexText(pattern);
        this.classes = new RegexClasses(text, dialect);
    }

    static Parsed parse(String pattern, RegexDialect dialect) throws UnsupportedRegexException {
        RegexParser parser = new RegexParser(pattern, dialect);
        Regex regex = parser.choice();
        if (!parser.text.isAtEnd()) {
            throw parser.text.refused("an unmatched ')'");
        }
        return parser.parsed(regex);
    }

    private Parsed parsed(Regex regex) {
        boolean anchored =
                regex instanceof Sequence(List<Regex> parts)
                        && !parts.isEmpty()
                        && parts.getFirst() instanceof Beginning;
        boolean mayBeginInPair =
                !anchored && (looksAround || boundaries || classes.mayMatchHalves());
        return new Parsed(regex, classes.isAmbiguous(), boundaries, looksBehind, mayBeginInPair);
    }

    private Regex choice() throws UnsupportedRegexException {
        if (++depth > MAX_DEPTH) {
            throw text.refused("more than " + MAX_DEPTH + " nested groups");
        }
        List<Regex> branches = new ArrayList<>();
        do {
            branches.add(sequence());
        } while (text.skip('|'));
        depth--;
        return branches.size() == 1 ? branches.getFirst() : new Choice(branches);
    }

    private Regex sequence() throws UnsupportedRegexException {
        List<Regex> parts = new ArrayList<>();
        while (!text.isAtEnd() && !text.isAt('|') && !text.isAt(')')) {
            parts.add(quantified());
        }
        return new Sequence(parts);
    }

    private Regex quantified() throws UnsupportedRegexException {
        boolean mayRepeat = !isAssertionAhead();
        Regex atom = atom();
        if (!isQuantifierAhead()) {
            return atom;
        }
        if (!mayRepeat) {
            throw text.refused("a repeated anchor");
        }
        Regex repeated =
                switch (text.next()) {
                    case '*' -> new Repeat(atom, 0, -1);
                    case '+' -> new Repeat(atom, 1, -1);
                    case '?' -> new Repeat(atom, 0, 1);
                    default -> counted(atom);
                };
        // A lazy quantifier matches the same texts.
        text.skip('?');
        if (isQuantifierAhead()) {
            throw text.refused("a quantifier after a quantifier");
        }
        return repeated;
    }

    private boolean isAssertionAhead() {
        return text.isAt('^')
                || text.isAt('$')
                || text.isAt("\\b")
                || text.isAt("\\B")
                || text.isAt("(?<=")
                || text.isAt("(?<!");
    }

    private boolean isQuantifierAhead() {
        return text.isAt('*')
                || text.isAt('+')
                || text.isAt('?')
                || text.isAt('{') && text.matches("\\{\\d+(,\\d*)?\\}");
    }

    private Regex counted(Regex atom) throws UnsupportedRegexException {
        int least = text.number(MAX_REPEAT);
        int most = least;
        if (text.skip(',')) {
            most = text.isAt('}') ? -1 : text.number(MAX_REPEAT);
        }
        text.skip('}');
        if (most >= 0 && most < least) {
            throw text.refused("a repetition whose bounds are out of order");
        }
        return new Repeat(atom, least, most);
    }

    private Regex atom() throws UnsupportedRegexException {
        if (isQuantifierAhead()) {
            throw text.refused("a quantifier of nothing");
        }
        int c = text.next();
        return switch (c) {
            case '^' -> new Beginning();
            case '$' -> new Ending();
            case '.' -> new Characters(classes.dot());
            case '(' -> group();
            case '[' -> new Characters(classes.characterClass());
            case '\\' -> escape();
            default -> new Characters(classes.literal(c));
        };
    }

    private Regex escape() throws UnsupportedRegexException {
        if (text.skip('b')) {
            return boundary(true);
        }
        if (text.skip('B')) {
            return boundary(false);
        }
        return new Characters(classes.escape());
    }

    // A word ends, or begins, where one side is a letter and the other is not.
    private Regex boundary(boolean here) {
        boundaries = true;
        Regex word = new Characters(RegexClasses.WORD);
        return new Choice(
                List.of(
                        new Sequence(List.of(new Behind(word, false), new Ahead(word, here))),
                        new Sequence(List.of(new Behind(word, true), new Ahead(word, !here)))));
    }

    private Regex group() throws UnsupportedRegexException {
        if (!text.isAt('?')) {
            return closed();
        }
        for (String opening : List.of("?:", "?=", "?!", "?<=", "?<!")) {
            if (text.skip(opening)) {
                looksBehind |= opening.startsWith("?<");
                looksAround |= !opening.equals("?:");
                Regex inside = closed();
                return switch (opening) {
                    case "?=" -> new Ahead(inside, false);
                    case "?!" -> new Ahead(inside, true);
                    case "?<=" -> new Behind(inside, false);
                    case "?<!" -> new Behind(inside, true);
                    default -> inside;
                };
            }
        }
        if (!text.matches("\\?<[\\p{L}\\p{Nl}$_][\\p{L}\\p{Nl}\\p{Mn}\\p{Mc}\\p{Nd}\\p{Pc}$]*>")) {
            throw text.refused("a group with flags, or one that only other dialects know");
        }
        text.upTo('>');
        return closed();
    }

    private Regex closed() throws UnsupportedRegexException {
        Regex inside = choice();
        if (!text.skip(')')) {
            throw text.refused("an unmatched '('");
        }
        return inside;
    }
}

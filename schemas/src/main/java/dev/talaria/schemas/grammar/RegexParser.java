package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.Regex.Beginning;
import dev.talaria.schemas.grammar.Regex.Characters;
import dev.talaria.schemas.grammar.Regex.Choice;
import dev.talaria.schemas.grammar.Regex.Ending;
import dev.talaria.schemas.grammar.Regex.Repeat;
import dev.talaria.schemas.grammar.Regex.Sequence;
import dev.talaria.schemas.grammar.Regex.UnsupportedRegexException;

import java.util.ArrayList;
import java.util.List;

/// Reads the regular expressions that ECMA-262 and Java understand alike.
///
/// Where the two differ a little, in what `.`, `\s` and `$` match, what is read is what both agree
/// on, so that a text of the grammar matches for either. Where they differ more, and for what no
/// automaton can do, the expression is refused.
final class RegexParser {

    private static final int MAX_DEPTH = 200;
    private static final int MAX_REPEAT = 10_000;

    private static final CodePoints DIGIT = CodePoints.range('0', '9');
    private static final CodePoints WORD =
            DIGIT.union(CodePoints.range('a', 'z'))
                    .union(CodePoints.range('A', 'Z'))
                    .union(CodePoints.of("_"));
    private static final CodePoints SPACE_OF_BOTH = CodePoints.of("\t\n\u000B\f\r ");
    private static final CodePoints SPACE_OF_EITHER =
            SPACE_OF_BOTH
                    .union(CodePoints.of("\u0085\u00A0\u1680\u2028\u2029\u202F\u205F\u3000\uFEFF"))
                    .union(CodePoints.range(0x2000, 0x200A));
    private static final CodePoints DOT = CodePoints.of("\n\r\u0085\u2028\u2029").complement();

    private final int[] text;
    private int at;
    private int depth;

    private RegexParser(String pattern) {
        text = pattern.codePoints().toArray();
    }

    static Regex parse(String pattern) throws UnsupportedRegexException {
        RegexParser parser = new RegexParser(pattern);
        Regex regex = parser.choice();
        if (parser.at < parser.text.length) {
            throw parser.refused("an unmatched ')'");
        }
        return regex;
    }

    private Regex choice() throws UnsupportedRegexException {
        if (++depth > MAX_DEPTH) {
            throw refused("more than " + MAX_DEPTH + " nested groups");
        }
        List<Regex> branches = new ArrayList<>();
        do {
            branches.add(sequence());
        } while (skip('|'));
        depth--;
        return branches.size() == 1 ? branches.getFirst() : new Choice(branches);
    }

    private Regex sequence() throws UnsupportedRegexException {
        List<Regex> parts = new ArrayList<>();
        while (at < text.length && text[at] != '|' && text[at] != ')') {
            parts.add(quantified(atom()));
        }
        return new Sequence(parts);
    }

    private Regex quantified(Regex atom) throws UnsupportedRegexException {
        if (at == text.length || "*+?{".indexOf(text[at]) < 0) {
            return atom;
        }
        if (atom instanceof Beginning || atom instanceof Ending) {
            throw refused("a repeated anchor");
        }
        Regex repeated =
                switch (text[at++]) {
                    case '*' -> new Repeat(atom, 0, -1);
                    case '+' -> new Repeat(atom, 1, -1);
                    case '?' -> new Repeat(atom, 0, 1);
                    default -> counted(atom);
                };
        // A lazy quantifier matches the same texts.
        skip('?');
        if (at < text.length && "*+?{".indexOf(text[at]) >= 0) {
            throw refused("a quantifier after a quantifier");
        }
        return repeated;
    }

    private Regex counted(Regex atom) throws UnsupportedRegexException {
        int least = number();
        int most = least;
        if (skip(',')) {
            most = at < text.length && text[at] == '}' ? -1 : number();
        }
        if (!skip('}') || most >= 0 && most < least) {
            throw refused("a '{' that begins no repetition");
        }
        return new Repeat(atom, least, most);
    }

    private int number() throws UnsupportedRegexException {
        int begin = at;
        int number = 0;
        while (at < text.length && text[at] >= '0' && text[at] <= '9') {
            number = 10 * number + text[at++] - '0';
            if (number > MAX_REPEAT) {
                throw refused("more than " + MAX_REPEAT + " repetitions");
            }
        }
        if (begin == at) {
            throw refused("a '{' that begins no repetition");
        }
        return number;
    }

    private Regex atom() throws UnsupportedRegexException {
        int c = text[at++];
        return switch (c) {
            case '^' -> new Beginning();
            case '$' -> new Ending();
            case '.' -> new Characters(DOT);
            case '(' -> group();
            case '[' -> new Characters(characterClass());
            case '\\' -> new Characters(escape(false));
            case '*', '+', '?', '{' -> throw refused("a quantifier of nothing");
            default -> new Characters(CodePoints.range(c, c));
        };
    }

    private Regex group() throws UnsupportedRegexException {
        if (skip('?') && !skip(':')) {
            if (!skip('<') || at == text.length || text[at] == '=' || text[at] == '!') {
                throw refused("a group that looks around or sets flags");
            }
            while (at < text.length && text[at] != '>') {
                at++;
            }
            skip('>');
        }
        Regex inside = choice();
        if (!skip(')')) {
            throw refused("an unmatched '('");
        }
        return inside;
    }

    private CodePoints characterClass() throws UnsupportedRegexException {
        boolean negated = skip('^');
        CodePoints members = CodePoints.of("");
        if (at < text.length && text[at] == ']') {
            throw refused("an empty class");
        }
        while (!skip(']')) {
            if (at == text.length) {
                throw refused("an unmatched '['");
            }
            members = members.union(classItem(negated));
        }
        return negated ? members.complement() : members;
    }

    private CodePoints classItem(boolean negated) throws UnsupportedRegexException {
        CodePoints low = classAtom(negated);
        boolean isRange = at + 1 < text.length && text[at] == '-' && text[at + 1] != ']';
        if (!isRange) {
            return low;
        }
        at++;
        CodePoints high = classAtom(negated);
        int first = low.first(0);
        int last = high.first(0);
        if (low.lastOfRun(first) != first || high.lastOfRun(last) != last || first > last) {
            throw refused("a range without two ends in order");
        }
        return CodePoints.range(first, last);
    }

    private CodePoints classAtom(boolean negated) throws UnsupportedRegexException {
        int c = text[at++];
        if (c == '\\') {
            return escape(negated);
        }
        boolean intersects = c == '&' && at < text.length && text[at] == '&';
        if (c == '[' || intersects) {
            throw refused("a class inside a class, which Java and ECMA-262 read differently");
        }
        return CodePoints.range(c, c);
    }

    /// @param negated whether the result is to be taken away from all characters
    private CodePoints escape(boolean negated) throws UnsupportedRegexException {
        if (at == text.length) {
            throw refused("a '\\' at the end");
        }
        int c = text[at++];
        return switch (c) {
            case 'd' -> DIGIT;
            case 'D' -> DIGIT.complement();
            case 'w' -> WORD;
            case 'W' -> WORD.complement();
            case 's' -> negated ? SPACE_OF_EITHER : SPACE_OF_BOTH;
            case 'S' -> (negated ? SPACE_OF_BOTH : SPACE_OF_EITHER).complement();
            case 't' -> CodePoints.of("\t");
            case 'n' -> CodePoints.of("\n");
            case 'r' -> CodePoints.of("\r");
            case 'f' -> CodePoints.of("\f");
            case 'v' -> CodePoints.of("\u000B");
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            default -> {
                boolean letterOrDigit = WORD.contains(c) && c != '_' || c > 0x7F;
                if (letterOrDigit) {
                    throw refused("'\\" + Character.toString(c) + "'");
                }
                yield CodePoints.range(c, c);
            }
        };
    }

    private CodePoints hex(int digits) throws UnsupportedRegexException {
        int codePoint = 0;
        for (int i = 0; i < digits; i++) {
            int digit = at < text.length ? Character.digit(text[at++], 16) : -1;
            if (digit < 0) {
                throw refused("an escape without its " + digits + " hexadecimal digits");
            }
            codePoint = 16 * codePoint + digit;
        }
        if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
            throw refused("half of a surrogate pair");
        }
        return CodePoints.range(codePoint, codePoint);
    }

    private boolean skip(int c) {
        if (at < text.length && text[at] == c) {
            at++;
            return true;
        }
        return false;
    }

    private UnsupportedRegexException refused(String what) {
        return new UnsupportedRegexException(what + ", before character " + (at + 1));
    }
}

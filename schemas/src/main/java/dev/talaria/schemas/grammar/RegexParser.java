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

/// Reads the regular expressions of ECMA-262, those of its `u` flag.
///
/// Java, whose expressions validators use, differs a little in what `.` and `\s` match: that is
/// read either way. Where the two differ more, and for what no automaton can do, the expression is
/// refused.
final class RegexParser {

    private static final int MAX_DEPTH = 200;
    private static final int MAX_REPEAT = 100_000_000;

    private static final CodePoints DIGIT = CodePoints.range('0', '9');
    private static final CodePoints WORD =
            DIGIT.union(CodePoints.range('a', 'z'))
                    .union(CodePoints.range('A', 'Z'))
                    .union(CodePoints.of("_"));

    /// Whose reading it is.
    enum Dialect {
        ECMA_262("\n\r\u2028\u2029", "\u00A0\u1680\u2028\u2029\u202F\u205F\u3000\uFEFF"),
        JAVA("\n\r\u0085\u2028\u2029", "");

        private final CodePoints dot;
        private final CodePoints space;

        Dialect(String lineEnds, String furtherSpaces) {
            this.dot = CodePoints.of(lineEnds).complement();
            CodePoints ascii = CodePoints.of("\t\n\u000B\f\r " + furtherSpaces);
            this.space =
                    furtherSpaces.isEmpty() ? ascii : ascii.union(CodePoints.range(0x2000, 0x200A));
        }
    }

    /// An expression read.
    ///
    /// @param isAmbiguous whether another dialect reads it differently
    record Parsed(Regex regex, boolean isAmbiguous) {}

    private final int[] text;
    private final Dialect dialect;
    private int at;
    private int depth;
    private boolean ambiguous;

    private RegexParser(String pattern, Dialect dialect) {
        this.text = pattern.codePoints().toArray();
        this.dialect = dialect;
    }

    static Parsed parse(String pattern, Dialect dialect) throws UnsupportedRegexException {
        RegexParser parser = new RegexParser(pattern, dialect);
        Regex regex = parser.choice();
        if (parser.at < parser.text.length) {
            throw parser.refused("an unmatched ')'");
        }
        return new Parsed(regex, parser.ambiguous);
    }

    private CodePoints dot() {
        ambiguous = true;
        return dialect.dot;
    }

    private CodePoints space() {
        ambiguous = true;
        return dialect.space;
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
            case '.' -> new Characters(dot());
            case '(' -> group();
            case '[' -> new Characters(characterClass());
            case '\\' -> new Characters(escape());
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
            members = members.union(classItem());
        }
        return negated ? members.complement() : members;
    }

    private CodePoints classItem() throws UnsupportedRegexException {
        CodePoints low = classAtom();
        boolean isRange = at + 1 < text.length && text[at] == '-' && text[at + 1] != ']';
        if (!isRange) {
            return low;
        }
        at++;
        CodePoints high = classAtom();
        if (!low.isSingle() || !high.isSingle() || low.low(0) > high.low(0)) {
            throw refused("a range without two ends in order");
        }
        return CodePoints.range(low.low(0), high.low(0));
    }

    private CodePoints classAtom() throws UnsupportedRegexException {
        int c = text[at++];
        if (c == '\\') {
            return escape();
        }
        boolean intersects = c == '&' && at < text.length && text[at] == '&';
        if (c == '[' || intersects) {
            throw refused("a class inside a class, which Java and ECMA-262 read differently");
        }
        return CodePoints.range(c, c);
    }

    private CodePoints escape() throws UnsupportedRegexException {
        if (at == text.length) {
            throw refused("a '\\' at the end");
        }
        int c = text[at++];
        return switch (c) {
            case 'd' -> DIGIT;
            case 'D' -> DIGIT.complement();
            case 'w' -> WORD;
            case 'W' -> WORD.complement();
            case 's' -> space();
            case 'S' -> space().complement();
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

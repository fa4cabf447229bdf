package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.Regex.UnsupportedRegexException;

import java.util.ArrayList;
import java.util.List;

/// Reads what stands for one character in a regular expression: classes, escapes and literals.
final class RegexClasses {

    private static final CodePoints DIGIT = CodePoints.range('0', '9');

    /// What `\w` matches.
    static final CodePoints WORD =
            DIGIT.union(CodePoints.range('a', 'z'))
                    .union(CodePoints.range('A', 'Z'))
                    .union(CodePoints.of("_"));

    private static final int NOT_ONE = -1;

    private final RegexText text;
    private final RegexDialect dialect;
    private boolean ambiguous;
    private boolean halves;

    /// One member of a class.
    ///
    /// @param codePoint the one character it stands for, half of a pair included; or [#NOT_ONE]
    private record Item(CodePoints of, int codePoint) {

        static Item one(int codePoint) {
            return new Item(CodePoints.range(codePoint, codePoint), codePoint);
        }

        static Item many(CodePoints of) {
            return new Item(of, of.isSingle() ? of.low(0) : NOT_ONE);
        }
    }

    RegexClasses(RegexText text, RegexDialect dialect) {
        this.text = text;
        this.dialect = dialect;
    }

    /// Whether something read so far means something else in another dialect.
    boolean isAmbiguous() {
        return ambiguous;
    }

    /// Whether Java may take half of a pair for something that was read, though not the pair.
    boolean mayMatchHalves() {
        return halves;
    }

    /// What `.` matches.
    CodePoints dot() {
        ambiguous = true;
        return dialect.dot();
    }

    /// What a character matches that means itself. Half of a surrogate pair matches nothing.
    CodePoints literal(int codePoint) {
        halves |= isHalf(codePoint);
        return CodePoints.range(codePoint, codePoint);
    }

    /// The class whose opening bracket has been read.
    CodePoints characterClass() throws UnsupportedRegexException {
        boolean negated = text.skip('^');
        if (text.isAt(']') && text.isJava()) {
            throw text.refused("an empty class, which Java reads differently");
        }
        List<CodePoints> members = new ArrayList<>();
        while (!text.skip(']')) {
            if (text.isAtEnd()) {
                throw text.refused("an unmatched '['");
            }
            members.add(classItem());
        }
        CodePoints union = CodePoints.union(members);
        return negated ? union.complement() : union;
    }

    private CodePoints classItem() throws UnsupportedRegexException {
        Item low = classAtom();
        boolean isRange = text.isAt('-') && !text.isAt("-]");
        if (!isRange) {
            return low.of();
        }
        // Beside a class a hyphen means itself.
        if (low.codePoint() == NOT_ONE) {
            return low.of();
        }
        text.skip('-');
        Item high = classAtom();
        if (high.codePoint() == NOT_ONE) {
            return low.of().union(high.of()).union(CodePoints.of("-"));
        }
        if (low.codePoint() > high.codePoint()) {
            throw text.refused("a range whose ends are out of order");
        }
        return CodePoints.range(low.codePoint(), high.codePoint());
    }

    private Item classAtom() throws UnsupportedRegexException {
        boolean nested = text.isAt('[') || text.isAt("&&");
        if (nested && text.isJava()) {
            throw text.refused("a class inside a class, which Java and ECMA-262 read differently");
        }
        int c = text.next();
        if (c != '\\') {
            halves |= isHalf(c) || c > Character.MAX_VALUE;
            return Item.one(c);
        }
        return text.skip('b') ? Item.one('\b') : escaped();
    }

    /// The escape whose backslash has been read.
    CodePoints escape() throws UnsupportedRegexException {
        return escaped().of();
    }

    private Item escaped() throws UnsupportedRegexException {
        int c = text.next();
        return switch (c) {
            case 'd' -> Item.many(DIGIT);
            case 'D' -> Item.many(DIGIT.complement());
            case 'w' -> Item.many(WORD);
            case 'W' -> Item.many(WORD.complement());
            case 's' -> Item.many(ambiguous(dialect.space()));
            case 'S' -> Item.many(ambiguous(dialect.space()).complement());
            case 'p' -> Item.many(property());
            case 'P' -> Item.many(property().complement());
            case 't' -> Item.one('\t');
            case 'n' -> Item.one('\n');
            case 'r' -> Item.one('\r');
            case 'f' -> Item.one('\f');
            case 'v' -> Item.many(ambiguous(dialect.verticalTab()));
            case 'c' -> Item.many(control());
            case 'x' -> Item.one(text.hex(2));
            case 'u' -> Item.one(unicode());
            case '0' -> Item.one(zero());
            default -> itself(c);
        };
    }

    private CodePoints ambiguous(CodePoints characters) {
        ambiguous = true;
        return characters;
    }

    private Item itself(int c) throws UnsupportedRegexException {
        boolean digit = DIGIT.contains(c) || c == 'k';
        if (digit) {
            throw text.refused("a reference back to a group");
        }
        if (WORD.contains(c) && c != '_' || c > 0x7F) {
            throw text.refused("'\\" + Character.toString(c) + "'");
        }
        return Item.one(c);
    }

    private int zero() throws UnsupportedRegexException {
        if (text.matches("\\d")) {
            throw text.refused("an octal escape");
        }
        return 0;
    }

    private CodePoints control() throws UnsupportedRegexException {
        int letter = text.next();
        if (!WORD.contains(letter) || DIGIT.contains(letter) || letter == '_') {
            throw text.refused("'\\c' without a letter");
        }
        return ambiguous(dialect.control(letter));
    }

    private CodePoints property() throws UnsupportedRegexException {
        String name = text.skip('{') ? text.upTo('}') : null;
        CodePoints characters = name == null ? null : dialect.property(name);
        halves = true;
        if (characters == null) {
            throw text.refused("a property of characters that is not known: " + name);
        }
        ambiguous |= UnicodeProperties.namedInJava(name) != null;
        return characters;
    }

    private static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    // Two escapes that are the halves of a pair are one character.
    private int unicode() throws UnsupportedRegexException {
        if (text.skip('{')) {
            halves = true;
            return text.hexInBraces();
        }
        int first = text.hex(4);
        if (!isHalf(first)) {
            return first;
        }
        boolean pair =
                Character.isHighSurrogate((char) first)
                        && text.matches("\\\\u[dD][c-fC-F][0-9a-fA-F]{2}");
        halves = true;
        if (!pair) {
            return first;
        }
        text.skip("\\u");
        return Character.toCodePoint((char) first, (char) text.hex(4));
    }
}

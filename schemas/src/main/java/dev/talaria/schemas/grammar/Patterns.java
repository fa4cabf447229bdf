package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.Regex.Beginning;
import dev.talaria.schemas.grammar.Regex.Characters;
import dev.talaria.schemas.grammar.Regex.Ending;
import dev.talaria.schemas.grammar.Regex.Repeat;
import dev.talaria.schemas.grammar.Regex.Sequence;
import dev.talaria.schemas.grammar.Regex.UnsupportedRegexException;

import java.util.List;

/// The strings that a regular expression matches.
///
/// Where ECMA-262 and Java, whose expressions validators use, read one differently, a string
/// belongs to the set if it matches for both, and does not if it matches for neither.
final class Patterns {

    /// Repetitions from which on the length is counted beside the automaton.
    private static final int MANY = 200;

    private static final CodePoints OUTSIDE_THE_BASIC_PLANE =
            CodePoints.range(Character.MIN_SUPPLEMENTARY_CODE_POINT, Character.MAX_CODE_POINT);

    private Patterns() {}

    /// The strings in which the expression matches somewhere.
    ///
    /// @param keyword to blame where they turn out too many to be combined with others
    /// @throws UnsupportedRegexException where the expression is not supported
    static StringSet matching(String expression, String keyword, String pointer)
            throws UnsupportedRegexException {
        SchemaProblem blame =
                StringSet.blame(keyword, pointer, "the strings that match '" + expression + "'");
        RegexParser.Parsed parsed = RegexParser.parse(expression, RegexDialect.ECMA_262);
        StringSet strings = StringSet.of(parts(parsed.regex()), blame);
        if (parsed.isAmbiguous()) {
            Regex java = RegexParser.parse(expression, RegexDialect.JAVA).regex();
            StringSet others = StringSet.of(parts(java), blame);
            strings = StringSet.between(strings.and(others), strings.or(others));
        }
        // Java takes a mark on a letter outside ASCII for part of a word, and counts the characters
        // behind it in halves of pairs.
        strings =
                parsed.hasBoundaries() ? without(UnicodeProperties.named("Mn"), strings) : strings;
        strings = parsed.looksBehind() ? without(OUTSIDE_THE_BASIC_PLANE, strings) : strings;
        return parsed.mayBeginInPair()
                ? StringSet.between(strings, strings.or(with(OUTSIDE_THE_BASIC_PLANE)))
                : strings;
    }

    // Strings with one of the characters are neither in nor out.
    private static StringSet without(CodePoints characters, StringSet strings)
            throws UnsupportedRegexException {
        StringSet some = with(characters);
        return StringSet.between(strings.and(some.complement()), strings.or(some));
    }

    private static StringSet with(CodePoints characters) throws UnsupportedRegexException {
        StringAutomaton any = RegexAutomaton.of(new Characters(characters));
        return StringSet.of(List.of(new StringPart(any, StringShape.ANY)), null);
    }

    private static List<StringPart> parts(Regex regex) throws UnsupportedRegexException {
        StringPart counted = counted(regex);
        return List.of(
                counted == null
                        ? new StringPart(RegexAutomaton.of(regex), StringShape.ANY)
                        : counted);
    }

    /// `^[class]{m,n}$` for large bounds; null for any other expression.
    private static StringPart counted(Regex regex) throws UnsupportedRegexException {
        if (regex instanceof Sequence(List<Regex> parts)
                && parts.size() == 3
                && parts.get(0) instanceof Beginning
                && parts.get(1) instanceof Repeat repeat
                && repeat.part() instanceof Characters
                && parts.get(2) instanceof Ending
                && Math.max(repeat.least(), repeat.most()) >= MANY) {
            Regex any =
                    new Sequence(
                            List.of(
                                    new Beginning(),
                                    new Repeat(repeat.part(), 0, -1),
                                    parts.get(2)));
            long most = repeat.most() < 0 ? StringShape.UNBOUNDED : repeat.most();
            return new StringPart(RegexAutomaton.of(any), new StringShape(repeat.least(), most));
        }
        return null;
    }
}

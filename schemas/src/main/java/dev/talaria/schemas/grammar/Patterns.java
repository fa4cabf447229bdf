package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.Regex.Beginning;
import dev.talaria.schemas.grammar.Regex.Characters;
import dev.talaria.schemas.grammar.Regex.Ending;
import dev.talaria.schemas.grammar.Regex.Repeat;
import dev.talaria.schemas.grammar.Regex.Sequence;
import dev.talaria.schemas.grammar.Regex.UnsupportedRegexException;
import dev.talaria.schemas.grammar.RegexParser.Dialect;

import java.util.List;

/// The strings that a regular expression matches.
///
/// Where ECMA-262 and Java, whose expressions validators use, read one differently, a string
/// belongs to the set if it matches for both, and does not if it matches for neither.
final class Patterns {

    /// Repetitions from which on the length is counted beside the automaton.
    private static final int MANY = 200;

    private Patterns() {}

    /// The strings in which the expression matches somewhere.
    ///
    /// @param keyword to blame where they turn out too many to be combined with others
    /// @throws UnsupportedRegexException where the expression is not supported
    static StringSet matching(String expression, String keyword, String pointer)
            throws UnsupportedRegexException {
        SchemaProblem blame =
                StringSet.blame(keyword, pointer, "the strings that match '" + expression + "'");
        RegexParser.Parsed parsed = RegexParser.parse(expression, Dialect.ECMA_262);
        StringSet strings = StringSet.of(parts(parsed.regex()), blame);
        if (!parsed.isAmbiguous()) {
            return strings;
        }
        Regex java = RegexParser.parse(expression, Dialect.JAVA).regex();
        StringSet others = StringSet.of(parts(java), blame);
        return StringSet.between(strings.and(others), strings.or(others));
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

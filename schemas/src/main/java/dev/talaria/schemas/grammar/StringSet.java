package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.StringAutomaton.TooManyStatesException;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// A set of strings for the algebra of schemas: intersection, union and complement of patterns,
/// formats, lengths and literals.
///
/// Known from both sides: the strings that belong to it and those that do not. Nearly always every
/// string is one or the other. Where readers of schemas differ, in what a regular expression or a
/// format means, or where the grammar writes less than a format allows, the strings they differ on
/// are neither, so that what is generated satisfies all of them, under `not` as well.
///
/// Immutable. Operations are lazy; what asks for the strings throws [UnsupportedSchemaException],
/// blaming the keyword the set came from, where the set is too large to be told.
final class StringSet {

    private static final int MAX_PARTS = 64;

    static final StringSet ALL =
            new StringSet(null, () -> List.of(StringPart.ALL), () -> List.of(), true);
    static final StringSet NONE = ALL.complement();

    private final SchemaProblem blame;
    private final Supplier<List<StringPart>> inside;
    private final Supplier<List<StringPart>> outside;
    private final boolean certain;

    private StringSet(
            SchemaProblem blame,
            Supplier<List<StringPart>> inside,
            Supplier<List<StringPart>> outside,
            boolean certain) {
        this.blame = blame;
        this.certain = certain;
        this.inside = once(inside);
        this.outside = once(outside);
    }

    private static Supplier<List<StringPart>> once(Supplier<List<StringPart>> parts) {
        return parts instanceof Once known ? known : new Once(parts);
    }

    private static final class Once implements Supplier<List<StringPart>> {

        private final Supplier<List<StringPart>> computation;
        // Sets are shared between compilations: computing twice does no harm.
        private volatile List<StringPart> parts;

        Once(Supplier<List<StringPart>> computation) {
            this.computation = computation;
        }

        @Override
        public List<StringPart> get() {
            List<StringPart> known = parts;
            if (known == null) {
                known = List.copyOf(computation.get());
                parts = known;
            }
            return known;
        }
    }

    /// The strings of that length.
    static StringSet of(StringShape length) {
        return length.isEmpty()
                ? NONE
                : of(List.of(new StringPart(StringAutomaton.ALL, length)), null);
    }

    /// The listed strings.
    ///
    /// @param pointer the keyword to blame where they are too many
    static StringSet of(Collection<String> strings, String keyword, String pointer) {
        SchemaProblem blame = blame(keyword, pointer, "the strings listed");
        return new StringSet(
                blame,
                () -> List.of(new StringPart(StringAutomaton.of(strings), StringShape.ANY)),
                () ->
                        List.of(
                                new StringPart(
                                        StringAutomaton.of(strings).complement(), StringShape.ANY)),
                true);
    }

    /// The strings of one reading.
    ///
    /// @param blame the keyword that stands for it; null where it is not large
    static StringSet of(List<StringPart> parts, SchemaProblem blame) {
        return new StringSet(blame, () -> parts, () -> complement(parts), true);
    }

    /// A set whose members are known to lie between two.
    ///
    /// @param least surely belong to it
    /// @param most all that can belong to it
    static StringSet between(StringSet least, StringSet most) {
        return new StringSet(
                least.blame == null ? most.blame : least.blame, least.inside, most.outside, false);
    }

    /// What to say of a keyword whose strings are too many to be told.
    static SchemaProblem blame(String keyword, String pointer, String reason) {
        return new SchemaProblem(
                keyword, pointer, reason, "simplify it, or combine it with fewer others");
    }

    /// The same strings, with something else to say where they are too many.
    StringSet blamedOn(SchemaProblem other) {
        return new StringSet(other, inside, outside, certain);
    }

    /// What to say where the set is too large; never null.
    SchemaProblem blame() {
        return blame == null ? blame("schema", "#", "the strings") : blame;
    }

    /// The strings of both.
    StringSet and(StringSet other) {
        if (restrictsNothing()) {
            return other;
        }
        return other.restrictsNothing()
                ? this
                : new StringSet(
                        blameOf(other),
                        () -> and(inside.get(), other.inside.get()),
                        () -> or(outside.get(), other.outside.get()),
                        certain && other.certain);
    }

    /// The strings of either.
    StringSet or(StringSet other) {
        return complement().and(other.complement()).complement();
    }

    /// The strings that may belong to it: all but those that surely do not.
    StringSet widest() {
        if (isCertain()) {
            return this;
        }
        return new StringSet(blame, () -> complement(outside.get()), outside, true);
    }

    /// Whether every string is known to be inside or outside; costs nothing.
    boolean isCertain() {
        return certain;
    }

    /// The strings that do not belong to it; costs nothing.
    StringSet complement() {
        return new StringSet(blame, outside, inside, certain);
    }

    /// Whether it is [#ALL] as it was never narrowed; costs nothing.
    @SuppressWarnings("ReferenceEquality") // the one constant
    boolean restrictsNothing() {
        return inside == ALL.inside && outside == ALL.outside;
    }

    private SchemaProblem blameOf(StringSet other) {
        return blame == null ? other.blame : blame;
    }

    /// The strings that belong to it, as a union; never an empty part.
    List<StringPart> parts() {
        return asked(() -> inside.get().stream().filter(part -> !part.isEmpty()).toList());
    }

    /// Whether no string surely belongs to it.
    boolean isEmpty() {
        return asked(() -> inside.get().stream().allMatch(StringPart::isEmpty));
    }

    /// Whether every string surely belongs to it.
    boolean isEverything() {
        return asked(() -> complement(inside.get()).stream().allMatch(StringPart::isEmpty));
    }

    /// Whether surely no string belongs to both.
    boolean isDisjointFrom(StringSet other) {
        StringSet both = and(other);
        return both.asked(
                () -> complement(both.outside.get()).stream().allMatch(StringPart::isEmpty));
    }

    /// Whether the string surely belongs to it.
    boolean contains(String string) {
        return asked(() -> inside.get().stream().anyMatch(part -> part.contains(string)));
    }

    /// Whether finitely many strings belong to it.
    boolean isFinite() {
        return parts().stream().allMatch(StringPart::isFinite);
    }

    /// A member of the fewest characters; null where there is none.
    String shortest() {
        return asked(() -> {
            StringPart best = null;
            for (StringPart part : parts()) {
                if (best == null || part.shortestLength() < best.shortestLength()) {
                    best = part;
                }
            }
            return best == null ? null : best.shortest();
        });
    }

    private <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (TooManyStatesException e) {
            throw new UnsupportedSchemaException(List.of(refusal(e)));
        }
    }

    private SchemaProblem refusal(TooManyStatesException e) {
        return needing(blame(), String.valueOf(e.getMessage()));
    }

    /// What to say of strings whose automaton is too large.
    static SchemaProblem needing(SchemaProblem blame, String more) {
        return new SchemaProblem(
                blame.keyword(),
                blame.pointer(),
                blame.reason() + " need " + more,
                blame.suggestion());
    }

    private static List<StringPart> and(List<StringPart> left, List<StringPart> right) {
        List<StringPart> both = new ArrayList<>();
        for (StringPart a : left) {
            for (StringPart b : right) {
                StringShape length = a.length().and(b.length());
                if (!length.isEmpty()) {
                    StringAutomaton automaton = a.automaton().and(b.automaton());
                    if (!automaton.isEmpty()) {
                        both.add(new StringPart(automaton, length));
                    }
                }
            }
        }
        return joined(both);
    }

    private static List<StringPart> or(List<StringPart> left, List<StringPart> right) {
        List<StringPart> either = new ArrayList<>(left);
        either.addAll(right);
        return joined(either);
    }

    // What is not so long or does not look so.
    private static List<StringPart> complement(List<StringPart> parts) {
        List<StringPart> none = List.of(StringPart.ALL);
        for (StringPart part : parts) {
            List<StringPart> not = new ArrayList<>();
            StringShape length = part.length();
            if (length.minimum() > 0) {
                not.add(
                        new StringPart(
                                StringAutomaton.ALL, new StringShape(0, length.minimum() - 1)));
            }
            if (length.isBounded()) {
                not.add(
                        new StringPart(
                                StringAutomaton.ALL,
                                new StringShape(length.maximum() + 1, StringShape.UNBOUNDED)));
            }
            if (!part.automaton().isAll()) {
                not.add(new StringPart(part.automaton().complement(), StringShape.ANY));
            }
            none = and(none, not);
        }
        return none;
    }

    // Parts of one length are one part; parts of one look and neighbouring lengths too.
    private static List<StringPart> joined(List<StringPart> parts) {
        Map<StringShape, StringAutomaton> byLength = new LinkedHashMap<>();
        for (StringPart part : parts) {
            byLength.merge(part.length(), part.automaton(), StringAutomaton::or);
        }
        List<StringPart> joined = new ArrayList<>();
        byLength.forEach((length, automaton) -> {
            StringPart part = new StringPart(automaton, length);
            joined.removeIf(before -> covers(part, before));
            if (joined.stream().noneMatch(before -> covers(before, part))) {
                joined.add(part);
            }
        });
        if (joined.size() > MAX_PARTS) {
            throw new TooManyStatesException();
        }
        return joined;
    }

    private static boolean covers(StringPart outer, StringPart inner) {
        return outer.length().minimum() <= inner.length().minimum()
                && outer.length().maximum() >= inner.length().maximum()
                && (outer.automaton().isAll() || outer.automaton().equals(inner.automaton()));
    }
}

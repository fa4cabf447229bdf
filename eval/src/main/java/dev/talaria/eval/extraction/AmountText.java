package dev.talaria.eval.extraction;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads amounts: a number with thousands and fraction as any locale separates them, a sign, and a
/// currency before or after.
///
/// Spaces and apostrophes group. Of commas and points together, the last kind begins the fraction.
/// A kind that stands several times groups. One that stands once begins the fraction, but for what
/// [DecimalMark] says of three digits after it. Groups have three digits, as in India the last has
/// three and those before two; anything else is no amount.
final class AmountText {

    private static final Pattern FORM =
            Pattern.compile(
                    "(?<before>[^0-9]*?)(?<number>(?:(?<!\\p{L})[.,])?[0-9](?:[0-9"
                            + " .,']*[0-9])?)(?<after>[^0-9]*)");
    private static final Pattern WHOLE_FRANCS = Pattern.compile("[.,] ?-");
    private static final int GROUP = 3;
    private static final int INDIAN_GROUP = 2;
    private static final int LONGEST = 60;

    private final DecimalMark mark;

    AmountText(DecimalMark mark) {
        this.mark = mark;
    }

    /// Empty where the text is anything but an amount.
    Optional<Reading.Amount> read(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        Matcher form = FORM.matcher(PlainText.spaced(text));
        if (!form.matches()) {
            return Optional.empty();
        }
        String after = form.group("after").strip();
        Matcher whole = WHOLE_FRANCS.matcher(after);
        if (whole.lookingAt()) {
            after = after.substring(whole.end()).strip();
        }
        Optional<Margins> margins = Margins.of(form.group("before").strip(), after);
        Optional<BigDecimal> number = number(form.group("number"));
        if (margins.isEmpty() || number.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Reading.Amount(
                        margins.get().isNegative() ? number.get().negate() : number.get(),
                        margins.get().currencies()));
    }

    /// Whether the spelling says more than that it is a whole number.
    static boolean isMarked(String text) {
        return !PlainText.spaced(text).chars().allMatch(each -> each >= '0' && each <= '9');
    }

    private Optional<BigDecimal> number(String text) {
        int fraction = fraction(text);
        String whole = fraction < 0 ? text : text.substring(0, fraction);
        String rest = fraction < 0 ? "" : text.substring(fraction + 1);
        if (!rest.chars().allMatch(each -> each >= '0' && each <= '9')) {
            return Optional.empty();
        }
        return ungrouped(whole)
                .map(digits -> new BigDecimal(rest.isEmpty() ? digits : digits + "." + rest));
    }

    /// The place of the mark before the fraction, or -1.
    private int fraction(String text) {
        int comma = text.lastIndexOf(',');
        int point = text.lastIndexOf('.');
        if (comma < 0 && point < 0) {
            return -1;
        }
        if (comma >= 0 && point >= 0) {
            return Math.max(comma, point);
        }
        int place = Math.max(comma, point);
        if (text.indexOf(text.charAt(place)) != place) {
            return -1;
        }
        return isThousands(text, place) ? -1 : place;
    }

    private boolean isThousands(String text, int place) {
        return text.charAt(place) != mark.character()
                && text.length() - place - 1 == GROUP
                && place >= 1
                && place <= GROUP
                && text.charAt(0) != '0'
                && text.chars().limit(place).allMatch(each -> each >= '0' && each <= '9');
    }

    private static Optional<String> ungrouped(String whole) {
        if (whole.isEmpty()) {
            return Optional.of("0");
        }
        List<String> groups = List.of(whole.split("[ .,']", -1));
        Set<Integer> separators = new HashSet<>();
        whole.chars().filter(each -> each < '0' || each > '9').forEach(separators::add);
        if (separators.size() > 1 || !areGroups(groups)) {
            return Optional.empty();
        }
        return Optional.of(String.join("", groups));
    }

    private static boolean areGroups(List<String> groups) {
        String first = groups.getFirst();
        if (groups.size() == 1) {
            return !first.isEmpty();
        }
        if (first.isEmpty() || first.length() > GROUP || groups.getLast().length() != GROUP) {
            return false;
        }
        List<String> inner = groups.subList(1, groups.size() - 1);
        return inner.stream().allMatch(group -> group.length() == GROUP)
                || first.length() <= INDIAN_GROUP
                        && inner.stream().allMatch(group -> group.length() == INDIAN_GROUP);
    }

    /// What stands around the number: a sign or brackets, and at most one currency on each side.
    private record Margins(boolean isNegative, Set<String> currencies) {

        static Optional<Margins> of(String before, String after) {
            boolean isBracketed = before.contains("(") && after.contains(")");
            String left = isBracketed ? before.replaceFirst("\\(", "") : before;
            String right = isBracketed ? after.replaceFirst("\\)", "") : after;
            boolean isMinusLeft = left.contains("-");
            boolean isMinusRight = right.startsWith("-") || right.endsWith("-");
            left = left.replaceFirst("[-+]", "").strip();
            right = isMinusRight ? right.replaceFirst("-", "").strip() : right.strip();
            int signs = (isBracketed ? 1 : 0) + (isMinusLeft ? 1 : 0) + (isMinusRight ? 1 : 0);
            Set<String> first = Currencies.named(left);
            Set<String> second = Currencies.named(right);
            boolean isUnknown =
                    first.isEmpty() && !left.isEmpty() || second.isEmpty() && !right.isEmpty();
            if (signs > 1 || isUnknown) {
                return Optional.empty();
            }
            if (first.isEmpty() || second.isEmpty()) {
                return Optional.of(new Margins(signs == 1, first.isEmpty() ? second : first));
            }
            Set<String> both = new HashSet<>(first);
            both.retainAll(second);
            return both.isEmpty() ? Optional.empty() : Optional.of(new Margins(signs == 1, both));
        }
    }
}

package dev.talaria.schemas.grammar;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The numbers of a range, told by calculating with the digits so far: for factors with too many
/// remainders to be states of a [NumberAutomaton]. The spellings are the same.
///
/// Whether some number continues the digits is whether an interval holds one: multiples of the
/// step, less those of what they must not be multiples of, counted by inclusion and exclusion.
/// Immutable.
final class CalculatedNumbers {

    /// The most factors of which numbers must be no multiples.
    static final int MAX_NOT_STEPS = 8;

    private static final BigInteger MANY = BigInteger.valueOf(Long.MAX_VALUE);

    /// Multiples to be counted, or to be taken away again.
    private record Term(BigInteger multiplesOf, boolean added) {}

    /// Whole numbers, both included.
    private record Interval(BigInteger from, BigInteger to) {}

    private final NumberRange range;
    private final int integerDigits;
    private final int fractionDigits;

    // All numbers are calculated with as whole numbers: without the point, so many places behind.
    private final int scale;
    private final BigInteger low;
    private final BigInteger high;
    private final List<BigInteger> excluded;
    private final Map<Integer, List<Term>> terms = new ConcurrentHashMap<>();

    private CalculatedNumbers(NumberRange range) {
        this.range = range;
        int integers = NumberAutomaton.INTEGER_DIGITS;
        int fractions = NumberAutomaton.FRACTION_DIGITS;
        for (BigDecimal bound : new BigDecimal[] {range.low(), range.high()}) {
            if (bound != null && NumberAutomaton.isSpellable(bound)) {
                BigDecimal stripped = NumberAutomaton.strip(bound);
                integers = Math.max(integers, stripped.precision() - stripped.scale() + 1);
                fractions = Math.max(fractions, stripped.scale() + 1);
            }
        }
        int places = range.step() == null ? fractions : places(range.step());
        this.integerDigits = integers;
        this.fractionDigits = range.integer() ? 0 : Math.min(fractions, places);
        int most = Math.max(fractions, places);
        for (BigDecimal factor : range.notSteps()) {
            most = Math.max(most, places(factor));
        }
        this.scale = most;
        this.low = range.low() == null ? null : least(range.low(), range.lowExcluded());
        this.high =
                range.high() == null
                        ? null
                        : least(range.high().negate(), range.highExcluded()).negate();
        NumberRange free =
                new NumberRange(
                        range.integer(),
                        range.low(),
                        range.lowExcluded(),
                        range.high(),
                        range.highExcluded(),
                        range.step(),
                        range.notSteps(),
                        NumberRange.ALL.excluded());
        this.excluded =
                range.excluded().stream()
                        .filter(number -> places(number) <= scale && free.contains(number))
                        .map(this::scaled)
                        .toList();
    }

    /// The numbers of a range; null where none of them has a spelling.
    static CalculatedNumbers of(NumberRange range) {
        CalculatedNumbers numbers = new CalculatedNumbers(range);
        boolean any = numbers.start(false).exists() || numbers.start(true).exists();
        return any ? numbers : null;
    }

    private static int places(BigDecimal number) {
        return Math.max(0, NumberAutomaton.strip(number).scale());
    }

    private BigInteger scaled(BigDecimal number) {
        return NumberAutomaton.strip(number).movePointRight(scale).toBigIntegerExact();
    }

    // The least whole number that is not below the bound, which may have more places.
    private BigInteger least(BigDecimal bound, boolean exclusive) {
        BigDecimal moved = bound.movePointRight(scale);
        BigInteger whole = moved.setScale(0, RoundingMode.CEILING).toBigInteger();
        boolean reached = moved.compareTo(new BigDecimal(whole)) == 0;
        return exclusive && reached ? whole.add(BigInteger.ONE) : whole;
    }

    private static BigInteger power(int exponent) {
        return BigInteger.TEN.pow(exponent);
    }

    /// Nothing read but the sign.
    Digits start(boolean negative) {
        return new Digits(this, negative, BigInteger.ZERO, 0, -1);
    }

    /// Bytes of the shortest number.
    long cost() {
        long positive = start(false).exists() ? start(false).cost() : Value.UNREACHABLE;
        long negative = start(true).exists() ? 1 + start(true).cost() : Value.UNREACHABLE;
        return Math.min(positive, negative);
    }

    /// The first byte of a shortest number.
    int cheapest() {
        Digits positive = start(false);
        return positive.exists() && positive.cost() == cost() ? positive.cheapest() : '-';
    }

    /// A lower bound of how many numbers there are.
    long completions() {
        long positive = start(false).completions();
        long all = positive + start(true).completions();
        return all < 0 ? Long.MAX_VALUE : all;
    }

    boolean isSameAs(CalculatedNumbers other) {
        return range.equals(other.range);
    }

    private List<Term> terms(int places) {
        return terms.computeIfAbsent(places, this::counting);
    }

    private List<Term> counting(int places) {
        BigInteger grid = power(scale - places);
        BigInteger first = range.step() == null ? grid : common(grid, scaled(range.step()));
        if (range.integer()) {
            first = common(first, power(scale));
        }
        List<Term> counting = new ArrayList<>(List.of(new Term(first, true)));
        for (BigDecimal factor : range.notSteps()) {
            for (Term term : List.copyOf(counting)) {
                BigInteger both = common(term.multiplesOf(), scaled(factor));
                counting.add(new Term(both, !term.added()));
            }
        }
        return counting;
    }

    private static BigInteger common(BigInteger a, BigInteger b) {
        return a.divide(a.gcd(b)).multiply(b);
    }

    /// How many numbers there are of up to so many places whose magnitude is of the interval.
    private BigInteger count(boolean negative, BigInteger from, BigInteger to, int places) {
        BigInteger least = negative ? negated(high) : low;
        BigInteger most = negative ? negated(low) : high;
        BigInteger first = from.max(negative ? BigInteger.ONE : BigInteger.ZERO);
        first = least == null ? first : first.max(least);
        BigInteger last = most == null ? to : to.min(most);
        if (first.compareTo(last) > 0) {
            return BigInteger.ZERO;
        }
        BigInteger count = BigInteger.ZERO;
        for (Term term : terms(places)) {
            BigInteger upTo = last.divide(term.multiplesOf());
            BigInteger below = first.subtract(BigInteger.ONE);
            BigInteger before =
                    below.signum() < 0 ? BigInteger.ONE.negate() : below.divide(term.multiplesOf());
            BigInteger within = upTo.subtract(before);
            count = term.added() ? count.add(within) : count.subtract(within);
        }
        for (BigInteger number : excluded) {
            BigInteger magnitude = negative ? number.negate() : number;
            boolean counted =
                    magnitude.compareTo(first) >= 0
                            && magnitude.compareTo(last) <= 0
                            && magnitude.mod(power(scale - places)).signum() == 0;
            count = counted ? count.subtract(BigInteger.ONE) : count;
        }
        return count;
    }

    private static BigInteger negated(BigInteger number) {
        return number == null ? null : number.negate();
    }

    /// The digits of a number so far.
    ///
    /// @param digits all of them, as one whole number
    /// @param integers how many stand before the point
    /// @param fractions how many stand behind it; negative where there is no point yet
    record Digits(
            CalculatedNumbers numbers,
            boolean negative,
            BigInteger digits,
            int integers,
            int fractions) {

        /// With one more byte; null where no number begins so.
        Digits next(int octet) {
            Digits next =
                    octet == '.'
                            ? point()
                            : octet >= '0' && octet <= '9' ? digit(octet - '0') : null;
            return next != null && next.exists() ? next : null;
        }

        private Digits point() {
            boolean allowed = fractions < 0 && integers > 0 && numbers.fractionDigits > 0;
            return allowed ? new Digits(numbers, negative, digits, integers, 0) : null;
        }

        private Digits digit(int digit) {
            BigInteger more = digits.multiply(BigInteger.TEN).add(BigInteger.valueOf(digit));
            if (fractions >= 0) {
                return fractions < numbers.fractionDigits
                        ? new Digits(numbers, negative, more, integers, fractions + 1)
                        : null;
            }
            return isLeadingZero() || integers == numbers.integerDigits
                    ? null
                    : new Digits(numbers, negative, more, integers + 1, -1);
        }

        private boolean isLeadingZero() {
            return integers == 1 && digits.signum() == 0;
        }

        /// Whether the digits are a number of the range.
        boolean isWhole() {
            return integers > 0 && fractions != 0 && holds(digits, digits, Math.max(0, fractions));
        }

        /// Whether further digits make one.
        boolean goesOn() {
            if (fractions >= 0) {
                return fractions < numbers.fractionDigits && holdsFrom(digits, fractions);
            }
            // The larger the interval, the likelier it holds one.
            for (int more = mostMore(); more >= 0; more--) {
                Interval whole = after(more);
                boolean longer = more > 0 || numbers.fractionDigits > 0;
                if (longer && whole != null && holdsUpTo(whole)) {
                    return true;
                }
            }
            return false;
        }

        boolean exists() {
            return isWhole() || goesOn();
        }

        private int mostMore() {
            return isLeadingZero() ? 0 : numbers.integerDigits - integers;
        }

        /// What the digits before the point can be with so many more; null where there are none.
        private Interval after(int more) {
            if (integers == 0) {
                BigInteger from = more == 1 ? BigInteger.ZERO : power(Math.max(0, more - 1));
                return more == 0 ? null : new Interval(from, power(more).subtract(BigInteger.ONE));
            }
            BigInteger from = digits.multiply(power(more));
            return new Interval(from, from.add(power(more)).subtract(BigInteger.ONE));
        }

        private boolean holds(BigInteger from, BigInteger to, int places) {
            BigInteger unit = power(numbers.scale - places);
            return numbers.count(negative, from.multiply(unit), to.multiply(unit), places).signum()
                    > 0;
        }

        // With any digits behind the point.
        private boolean holdsUpTo(Interval whole) {
            return count(whole, numbers.fractionDigits).signum() > 0;
        }

        private BigInteger count(Interval whole, int places) {
            BigInteger unit = power(numbers.scale);
            BigInteger from = whole.from().multiply(unit);
            BigInteger end = whole.to().add(BigInteger.ONE).multiply(unit);
            return numbers.count(negative, from, end.subtract(BigInteger.ONE), places);
        }

        private boolean holdsFrom(BigInteger read, int places) {
            BigInteger unit = power(numbers.scale - places);
            BigInteger from = read.multiply(unit);
            BigInteger end = from.add(unit).subtract(BigInteger.ONE);
            return numbers.count(negative, from, end, numbers.fractionDigits).signum() > 0;
        }

        /// Bytes of the shortest completion.
        long cost() {
            if (isWhole()) {
                return 0;
            }
            int most = mostMore() + 1 + numbers.fractionDigits;
            for (int bytes = 1; bytes <= most; bytes++) {
                if (fractions >= 0 ? isWholeAfter(fractions + bytes) : isWholeIn(bytes)) {
                    return bytes;
                }
            }
            return Value.UNREACHABLE;
        }

        private boolean isWholeAfter(int places) {
            if (places > numbers.fractionDigits) {
                return false;
            }
            BigInteger unit = power(places - fractions);
            BigInteger from = digits.multiply(unit);
            return holds(from, from.add(unit).subtract(BigInteger.ONE), places);
        }

        // So many bytes are digits before the point, or some of them, the point and the rest.
        private boolean isWholeIn(int bytes) {
            Interval whole = bytes <= mostMore() ? after(bytes) : null;
            if (whole != null && holds(whole.from(), whole.to(), 0)) {
                return true;
            }
            for (int places = 1; places < bytes && places <= numbers.fractionDigits; places++) {
                int more = bytes - 1 - places;
                Interval before = more <= mostMore() ? after(more) : null;
                if (before != null && count(before, places).signum() > 0) {
                    return true;
                }
            }
            return false;
        }

        /// The first byte of a shortest completion; not asked where the cost is 0.
        int cheapest() {
            long wanted = cost() - 1;
            for (int octet : CONTINUATIONS) {
                Digits next = next(octet);
                if (next != null && next.cost() == wanted) {
                    return octet;
                }
            }
            throw new IllegalStateException("no digit makes " + digits + " a number");
        }

        /// A lower bound of how many numbers the digits can become.
        long completions() {
            BigInteger count = BigInteger.ZERO;
            if (fractions >= 0) {
                BigInteger unit = power(numbers.scale - fractions);
                BigInteger from = digits.multiply(unit);
                BigInteger end = from.add(unit).subtract(BigInteger.ONE);
                count = numbers.count(negative, from, end, numbers.fractionDigits);
            } else {
                for (int more = mostMore(); more >= 0; more--) {
                    Interval whole = after(more);
                    count = whole == null ? count : count.add(count(whole, numbers.fractionDigits));
                }
            }
            return count.min(MANY).longValue();
        }

        private static final int[] CONTINUATIONS = {
            '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'
        };

        @Override
        public boolean equals(Object object) {
            return object instanceof Digits other
                    && integers == other.integers
                    && fractions == other.fractions
                    && negative == other.negative
                    && digits.equals(other.digits)
                    && numbers.isSameAs(other.numbers);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(new int[] {digits.hashCode(), integers, fractions});
        }
    }
}

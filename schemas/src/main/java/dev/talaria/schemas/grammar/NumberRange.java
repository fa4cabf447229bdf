package dev.talaria.schemas.grammar;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// Numbers by an interval and what they are and are not multiples of, exact to the last digit.
///
/// @param integer whether only whole numbers belong to it
/// @param low lower bound; null where there is none
/// @param lowExcluded whether the bound itself does not belong to it
/// @param high upper bound; null where there is none
/// @param highExcluded whether the bound itself does not belong to it
/// @param step what all of them are multiples of; null where that is nothing
/// @param notSteps what none of them is a multiple of
/// @param excluded numbers that do not belong to it
record NumberRange(
        boolean integer,
        BigDecimal low,
        boolean lowExcluded,
        BigDecimal high,
        boolean highExcluded,
        BigDecimal step,
        SortedSet<BigDecimal> notSteps,
        SortedSet<BigDecimal> excluded) {

    private static final SortedSet<BigDecimal> NONE = Collections.emptySortedSet();

    static final NumberRange ALL =
            new NumberRange(false, null, false, null, false, null, NONE, NONE);

    NumberRange onlyIntegers() {
        return new NumberRange(
                true, low, lowExcluded, high, highExcluded, step, notSteps, excluded);
    }

    NumberRange atLeast(BigDecimal bound, boolean exclusive) {
        int order = low == null ? 1 : bound.compareTo(low);
        if (order < 0) {
            return this;
        }
        boolean exclude = exclusive || order == 0 && lowExcluded;
        return new NumberRange(
                integer, bound, exclude, high, highExcluded, step, notSteps, excluded);
    }

    NumberRange atMost(BigDecimal bound, boolean exclusive) {
        int order = high == null ? -1 : bound.compareTo(high);
        if (order > 0) {
            return this;
        }
        boolean exclude = exclusive || order == 0 && highExcluded;
        return new NumberRange(integer, low, lowExcluded, bound, exclude, step, notSteps, excluded);
    }

    NumberRange multiplesOf(BigDecimal factor) {
        BigDecimal common = step == null ? factor : leastCommonMultiple(step, factor);
        return new NumberRange(
                integer, low, lowExcluded, high, highExcluded, common, notSteps, excluded);
    }

    /// Without the multiples of that factor, of which 0 is always one.
    NumberRange withoutMultiplesOf(BigDecimal factor) {
        return new NumberRange(
                integer,
                low,
                lowExcluded,
                high,
                highExcluded,
                step,
                with(notSteps, factor),
                excluded);
    }

    /// Without one number.
    NumberRange without(BigDecimal number) {
        return without(Collections.singleton(number));
    }

    /// Without these numbers.
    NumberRange without(Iterable<BigDecimal> numbers) {
        SortedSet<BigDecimal> more = new TreeSet<>(excluded);
        numbers.forEach(number -> more.add(NumberAutomaton.strip(number)));
        return new NumberRange(integer, low, lowExcluded, high, highExcluded, step, notSteps, more);
    }

    private static SortedSet<BigDecimal> with(SortedSet<BigDecimal> set, BigDecimal number) {
        SortedSet<BigDecimal> more = new TreeSet<>(set);
        more.add(NumberAutomaton.strip(number));
        return more;
    }

    static BigDecimal leastCommonMultiple(BigDecimal a, BigDecimal b) {
        int scale = Math.max(0, Math.max(a.scale(), b.scale()));
        BigInteger first = a.movePointRight(scale).toBigIntegerExact();
        BigInteger second = b.movePointRight(scale).toBigIntegerExact();
        BigInteger multiple = first.divide(first.gcd(second)).multiply(second);
        return new BigDecimal(multiple, scale).stripTrailingZeros();
    }

    /// The numbers in both.
    NumberRange and(NumberRange other) {
        NumberRange both = other.integer ? onlyIntegers() : this;
        both = other.low == null ? both : both.atLeast(other.low, other.lowExcluded);
        both = other.high == null ? both : both.atMost(other.high, other.highExcluded);
        both = other.step == null ? both : both.multiplesOf(other.step);
        for (BigDecimal factor : other.notSteps) {
            both = both.withoutMultiplesOf(factor);
        }
        return other.excluded.isEmpty() ? both : both.without(other.excluded);
    }

    /// Whether it is shown that every number of the other is one of these.
    boolean includes(NumberRange other) {
        boolean whole = !integer || other.integer;
        boolean steps =
                step == null
                        || isMultiple(other.step, step)
                        || other.integer && isMultiple(BigDecimal.ONE, step);
        return whole
                && steps
                && reachesBelow(other)
                && reachesAbove(other)
                && other.notSteps.containsAll(notSteps)
                && other.excluded.containsAll(excluded);
    }

    private static boolean isMultiple(BigDecimal number, BigDecimal of) {
        return number != null && number.remainder(of).signum() == 0;
    }

    private boolean reachesBelow(NumberRange other) {
        if (low == null || other.low == null) {
            return low == null;
        }
        int order = low.compareTo(other.low);
        return order < 0 || order == 0 && (!lowExcluded || other.lowExcluded);
    }

    private boolean reachesAbove(NumberRange other) {
        if (high == null || other.high == null) {
            return high == null;
        }
        int order = high.compareTo(other.high);
        return order > 0 || order == 0 && (!highExcluded || other.highExcluded);
    }

    /// Whether its bounds leave no number; a range without one may have others that do not.
    boolean isSurelyEmpty() {
        if (low == null || high == null) {
            return false;
        }
        int order = low.compareTo(high);
        return order > 0 || order == 0 && (lowExcluded || highExcluded);
    }

    boolean contains(BigDecimal number) {
        if (integer && number.signum() != 0 && number.stripTrailingZeros().scale() > 0) {
            return false;
        }
        if (step != null && number.remainder(step).signum() != 0
                || notSteps.stream().anyMatch(factor -> number.remainder(factor).signum() == 0)
                || excluded.contains(number)) {
            return false;
        }
        int fromLow = low == null ? 1 : number.compareTo(low);
        int fromHigh = high == null ? -1 : number.compareTo(high);
        return (lowExcluded ? fromLow > 0 : fromLow >= 0)
                && (highExcluded ? fromHigh < 0 : fromHigh <= 0);
    }
}

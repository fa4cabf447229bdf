package dev.talaria.schemas.grammar;

import java.math.BigDecimal;
import java.math.BigInteger;

/// The numbers a schema admits: an interval and a step, exact to the last digit.
///
/// @param integer whether only whole numbers belong to it
/// @param low lower bound; null where there is none
/// @param lowExcluded whether the bound itself does not belong to it
/// @param high upper bound; null where there is none
/// @param highExcluded whether the bound itself does not belong to it
/// @param step what all of them are multiples of; null where that is nothing
record NumberRange(
        boolean integer,
        BigDecimal low,
        boolean lowExcluded,
        BigDecimal high,
        boolean highExcluded,
        BigDecimal step) {

    static final NumberRange ALL = new NumberRange(false, null, false, null, false, null);

    NumberRange onlyIntegers() {
        return new NumberRange(true, low, lowExcluded, high, highExcluded, step);
    }

    NumberRange atLeast(BigDecimal bound, boolean excluded) {
        int order = low == null ? 1 : bound.compareTo(low);
        if (order < 0) {
            return this;
        }
        boolean exclude = excluded || order == 0 && lowExcluded;
        return new NumberRange(integer, bound, exclude, high, highExcluded, step);
    }

    NumberRange atMost(BigDecimal bound, boolean excluded) {
        int order = high == null ? -1 : bound.compareTo(high);
        if (order > 0) {
            return this;
        }
        boolean exclude = excluded || order == 0 && highExcluded;
        return new NumberRange(integer, low, lowExcluded, bound, exclude, step);
    }

    NumberRange multiplesOf(BigDecimal factor) {
        BigDecimal common = step == null ? factor : leastCommonMultiple(step, factor);
        return new NumberRange(integer, low, lowExcluded, high, highExcluded, common);
    }

    private static BigDecimal leastCommonMultiple(BigDecimal a, BigDecimal b) {
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
        return other.step == null ? both : both.multiplesOf(other.step);
    }

    boolean contains(BigDecimal number) {
        if (integer && number.signum() != 0 && number.stripTrailingZeros().scale() > 0) {
            return false;
        }
        if (step != null && number.remainder(step).signum() != 0) {
            return false;
        }
        int fromLow = low == null ? 1 : number.compareTo(low);
        int fromHigh = high == null ? -1 : number.compareTo(high);
        return (lowExcluded ? fromLow > 0 : fromLow >= 0)
                && (highExcluded ? fromHigh < 0 : fromHigh <= 0);
    }
}

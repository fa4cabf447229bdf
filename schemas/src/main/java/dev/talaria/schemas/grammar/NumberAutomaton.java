package dev.talaria.schemas.grammar;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/// Builds the automaton of the numbers in a range, in their one spelling: no exponent, no leading
/// zero, no `-0`.
///
/// While digits arrive, each bound is compared digit by digit; how many integer digits there will
/// be is known only at the point or at the end, which is when the comparison is decided. Integer
/// digits are limited to 19 or what the bounds need, fraction digits to 17 or one more than the
/// bounds have. Multiples keep the remainder of the digits so far, and have no more fraction digits
/// than what they are multiples of.
final class NumberAutomaton extends AutomatonBuilder<NumberAutomaton.Digits> {

    static final int INTEGER_DIGITS = 19;
    static final int FRACTION_DIGITS = 17;
    private static final int MAX_STATES = 200_000;
    private static final SchemaProblem TOO_LARGE =
            new SchemaProblem(
                    "minimum",
                    "#",
                    "the bounds and multiples of a number need more than " + MAX_STATES + " states",
                    "bound it more narrowly, or round the bounds");
    static final int MINUS = 10;
    static final int POINT = 11;
    private static final int CLASSES = 12;

    /// The remainder of what is no multiple of any factor.
    private static final long NO_MULTIPLE = -1;

    /// What has been read.
    enum Part {
        START,
        SIGN,
        INTEGER,
        POINT,
        FRACTION
    }

    /// A state: the part, whether negative, the digits of this part, and how the digits so far
    /// compare with the lower and the upper bound of the magnitude, their remainder, and the place
    /// among the excluded numbers.
    record Digits(
            Part part, boolean negative, int count, int low, int high, long rest, int excluded) {}

    private final Magnitude positive;
    private final Magnitude negative;
    private final int integerDigits;
    private final int fractionDigits;
    private final long modulus;
    private final int stepDigits;
    private final long step;
    private final List<Long> notSteps;
    private final ExcludedNumbers excluded;

    private NumberAutomaton(NumberRange range) {
        super(octetClasses(), CLASSES, MAX_STATES, TOO_LARGE);
        this.positive = Magnitude.positive(range);
        this.negative = Magnitude.negative(range);
        int integers = INTEGER_DIGITS;
        int fractions = FRACTION_DIGITS;
        for (BigDecimal bound : new BigDecimal[] {range.low(), range.high()}) {
            if (bound != null && isSpellable(bound)) {
                BigDecimal stripped = strip(bound);
                integers = Math.max(integers, stripped.precision() - stripped.scale() + 1);
                fractions = Math.max(fractions, stripped.scale() + 1);
            }
        }
        this.integerDigits = integers;
        this.stepDigits = stepDigits(range);
        this.modulus = scaled(common(range));
        this.step = range.step() == null ? 1 : scaled(range.step());
        this.notSteps = range.notSteps().stream().map(this::scaled).toList();
        this.excluded = new ExcludedNumbers(range.excluded());
        boolean useless = range.step() != null && strip(range.step()).scale() < fractions;
        int useful = useless ? Math.max(0, strip(range.step()).scale()) : fractions;
        this.fractionDigits = range.integer() ? 0 : useful;
    }

    private static int stepDigits(NumberRange range) {
        int digits = range.step() == null ? 0 : strip(range.step()).scale();
        for (BigDecimal factor : range.notSteps()) {
            digits = Math.max(digits, strip(factor).scale());
        }
        return Math.max(0, digits);
    }

    /// The remainder by this says whether a number is a multiple of any of the factors.
    static BigDecimal common(NumberRange range) {
        BigDecimal common = range.step();
        for (BigDecimal factor : range.notSteps()) {
            common = common == null ? factor : NumberRange.leastCommonMultiple(common, factor);
        }
        return common == null ? BigDecimal.ONE : common;
    }

    private long scaled(BigDecimal factor) {
        BigDecimal whole = strip(factor).movePointRight(stepDigits);
        if (whole.compareTo(BigDecimal.valueOf(MAX_MODULUS)) > 0) {
            throw new UnsupportedSchemaException(List.of(TOO_LARGE));
        }
        return whole.longValueExact();
    }

    /// The automaton; null where no number of the range has a spelling.
    ///
    /// @throws UnsupportedSchemaException where it needs too many states
    static Automaton of(NumberRange range) {
        return new NumberAutomaton(range).build(new Digits(Part.START, false, 0, 0, 0, 0, 0));
    }

    /// The largest factor of multiples: its remainders are states.
    private static final int MAX_MODULUS = 20_000;

    private static final int FEW_REMAINDERS = 128;

    /// Whether the remainders are so few that an automaton of the range is quickly built.
    static boolean isSmall(NumberRange range) {
        BigDecimal whole = strip(common(range)).movePointRight(stepDigits(range));
        return whole.compareTo(BigDecimal.valueOf(FEW_REMAINDERS)) <= 0;
    }

    /// Whether the bound can be written out.
    static boolean isSpellable(BigDecimal bound) {
        BigDecimal stripped = strip(bound);
        long integers = (long) stripped.precision() - stripped.scale();
        return integers <= CanonicalJson.MAX_DIGITS && stripped.scale() <= CanonicalJson.MAX_DIGITS;
    }

    static BigDecimal strip(BigDecimal number) {
        return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    }

    @Override
    Digits next(Digits at, int octetClass) {
        if (octetClass == MINUS) {
            return at.part() == Part.START && negative != null
                    ? new Digits(Part.SIGN, true, 0, 0, 0, 0, excluded.next(0, MINUS))
                    : null;
        }
        if (octetClass == POINT) {
            return at.part() == Part.INTEGER && fractionDigits > 0 ? point(at) : null;
        }
        return switch (at.part()) {
            case START, SIGN -> firstDigit(at, octetClass);
            case INTEGER -> integerDigit(at, octetClass);
            case POINT, FRACTION -> fractionDigit(at, octetClass);
        };
    }

    private Digits firstDigit(Digits at, int digit) {
        Magnitude magnitude = magnitude(at);
        if (magnitude == null) {
            return null;
        }
        // A zero ends the integer part: count 0 marks that no digit may follow it.
        int low = magnitude.low().compareInteger(0, 0, digit);
        int high = magnitude.high().compareInteger(0, 0, digit);
        return new Digits(
                Part.INTEGER,
                at.negative(),
                digit == 0 ? 0 : 1,
                low,
                high,
                rest(0, digit),
                excluded(at, digit));
    }

    private Digits integerDigit(Digits at, int digit) {
        if (at.count() == 0 || at.count() == integerDigits) {
            return null;
        }
        int low = magnitude(at).low().compareInteger(at.low(), at.count(), digit);
        int high = magnitude(at).high().compareInteger(at.high(), at.count(), digit);
        return new Digits(
                Part.INTEGER,
                at.negative(),
                at.count() + 1,
                low,
                high,
                rest(at.rest(), digit),
                excluded(at, digit));
    }

    private Digits point(Digits at) {
        int digits = Math.max(1, at.count());
        int low = magnitude(at).low().endInteger(at.low(), digits);
        int high = magnitude(at).high().endInteger(at.high(), digits);
        return new Digits(Part.POINT, at.negative(), 0, low, high, at.rest(), excluded(at, POINT));
    }

    private Digits fractionDigit(Digits at, int digit) {
        if (at.count() == fractionDigits) {
            return null;
        }
        int low = magnitude(at).low().compareFraction(at.low(), at.count(), digit);
        int high = magnitude(at).high().compareFraction(at.high(), at.count(), digit);
        return new Digits(
                Part.FRACTION,
                at.negative(),
                at.count() + 1,
                low,
                high,
                fractionRest(at, digit),
                excluded(at, digit));
    }

    @Override
    boolean accepts(Digits at) {
        return switch (at.part()) {
            case START, SIGN, POINT -> false;
            case INTEGER -> isOfSteps(at.rest(), 0) && isWithin(point(at), 0) && isFree(at);
            case FRACTION ->
                    isOfSteps(at.rest(), at.count()) && isWithin(at, at.count()) && isFree(at);
        };
    }

    private long rest(long before, int digit) {
        return (10 * before + digit) % modulus;
    }

    // Behind the last decimal of any factor only zeros leave a multiple.
    private long fractionRest(Digits at, int digit) {
        if (at.count() < stepDigits) {
            return rest(at.rest(), digit);
        }
        return digit == 0 || notSteps.isEmpty() ? at.rest() : NO_MULTIPLE;
    }

    // The digits that are not written are zeros.
    private boolean isOfSteps(long rest, int fractions) {
        if (rest == NO_MULTIPLE) {
            return true;
        }
        long full = rest;
        for (int i = fractions; i < stepDigits && full != 0; i++) {
            full = 10 * full % modulus;
        }
        long number = full;
        return number % step == 0 && notSteps.stream().noneMatch(factor -> number % factor == 0);
    }

    private int excluded(Digits at, int symbol) {
        return excluded.next(at.excluded(), symbol);
    }

    private boolean isFree(Digits at) {
        return !excluded.contains(at.excluded());
    }

    private boolean isWithin(Digits at, int fractions) {
        Magnitude magnitude = magnitude(at);
        int low = magnitude.low().end(at.low(), fractions);
        int high = magnitude.high().end(at.high(), fractions);
        return (magnitude.lowExcluded() ? low > 0 : low >= 0)
                && (magnitude.highExcluded() ? high < 0 : high <= 0);
    }

    private Magnitude magnitude(Digits at) {
        return at.negative() ? negative : positive;
    }

    private static short[] octetClasses() {
        short[] classes = new short[256];
        Arrays.fill(classes, (short) -1);
        for (int digit = 0; digit < 10; digit++) {
            classes['0' + digit] = (short) digit;
        }
        classes['-'] = MINUS;
        classes['.'] = POINT;
        return classes;
    }

    /// The range on one side of zero, signs removed.
    private record Magnitude(Bound low, boolean lowExcluded, Bound high, boolean highExcluded) {

        static Magnitude positive(NumberRange range) {
            return of(range.low(), range.lowExcluded(), range.high(), range.highExcluded(), false);
        }

        // Zero belongs to the positive side alone.
        static Magnitude negative(NumberRange range) {
            BigDecimal low = range.high() == null ? null : range.high().negate();
            BigDecimal high = range.low() == null ? null : range.low().negate();
            return of(low, range.highExcluded(), high, range.lowExcluded(), true);
        }

        private static Magnitude of(
                BigDecimal low,
                boolean lowExcluded,
                BigDecimal high,
                boolean highExcluded,
                boolean zeroExcluded) {
            if (high != null && high.signum() < 0) {
                return null;
            }
            boolean fromZero = low == null || low.signum() < 0;
            BigDecimal from = fromZero ? BigDecimal.ZERO : low;
            boolean excluded = fromZero ? zeroExcluded : lowExcluded;
            if (zeroExcluded && from.signum() == 0) {
                excluded = true;
            }
            return new Magnitude(Bound.of(from), excluded, Bound.of(high), highExcluded);
        }
    }

    /// The digits of a bound; both null where it is beyond every number that can be spelled.
    private record Bound(String integer, String fraction) {

        static Bound of(BigDecimal bound) {
            if (bound == null || !isSpellable(bound)) {
                return new Bound(null, null);
            }
            String plain = strip(bound).toPlainString();
            int point = plain.indexOf('.');
            return point < 0
                    ? new Bound(plain, "")
                    : new Bound(plain.substring(0, point), plain.substring(point + 1));
        }

        int compareInteger(int soFar, int index, int digit) {
            if (integer == null) {
                return -1;
            }
            if (index >= integer.length()) {
                return 1;
            }
            return soFar != 0 ? soFar : Integer.signum(digit - (integer.charAt(index) - '0'));
        }

        int endInteger(int soFar, int digits) {
            return integer != null && digits < integer.length() ? -1 : soFar;
        }

        int compareFraction(int soFar, int index, int digit) {
            if (soFar != 0) {
                return soFar;
            }
            int bound = index < fraction.length() ? fraction.charAt(index) - '0' : 0;
            return Integer.signum(digit - bound);
        }

        int end(int soFar, int fractions) {
            return soFar == 0 && fractions < fraction.length() ? -1 : soFar;
        }
    }
}

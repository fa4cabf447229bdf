package dev.talaria.eval.bench;

import java.util.List;
import java.util.stream.IntStream;

/// One measured speed beside what the machine could do.
///
/// @param name such as `pp512`
/// @param tokens computed in each round
/// @param tokensPerSecond over the rounds
/// @param multiplyAddShare of the float32 multiply-add peak measured in the same run, by the best
///   round
/// @param readShare of the memory bandwidth measured in the same run, by the best round
/// @param limit which of the two the measure is held against
/// @param share of that limit
/// @param besideShare of that limit as it was just before and after each round: the median of the
///   rounds. Where nobody else uses the machine it is the share of the median round; where others
///   do, it tells what is the operator's and what is theirs
/// @param seconds of each round, in their order
record Figure(
        String name,
        int tokens,
        Speed tokensPerSecond,
        double multiplyAddShare,
        double readShare,
        String limit,
        double share,
        double besideShare,
        List<Double> seconds) {

    Figure {
        seconds = List.copyOf(seconds);
    }

    /// @param beside the ceilings around each round
    /// @param ceiling the best of the run
    static Figure of(
            Measure measure,
            Work work,
            List<Double> seconds,
            List<Ceiling> beside,
            Ceiling ceiling) {
        double best = seconds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        double multiplyAdd = share(Limit.MULTIPLY_ADD, work, best, ceiling);
        double read = share(Limit.MEMORY_READ, work, best, ceiling);
        double[] shares =
                IntStream.range(0, seconds.size())
                        .mapToDouble(
                                i -> share(measure.limit(), work, seconds.get(i), beside.get(i)))
                        .toArray();
        return new Figure(
                measure.name(),
                measure.tokens(),
                Speed.of(measure.tokens(), seconds),
                multiplyAdd,
                read,
                measure.limit().label(),
                measure.limit() == Limit.MULTIPLY_ADD ? multiplyAdd : read,
                Speed.median(shares),
                seconds);
    }

    private static double share(Limit limit, Work work, double seconds, Ceiling ceiling) {
        return switch (limit) {
            case MULTIPLY_ADD -> work.multiplyAdds() / seconds / ceiling.multiplyAddsPerSecond();
            case MEMORY_READ -> work.bytes() / seconds / ceiling.readBytesPerSecond();
        };
    }
}

package dev.talaria.eval.bench;

import java.util.List;

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
/// @param seconds of each round, in their order
record Figure(
        String name,
        int tokens,
        Speed tokensPerSecond,
        double multiplyAddShare,
        double readShare,
        String limit,
        double share,
        List<Double> seconds) {

    Figure {
        seconds = List.copyOf(seconds);
    }

    static Figure of(Measure measure, Work work, List<Double> seconds, Ceiling ceiling) {
        double best = seconds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        double multiplyAdd = work.multiplyAdds() / best / ceiling.multiplyAddsPerSecond();
        double read = work.bytes() / best / ceiling.readBytesPerSecond();
        return new Figure(
                measure.name(),
                measure.tokens(),
                Speed.of(measure.tokens(), seconds),
                multiplyAdd,
                read,
                measure.limit().label(),
                switch (measure.limit()) {
                    case MULTIPLY_ADD -> multiplyAdd;
                    case MEMORY_READ -> read;
                },
                seconds);
    }
}

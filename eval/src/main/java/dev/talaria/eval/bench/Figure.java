package dev.talaria.eval.bench;

/// One measured speed beside what the machine could do.
///
/// @param name such as `pp512`
/// @param tokensPerSecond best of the rounds
/// @param slowestTokensPerSecond worst of the rounds: the spread
/// @param multiplyAddShare of the float32 multiply-add peak measured in the same run
/// @param readShare of the memory bandwidth measured in the same run
record Figure(
        String name,
        double tokensPerSecond,
        double slowestTokensPerSecond,
        double multiplyAddShare,
        double readShare) {}

package dev.talaria.eval.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// The machine's limits over a run: measured before the first round, between rounds, and after the
/// last.
///
/// @param best of the samples: what shares are shares of
/// @param readDrift by which part of the best the samples of memory bandwidth differ, 0 to 1
/// @param multiplyAddDrift likewise of the float32 peak
/// @param drifted whether either differs by more than a tenth: then somebody else used the machine,
///   or it changed its pace, and shares of the slower moments are too low
/// @param samples in their order
record MeasuredCeilings(
        Ceiling best,
        double readDrift,
        double multiplyAddDrift,
        boolean drifted,
        List<Ceiling> samples) {

    private static final double STEADY = 0.1;

    MeasuredCeilings {
        samples = List.copyOf(samples);
    }

    /// @param samples at least one
    static MeasuredCeilings of(List<Ceiling> samples) {
        double read = most(samples, Ceiling::readBytesPerSecond);
        double multiplyAdds = most(samples, Ceiling::multiplyAddsPerSecond);
        double readDrift = drift(samples, Ceiling::readBytesPerSecond, read);
        double multiplyAddDrift = drift(samples, Ceiling::multiplyAddsPerSecond, multiplyAdds);
        return new MeasuredCeilings(
                new Ceiling(read, multiplyAdds),
                readDrift,
                multiplyAddDrift,
                readDrift > STEADY || multiplyAddDrift > STEADY,
                samples);
    }

    private static double most(List<Ceiling> samples, ToDoubleFunction<Ceiling> of) {
        return samples.stream().mapToDouble(of).max().orElseThrow();
    }

    private static double drift(List<Ceiling> samples, ToDoubleFunction<Ceiling> of, double most) {
        return 1 - samples.stream().mapToDouble(of).min().orElseThrow() / most;
    }
}

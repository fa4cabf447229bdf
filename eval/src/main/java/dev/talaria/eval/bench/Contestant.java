package dev.talaria.eval.bench;

/// Somebody who computes what is measured: this program, or another one beside it.
@FunctionalInterface
interface Contestant {

    /// Computes it once.
    ///
    /// @return the seconds it took
    double seconds(Measure measure);
}

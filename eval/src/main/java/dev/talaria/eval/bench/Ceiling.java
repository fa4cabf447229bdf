package dev.talaria.eval.bench;

/// What the machine could do at one moment.
///
/// @param readBytesPerSecond its memory bandwidth
/// @param multiplyAddsPerSecond its float32 peak
record Ceiling(double readBytesPerSecond, double multiplyAddsPerSecond) {

    /// Halfway between two moments.
    Ceiling meanWith(Ceiling other) {
        return new Ceiling(
                (readBytesPerSecond + other.readBytesPerSecond) / 2,
                (multiplyAddsPerSecond + other.multiplyAddsPerSecond) / 2);
    }
}

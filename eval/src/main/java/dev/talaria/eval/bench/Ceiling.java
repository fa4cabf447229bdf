package dev.talaria.eval.bench;

/// What the machine could do at one moment.
///
/// @param readBytesPerSecond its memory bandwidth
/// @param multiplyAddsPerSecond its float32 peak
record Ceiling(double readBytesPerSecond, double multiplyAddsPerSecond) {}

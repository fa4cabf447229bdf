package dev.talaria.pipeline.admin;

import java.time.Instant;

/// Where reading a topic begins.
public sealed interface Start {

    /// With the first record there is.
    record Beginning() implements Start {}

    /// With what comes from now on.
    record End() implements Start {}

    /// With that offset in every partition, or what is nearest to it.
    record Offset(long offset) implements Start {}

    /// With the first record of that time or later, in every partition.
    record Time(Instant time) implements Start {}
}

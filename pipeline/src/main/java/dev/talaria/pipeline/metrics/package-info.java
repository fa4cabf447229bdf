/// Figures of a pipeline in Prometheus' format; the only package that sees Micrometer.
@NullMarked
package dev.talaria.pipeline.metrics;

import org.jspecify.annotations.NullMarked;

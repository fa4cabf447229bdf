package dev.talaria.pipeline.metrics;

import java.time.Duration;
import java.util.stream.DoubleStream;

/// What metrics and their labels are called, as Micrometer has it: with dots, and without the units
/// that Prometheus' names end in. The `gen_ai` ones are those of the OpenTelemetry GenAI semantic
/// conventions, with their buckets, and a few beyond for machines without a GPU.
final class MetricNames {

    static final String OPERATION_DURATION = "gen_ai.client.operation.duration";
    static final String TOKEN_USAGE = "gen_ai.client.token.usage";
    static final String REQUEST_DURATION = "gen_ai.server.request.duration";
    static final String TIME_TO_FIRST_TOKEN = "gen_ai.server.time_to_first_token";
    static final String TIME_PER_OUTPUT_TOKEN = "gen_ai.server.time_per_output_token";

    static final String OPERATION = "gen_ai.operation.name";
    static final String PROVIDER = "gen_ai.provider.name";
    static final String MODEL = "gen_ai.request.model";
    static final String TOKEN_TYPE = "gen_ai.token.type";
    static final String ERROR_TYPE = "error.type";

    static final Duration[] DURATIONS =
            seconds(
                    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96,
                    81.92, 163.84, 327.68);
    static final Duration[] FIRST_TOKENS =
            seconds(
                    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5,
                    7.5, 10, 20, 40, 80, 160);
    static final Duration[] OUTPUT_TOKENS =
            seconds(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5);
    static final double[] TOKENS = {
        1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864
    };

    private MetricNames() {}

    private static Duration[] seconds(double... seconds) {
        return DoubleStream.of(seconds)
                .mapToObj(second -> Duration.ofNanos(Math.round(second * 1e9)))
                .toArray(Duration[]::new);
    }
}

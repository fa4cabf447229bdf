package dev.talaria.pipeline.app;

import dev.talaria.inference.EngineActivity;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.config.PipelineConfig.Observation;

import java.time.Duration;
import java.util.Optional;

/// Whether the engine of an operator gets any further.
///
/// @param patience how long it may be at work without
record EngineWatch(InferenceOperator operator, Duration patience) {

    /// With the patience of a configuration, `health.stall.seconds`.
    static EngineWatch of(Observation observation, InferenceOperator operator) {
        return new EngineWatch(operator, Duration.ofSeconds(observation.stallSeconds()));
    }

    /// Why it is not to be waited for, if it is not.
    Optional<String> notLive() {
        return operator.activity().filter(EngineActivity::isEnded).isPresent()
                ? Optional.of("its engine has ended")
                : hang();
    }

    /// That it hangs, if it does.
    Optional<String> hang() {
        return operator.activity()
                .filter(activity -> activity.stalled().compareTo(patience) > 0)
                .map(activity ->
                        "its engine has made no progress for %d s, with %d requests running"
                                .formatted(activity.stalled().toSeconds(), activity.running()));
    }
}

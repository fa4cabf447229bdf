package dev.talaria.pipeline.app;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Looks now and then whether the cluster answers and has the topics, so that whoever asks need not
/// wait for it.
final class TopicWatch implements AutoCloseable {

    private final Topics topics;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("talaria-topics").factory());
    private volatile Optional<String> problem = Optional.empty();

    /// Looks for the first time when the interval has passed.
    ///
    /// @param topics closed with this
    TopicWatch(Topics topics, Duration interval) {
        this.topics = topics;
        long nanos = interval.toNanos();
        thread.scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        try {
            problem = topics.problem();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What was wrong when it was looked at last.
    Optional<String> problem() {
        return problem;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        topics.close();
    }
}

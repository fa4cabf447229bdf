package dev.talaria.pipeline.app;

import dev.talaria.pipeline.config.PipelineConfig.Stop;
import dev.talaria.pipeline.failure.CrashJournal;
import dev.talaria.pipeline.failure.StreamFailurePolicy;

import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A topology as it runs, from its start to its end.
final class StreamsRun implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsRun.class);

    private final String name;
    private final KafkaStreams streams;
    private final StreamFailurePolicy failures = new StreamFailurePolicy();
    private final CountDownLatch end;
    private final Stop stop;

    /// Sets everything up; nothing is read before [#start].
    ///
    /// @param name for the log
    /// @param stop how it ends
    /// @param end counted down when it has ended by itself or was closed
    StreamsRun(
            String name,
            Topology topology,
            Map<String, Object> settings,
            Stop stop,
            CountDownLatch end) {
        this.name = name;
        this.end = end;
        this.stop = stop;
        streams = new KafkaStreams(topology, new StreamsConfig(settings), new SteadyTime());
        streams.setUncaughtExceptionHandler(failures);
        streams.setStateListener(this::stateChanged);
    }

    /// Starts it; global stores are filled when it returns.
    void start() {
        try {
            streams.start();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /// The run as a monitor sees it.
    ///
    /// @param topics that are read
    /// @param threads there have to be
    StreamsWatch watch(Set<String> topics, int threads) {
        return new StreamsWatch(streams, topics, threads, failures::fatal);
    }

    KafkaStreams streams() {
        return streams;
    }

    /// Whether it reads records now.
    boolean isRunning() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    /// Waits for the end.
    void awaitEnd() throws InterruptedException {
        end.await();
    }

    /// Waits for the end up to that long; false where it still runs.
    boolean awaitEnd(Duration patience) throws InterruptedException {
        return end.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Why it ended by itself, if it did.
    Optional<String> failure() {
        return failures.fatal();
    }

    /// Stops within the bound. What is finished is committed; what is not stays in its store for
    /// the next start.
    @Override
    public void close() {
        close(stop.timeout());
    }

    /// As [#close()], with what is left of the bound.
    void close(Duration left) {
        // Leaving hands the partitions to another instance now, not when the session times out.
        CloseOptions options =
                CloseOptions.groupMembershipOperation(
                                stop.leavesGroup()
                                        ? GroupMembershipOperation.LEAVE_GROUP
                                        : GroupMembershipOperation.REMAIN_IN_GROUP)
                        .withTimeout(left.isNegative() ? Duration.ZERO : left);
        if (!streams.close(options)) {
            LOG.warn(
                    "stopping took longer than {} s; the rest was left as a crash would leave it",
                    stop.timeout().toSeconds());
        }
        end.countDown();
    }

    /// Tells a journal where the engine hangs, before anything is cancelled: a stop is the death
    /// then of whatever the model has.
    static void settleHang(EngineWatch engine, CrashJournal journal) {
        Optional<String> hang = engine.hang();
        if (hang.isPresent()) {
            LOG.warn("model: {}; it is noted that the process died of one of them", hang.get());
            journal.failed();
        }
    }

    /// Tells a journal how it ended, once it has.
    void settle(CrashJournal journal) {
        if (failure().isPresent()) {
            journal.failed();
        } else {
            journal.stopped();
        }
    }

    private void stateChanged(KafkaStreams.State now, KafkaStreams.State before) {
        LOG.info("{}: {} (was {})", name, now, before);
        if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
            end.countDown();
        }
    }
}

package dev.talaria.pipeline.failure;

import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;

/// What happens where a stream thread ends with an exception.
///
/// It is replaced, which begins again at the last commit: nothing is lost and nothing doubled. The
/// client is shut down instead where that cannot help: on an [Error], on what the broker will
/// refuse again, and after [#MAX_REPLACEMENTS] replacements within [#PERIOD].
public final class StreamFailurePolicy implements StreamsUncaughtExceptionHandler {

    /// Replacements within a period, after which the client ends.
    public static final int MAX_REPLACEMENTS = 5;

    /// The period over which replacements are counted.
    public static final Duration PERIOD = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(StreamFailurePolicy.class);

    private final LongSupplier nanoTime;
    private final Deque<Long> replacements = new ArrayDeque<>();
    private String fatal;

    public StreamFailurePolicy() {
        this(System::nanoTime);
    }

    StreamFailurePolicy(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// Why the client was shut down, if it was.
    public synchronized Optional<String> fatal() {
        return Optional.ofNullable(fatal);
    }

    @Override
    public synchronized StreamThreadExceptionResponse handle(Throwable exception) {
        Optional<String> hopeless = hopeless(exception);
        if (hopeless.isPresent() || tooManyReplacements()) {
            fatal = hopeless.orElseGet(() -> repeated(exception));
            LOG.error(
                    "stream thread failed, shutting down: {}",
                    fatal,
                    Failures.withoutQuotes(exception));
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        LOG.warn("stream thread failed, replacing it", Failures.withoutQuotes(exception));
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private static Optional<String> hopeless(Throwable exception) {
        for (Throwable t = exception; t != null; t = t.getCause()) {
            String finding = Failures.named(t);
            Optional<String> remedy =
                    switch (t) {
                        case RecordTooLargeException e ->
                                Optional.of(
                                        "raise max.message.bytes of the output and changelog"
                                                + " topics, or lower documents.max.bytes");
                        case AuthorizationException e ->
                                Optional.of("grant the rights the message names");
                        case AuthenticationException e ->
                                Optional.of("check the kafka.sasl and kafka.ssl settings");
                        case SerializationException e ->
                                Optional.of("run the version that wrote the state");
                        case OutOfMemoryError e ->
                                Optional.of("give the JVM more memory (TALARIA_OPTS=-Xmx…)");
                        case Error e -> Optional.of("start again; nothing was lost");
                        default -> Optional.empty();
                    };
            if (remedy.isPresent()) {
                return Optional.of("stream thread: " + finding + "; " + remedy.get());
            }
        }
        return Optional.empty();
    }

    private boolean tooManyReplacements() {
        long now = nanoTime.getAsLong();
        while (!replacements.isEmpty() && now - replacements.peek() > PERIOD.toNanos()) {
            replacements.remove();
        }
        replacements.add(now);
        return replacements.size() > MAX_REPLACEMENTS;
    }

    // Kafka Streams wraps what happened, and the wrapping quotes it.
    private static Throwable root(Throwable exception) {
        Throwable root = exception;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String repeated(Throwable exception) {
        return "stream thread: %s, more than %d times within %d s; remove the cause (the log has its stack) and start again"
                .formatted(Failures.named(root(exception)), MAX_REPLACEMENTS, PERIOD.toSeconds());
    }
}

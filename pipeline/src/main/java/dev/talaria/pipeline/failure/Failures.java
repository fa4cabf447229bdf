package dev.talaria.pipeline.failure;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/// Failures as the log may have them.
///
/// Messages of exceptions may quote a document, whoever made them; classes and stacks do not.
/// Kafka's own messages, which name topics, brokers and rights, are kept.
public final class Failures {

    private static final String OUTSPOKEN = "org.apache.kafka.common.errors.";

    private Failures() {}

    /// Class, stack and causes of it, without messages that may quote a document.
    public static Throwable withoutQuotes(Throwable failure) {
        return copy(failure, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    /// What it is in one line, without what may quote a document.
    public static String named(Throwable failure) {
        return told(failure, failure.getClass().getSimpleName());
    }

    private static String fullyNamed(Throwable failure) {
        return told(failure, failure.getClass().getName());
    }

    private static String told(Throwable failure, String name) {
        return failure.getClass().getName().startsWith(OUTSPOKEN) && failure.getMessage() != null
                ? name + ": " + failure.getMessage()
                : name;
    }

    private static Throwable copy(Throwable failure, Set<Throwable> seen) {
        seen.add(failure);
        Throwable cause = failure.getCause();
        Throwable copied = cause == null || seen.contains(cause) ? null : copy(cause, seen);
        Told told = new Told(failure, copied);
        told.setStackTrace(failure.getStackTrace());
        return told;
    }

    /// Stands in a log for another.
    private static final class Told extends Throwable {

        private static final long serialVersionUID = 1L;

        Told(Throwable failure, Throwable cause) {
            super(fullyNamed(failure), cause);
        }

        // What a log prints in front of the trace: the other's name, and not this one's.
        @Override
        @SuppressWarnings("OverrideThrowableToString")
        public String toString() {
            return getMessage();
        }
    }
}

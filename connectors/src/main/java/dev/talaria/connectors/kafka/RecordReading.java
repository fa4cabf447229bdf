package dev.talaria.connectors.kafka;

import static java.util.Objects.requireNonNull;

/// What a record turned out to be.
///
/// @param <T> what was looked for
public sealed interface RecordReading<T> {

    /// What was looked for.
    record Readable<T>(T value) implements RecordReading<T> {
        public Readable {
            requireNonNull(value, "value");
        }
    }

    /// A record it cannot be read from.
    ///
    /// @param errorClass a short stable name of the failure
    /// @param message place, finding and remedy, in one line
    record Unreadable<T>(String errorClass, String message) implements RecordReading<T> {
        public Unreadable {
            requireNonNull(errorClass, "errorClass");
            requireNonNull(message, "message");
        }
    }
}

package dev.talaria.pipeline.processor;

import dev.talaria.connectors.kafka.SourceRecord;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Which documents have to come out in the order in which they came in: those of one key, where
/// that is asked for. Documents without a key have no order. For a task's own thread.
final class KeyLanes {

    private final Ordering ordering;
    private final Map<ByteBuffer, Integer> open = new HashMap<>();

    KeyLanes(Ordering ordering) {
        this.ordering = ordering;
    }

    void clear() {
        open.clear();
    }

    /// The lane of a document; empty where it has none.
    Optional<ByteBuffer> of(SourceRecord source) {
        return switch (ordering) {
            case FREE -> Optional.empty();
            case KEY -> Optional.ofNullable(source.key()).map(ByteBuffer::wrap);
        };
    }

    /// A document begins to wait for its answer.
    void enter(SourceRecord source) {
        of(source).ifPresent(lane -> open.merge(lane, 1, Integer::sum));
    }

    /// A document's answer has gone out.
    void leave(SourceRecord source) {
        of(source)
                .ifPresent(lane -> open.computeIfPresent(lane, (key, n) -> n == 1 ? null : n - 1));
    }

    /// Whether a document before this one waits for its answer.
    boolean isBehindAnother(SourceRecord source) {
        return of(source).filter(open::containsKey).isPresent();
    }
}

package dev.talaria.pipeline.processor;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

import java.time.Duration;
import java.time.InstantSource;

/// A record's own timestamp; for one without, the time of the record before it, or now. Streams'
/// own choices are to stop or to drop the record.
///
/// A record from more than an hour ahead, of a topic that allows it, counts as one of now: whatever
/// comes of it is written with its time, and by default brokers refuse what is further ahead
/// (`message.timestamp.after.max.ms`), which would stop the thread that writes, and the next one
/// after it.
public final class RecordTime implements TimestampExtractor {

    private static final Duration MOST_AHEAD = Duration.ofHours(1);

    private final InstantSource clock;

    /// By the time of day.
    public RecordTime() {
        this(InstantSource.system());
    }

    RecordTime(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        long now = clock.millis();
        long time = record.timestamp() >= 0 ? record.timestamp() : partitionTime;
        return time < 0 || time - now > MOST_AHEAD.toMillis() ? now : time;
    }
}

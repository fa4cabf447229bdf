package dev.talaria.pipeline.processor;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

class RecordTimeTest {

    private static final long NOW = Instant.parse("2026-05-04T03:02:01Z").toEpochMilli();
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private final RecordTime time = new RecordTime(InstantSource.fixed(Instant.ofEpochMilli(NOW)));

    private long of(long timestamp, long partitionTime) {
        return time.extract(
                new ConsumerRecord<>(
                        "documents",
                        0,
                        0,
                        timestamp,
                        TimestampType.CREATE_TIME,
                        0,
                        0,
                        null,
                        null,
                        new RecordHeaders(),
                        Optional.empty()),
                partitionTime);
    }

    @Test
    void isTheRecordsOwn() {
        assertThat(of(5, 7)).isEqualTo(5);
        assertThat(of(NOW + HOUR, 7)).isEqualTo(NOW + HOUR);
    }

    @Test
    void isThatOfTheRecordBeforeWhereThereIsNone() {
        assertThat(of(-1, 7)).isEqualTo(7);
    }

    @Test
    void isNowWhereNobodyKnowsIt() {
        assertThat(of(-1, -1)).isEqualTo(NOW);
    }

    @Test
    void isNowWhereBrokersWouldRefuseItAsTooFarAhead() {
        assertThat(of(NOW + HOUR + 1, 7)).isEqualTo(NOW);
        assertThat(of(Long.MAX_VALUE, 7)).isEqualTo(NOW);
        assertThat(of(-1, Long.MAX_VALUE)).isEqualTo(NOW);
    }
}

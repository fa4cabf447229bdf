package dev.talaria.pipeline.processor;

import dev.talaria.connectors.kafka.SourceRecord;

import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// A record with the place it was read from.
final class RecordSource {

    private RecordSource() {}

    static SourceRecord of(ProcessorContext<?, ?> context, Record<byte[], byte[]> record) {
        RecordMetadata metadata =
                context.recordMetadata()
                        .orElseThrow(() -> new IllegalStateException("a record without a source"));
        return new SourceRecord(
                metadata.topic(),
                metadata.partition(),
                metadata.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                record.headers());
    }
}

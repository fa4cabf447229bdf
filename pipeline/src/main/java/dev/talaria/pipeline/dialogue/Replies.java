package dev.talaria.pipeline.dialogue;

import dev.talaria.connectors.kafka.OutputHeaders;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Provenance;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/// Replies as records.
final class Replies {

    private Replies() {}

    /// Sends a reply to the node of its kind, under the key of the record it answers.
    static void forward(
            ProcessorContext<byte[], byte[]> context,
            SourceRecord source,
            Reply reply,
            String answers,
            String rejected,
            DialogueListener listener) {
        switch (reply) {
            case Reply.Answer(byte[] json, Provenance provenance) -> {
                Headers headers = OutputHeaders.answer(source, source.documentId(), provenance);
                context.forward(record(source, json, headers), answers);
                listener.answered(provenance);
            }
            case Reply.Refusal(Extraction.Rejected refusal) -> {
                Headers headers = OutputHeaders.of(source, refusal);
                context.forward(record(source, source.value(), headers), rejected);
                listener.rejected(refusal);
            }
        }
    }

    private static Record<byte[], byte[]> record(
            SourceRecord source, byte[] value, Headers headers) {
        return new Record<>(source.key(), value, source.timestamp(), headers);
    }
}

package dev.talaria.pipeline.dialogue;

import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.connectors.kafka.SourceRecordSerde;
import dev.talaria.inference.ModelDescription;
import dev.talaria.pipeline.processor.RecordSource;
import dev.talaria.pipeline.processor.Refusals;
import dev.talaria.schemas.extraction.Extraction;

import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

import java.nio.charset.StandardCharsets;

/// Brings requests and results of a conversation to one place, whatever partitions their producers
/// chose: on to an inner topic, by conversation id, with the place they came from.
public final class ConversationRouter implements Processor<byte[], byte[], byte[], byte[]> {

    private final Wiring wiring;
    private final Refusals refusals;
    private final DialogueListener listener;
    private final Serializer<SourceRecord> records = SourceRecordSerde.serde().serializer();
    private ProcessorContext<byte[], byte[]> context;

    /// How the processor is joined to its topology.
    ///
    /// @param conversations child node for what belongs to a conversation
    /// @param rejected child node for what does not
    /// @param maxBytes the most that key, value and headers of a record may take together
    public record Wiring(String conversations, String rejected, int maxBytes) {}

    /// @param model named in the provenance of what is refused
    public ConversationRouter(Wiring wiring, ModelDescription model, DialogueListener listener) {
        this.wiring = wiring;
        this.listener = listener;
        this.refusals = new Refusals(model);
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        SourceRecord source = RecordSource.of(context, record);
        if (source.textKey().isEmpty()) {
            reject(
                    source,
                    "NoConversationId",
                    "record key: it is no text; set it to the conversation's id");
        } else if (source.sizeBytes() > wiring.maxBytes()) {
            reject(
                    source,
                    "DocumentTooLarge",
                    "record: %d bytes, more than documents.max.bytes = %d; shorten it or raise the limit"
                            .formatted(source.sizeBytes(), wiring.maxBytes()));
        } else {
            byte[] id = source.documentId().getBytes(StandardCharsets.UTF_8);
            byte[] value = records.serialize(null, source);
            context.forward(new Record<>(id, value, record.timestamp()), wiring.conversations());
        }
    }

    private void reject(SourceRecord source, String errorClass, String message) {
        Extraction.Rejected refusal = refusals.request(source.documentId(), errorClass, message);
        Replies.forward(
                context,
                source,
                new Reply.Refusal(refusal),
                wiring.conversations(),
                wiring.rejected(),
                listener);
    }
}

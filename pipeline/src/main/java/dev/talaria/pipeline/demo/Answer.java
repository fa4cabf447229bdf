package dev.talaria.pipeline.demo;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

import java.nio.charset.StandardCharsets;

/// One record of an output topic.
///
/// @param id the document's key
/// @param extracted whether it lay on the extractions topic
/// @param record as it was read
record Answer(String id, boolean extracted, ConsumerRecord<String, byte[]> record) {

    /// A record of one of the outputs that a configuration names.
    static Answer of(ConsumerRecord<String, byte[]> record, PipelineConfig config) {
        boolean extracted = record.topic().equals(config.topics().extractions());
        return new Answer(record.key(), extracted, record);
    }

    /// The value as text.
    String value() {
        return new String(record.value(), StandardCharsets.UTF_8);
    }

    /// A header's text; empty where there is none.
    String header(String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    /// Tokens the model wrote for it.
    long completionTokens() {
        String tokens = header(HeaderNames.TOKENS_COMPLETION);
        return tokens.isEmpty() ? 0 : Long.parseLong(tokens);
    }
}

package dev.talaria.connectors.kafka;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

import java.util.Optional;

/// A record as it was read from its topic, bytes untouched.
///
/// The arrays and headers are shared, not copied: nobody changes them.
///
/// @param topic where it was read
/// @param partition of that topic
/// @param offset in that partition
/// @param timestamp milliseconds since the epoch
/// @param key the record's key, or null
/// @param value the record's value, or null
/// @param headers as they came
public record SourceRecord(
        String topic,
        int partition,
        long offset,
        long timestamp,
        byte @Nullable [] key,
        byte @Nullable [] value,
        Headers headers) {

    public SourceRecord {
        requireNonNull(topic, "topic");
        requireNonNull(headers, "headers");
    }

    /// `topic-partition-offset`: no two records of a cluster share it.
    public String position() {
        return topic + "-" + partition + "-" + offset;
    }

    /// The document's id: the key where it is UTF-8 text, otherwise the position.
    public String documentId() {
        return textKey().orElseGet(this::position);
    }

    /// The key, where it is UTF-8 text that is not empty.
    public Optional<String> textKey() {
        if (key == null || key.length == 0) {
            return Optional.empty();
        }
        return switch (Utf8.decode(key)) {
            case Utf8.Text text -> Optional.of(text.value());
            case Utf8.Malformed malformed -> Optional.empty();
        };
    }

    /// The value of the last header of that name, if there is one that is not null.
    public Optional<byte[]> header(String name) {
        Header header = headers.lastHeader(name);
        return header == null ? Optional.empty() : Optional.ofNullable(header.value());
    }

    /// Bytes of key, value and headers together.
    public long sizeBytes() {
        long size = length(key) + length(value);
        for (Header header : headers) {
            size += header.key().length() + length(header.value());
        }
        return size;
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}

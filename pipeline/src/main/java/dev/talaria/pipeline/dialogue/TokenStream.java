package dev.talaria.pipeline.dialogue;

import dev.talaria.connectors.kafka.AnswerJson;
import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.connectors.kafka.OutputHeaders;
import dev.talaria.connectors.kafka.SourceRecord;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// One attempt at an answer whose text is passed on while it is written.
///
/// Its records have the request's key, or its id where it has none, so that they share a partition,
/// and count from 0. The last of them says why the text ends.
final class TokenStream {

    private final SourceRecord source;
    private final int attempt;
    private final PartialText text = new PartialText();
    private int index;

    /// @param attempt counts from 1; a later one begins the text anew
    TokenStream(SourceRecord source, int attempt) {
        this.source = source;
        this.attempt = attempt;
    }

    /// The request.
    SourceRecord source() {
        return source;
    }

    int attempt() {
        return attempt;
    }

    /// Whether no record was made of it yet.
    boolean isUntold() {
        return index == 0;
    }

    /// Where the engine puts the text.
    PartialText text() {
        return text;
    }

    /// What was written since the last record, if anything was.
    Optional<Record<byte[], byte[]>> next() {
        String piece = text.take();
        return piece.isEmpty() ? Optional.empty() : Optional.of(record(piece));
    }

    /// The last record, with what is left of the text.
    ///
    /// @param reason the answer's finish reason, or `REJECTED`
    Record<byte[], byte[]> last(String reason) {
        Record<byte[], byte[]> last = record(text.take());
        OutputHeaders.add(last.headers(), HeaderNames.STREAM_END, reason);
        return last;
    }

    private Record<byte[], byte[]> record(String piece) {
        String id = source.documentId();
        Headers headers = OutputHeaders.onTheWay(source, id);
        OutputHeaders.add(headers, HeaderNames.STREAM_ATTEMPT, attempt);
        OutputHeaders.add(headers, HeaderNames.STREAM_INDEX, index++);
        byte[] key = source.key() == null ? id.getBytes(StandardCharsets.UTF_8) : source.key();
        return new Record<>(key, AnswerJson.partial(piece), source.timestamp(), headers);
    }
}

package dev.talaria.connectors.kafka;

import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.extraction.TextSpan;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SchemaReference;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The headers of an output: the document's own, passed through, then where the answer came from
/// and, where there is none, why.
///
/// What Talaria writes is bounded: a message to [#MAX_MESSAGE_BYTES], the model's last output to
/// [#MAX_RAW_OUTPUT_BYTES], the places of chunks to [#MAX_CHUNKS_BYTES], anything else to
/// [#MAX_VALUE_BYTES], cut at a character's boundary.
public final class OutputHeaders {

    /// Most bytes of `x-error-message`.
    public static final int MAX_MESSAGE_BYTES = 2048;

    /// Most bytes of `x-raw-output`.
    public static final int MAX_RAW_OUTPUT_BYTES = 8192;

    /// Most bytes of `x-chunks`.
    public static final int MAX_CHUNKS_BYTES = 32 * 1024;

    /// Most bytes of any other header Talaria writes.
    public static final int MAX_VALUE_BYTES = 1024;

    private static final byte[] JSON = "application/json".getBytes(StandardCharsets.UTF_8);

    private OutputHeaders() {}

    /// Headers of the answer to a record. On extractions `content-type` becomes `application/json`;
    /// on rejected records it stays, since their value is the source's.
    public static Headers of(SourceRecord source, Extraction extraction) {
        return of(source, extraction, Optional.empty());
    }

    /// As above.
    ///
    /// @param task the registered one it was answered by
    public static Headers of(
            SourceRecord source, Extraction extraction, Optional<SchemaReference> task) {
        Headers headers = origin(source, extraction.documentId());
        if (task.isPresent()) {
            put(headers, HeaderNames.TASK_ID, task.get().id());
            put(headers, HeaderNames.TASK_VERSION, task.get().version());
        }
        provenance(headers, extraction.provenance());
        switch (extraction) {
            case Extraction.Extracted extracted -> json(headers);
            case Extraction.Rejected rejected -> reason(headers, rejected);
        }
        return headers;
    }

    /// Headers of a JSON record that is no answer yet.
    ///
    /// @param id by which the answer is matched
    public static Headers onTheWay(SourceRecord source, String id) {
        Headers headers = origin(source, id);
        json(headers);
        return headers;
    }

    /// Headers of an answer in JSON.
    ///
    /// @param id by which it is matched
    public static Headers answer(SourceRecord source, String id, Provenance provenance) {
        Headers headers = onTheWay(source, id);
        provenance(headers, provenance);
        return headers;
    }

    /// Adds one of Talaria's headers.
    public static void add(Headers headers, String name, Object value) {
        put(headers, name, value);
    }

    private static Headers origin(SourceRecord source, String id) {
        Headers headers = passedThrough(source);
        put(headers, HeaderNames.DOC_ID, id);
        put(headers, HeaderNames.SOURCE_TOPIC, source.topic());
        put(headers, HeaderNames.SOURCE_PARTITION, source.partition());
        put(headers, HeaderNames.SOURCE_OFFSET, source.offset());
        return headers;
    }

    private static void json(Headers headers) {
        headers.remove(HeaderNames.CONTENT_TYPE);
        headers.add(HeaderNames.CONTENT_TYPE, JSON);
    }

    private static Headers passedThrough(SourceRecord source) {
        Headers headers = new RecordHeaders();
        for (Header header : source.headers()) {
            boolean isWritten =
                    HeaderNames.WRITTEN.contains(header.key())
                            || HeaderNames.WRITTEN_IN_CONVERSATIONS.contains(header.key());
            if (!isWritten) {
                headers.add(header);
            }
        }
        return headers;
    }

    private static void provenance(Headers headers, Provenance provenance) {
        Optional<OutputSchema> schema = provenance.schema();
        if (schema.isPresent()) {
            put(headers, HeaderNames.SCHEMA_ID, schema.get().reference().id());
            put(headers, HeaderNames.SCHEMA_VERSION, schema.get().reference().version());
            put(headers, HeaderNames.SCHEMA_SHA256, schema.get().sha256());
        }
        put(headers, HeaderNames.MODEL, provenance.model());
        put(headers, HeaderNames.MODEL_SHA256, provenance.modelSha256());
        put(headers, HeaderNames.QUANT, provenance.quantization());
        put(headers, HeaderNames.PROMPT_VERSION, provenance.promptVersion());
        put(headers, HeaderNames.SEED, provenance.seed());
        put(headers, HeaderNames.ATTEMPTS, provenance.attempts());
        put(headers, HeaderNames.FINISH_REASON, provenance.finish());
        put(headers, HeaderNames.TOKENS_PROMPT, provenance.promptTokens());
        put(headers, HeaderNames.TOKENS_COMPLETION, provenance.completionTokens());
        put(headers, HeaderNames.TOKENS_CACHED, provenance.cachedTokens());
        put(headers, HeaderNames.LATENCY_MS, provenance.latency().toMillis());
        put(headers, HeaderNames.OPERATOR_VERSION, provenance.operatorVersion());
        if (provenance.cached()) {
            put(headers, HeaderNames.CACHED, true);
        }
        List<TextSpan> chunks = provenance.chunks();
        if (!chunks.isEmpty()) {
            String spans = chunks.stream().map(TextSpan::toString).collect(Collectors.joining(","));
            put(headers, HeaderNames.CHUNKS, chunks.size() + ";" + spans, MAX_CHUNKS_BYTES);
        }
    }

    private static void reason(Headers headers, Extraction.Rejected rejected) {
        put(headers, HeaderNames.ERROR_STAGE, rejected.stage());
        put(headers, HeaderNames.ERROR_CLASS, rejected.errorClass());
        put(headers, HeaderNames.ERROR_MESSAGE, rejected.message(), MAX_MESSAGE_BYTES);
        if (rejected.rawOutput().isPresent()) {
            String output = rejected.rawOutput().get();
            put(headers, HeaderNames.RAW_OUTPUT, output, MAX_RAW_OUTPUT_BYTES);
        }
    }

    private static void put(Headers headers, String name, Object value) {
        put(headers, name, value.toString(), MAX_VALUE_BYTES);
    }

    private static void put(Headers headers, String name, String value, int maxBytes) {
        headers.add(name, Utf8.encode(value, maxBytes));
    }
}

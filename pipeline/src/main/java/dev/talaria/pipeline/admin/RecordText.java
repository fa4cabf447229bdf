package dev.talaria.pipeline.admin;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.connectors.kafka.SourceRecord;

import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A record for people and for programs: bytes as text where they are text.
public final class RecordText {

    private static final JsonMapper JSON = JsonMapper.shared();

    private RecordText() {}

    /// The bytes as text where they are UTF-8.
    public static Optional<String> text(byte @Nullable [] bytes) {
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /// The key as text; its bytes in Base64 where they are none; `-` where there is none.
    public static String key(SourceRecord record) {
        return record.key() == null
                ? "-"
                : text(record.key()).orElseGet(() -> base64(record.key()));
    }

    /// The value as text, or what kind of bytes it is.
    public static String value(SourceRecord record) {
        byte[] value = record.value();
        if (value == null) {
            return "null";
        }
        return text(value)
                .orElseGet(() ->
                        "<%d bytes, %s>"
                                .formatted(
                                        value.length,
                                        header(record, HeaderNames.CONTENT_TYPE)
                                                .orElse("of no content type")));
    }

    /// The value indented where it is JSON, otherwise as it is.
    public static String prettyValue(SourceRecord record) {
        String value = value(record);
        return parsed(value)
                .map(json -> JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json))
                .orElse(value);
    }

    /// The last header of that name as text.
    public static Optional<String> header(SourceRecord record, String name) {
        return record.header(name).flatMap(RecordText::text);
    }

    /// All headers in their order, name and text; bytes that are no text in Base64.
    public static List<Map.Entry<String, String>> headers(SourceRecord record) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            byte[] value = header.value();
            headers.add(
                    Map.entry(
                            header.key(),
                            value == null
                                    ? ""
                                    : text(value).orElseGet(() -> "base64:" + base64(value))));
        }
        return headers;
    }

    /// The whole record. `value` is JSON where the record says that it is, otherwise a text;
    /// `value_base64` where it is none.
    public static String json(SourceRecord record) {
        ObjectNode root = JSON.createObjectNode();
        root.put("topic", record.topic());
        root.put("partition", record.partition());
        root.put("offset", record.offset());
        root.put("time", Instant.ofEpochMilli(record.timestamp()).toString());
        root.put("key", record.key() == null ? null : key(record));
        ObjectNode headers = root.putObject("headers");
        headers(record).forEach(header -> headers.put(header.getKey(), header.getValue()));
        byte[] value = record.value();
        Optional<String> text = text(value);
        if (value != null && text.isEmpty()) {
            root.put("value_base64", base64(value));
            return root.toString();
        }
        boolean isJson =
                header(record, HeaderNames.CONTENT_TYPE)
                        .filter("application/json"::equals)
                        .isPresent();
        Optional<JsonNode> json = isJson ? text.flatMap(RecordText::parsed) : Optional.empty();
        if (json.isPresent()) {
            root.set("value", json.get());
        } else {
            root.put("value", text.orElse(null));
        }
        return root.toString();
    }

    private static Optional<JsonNode> parsed(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            return json.isContainer() ? Optional.of(json) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}

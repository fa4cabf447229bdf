package dev.talaria.pipeline.processor;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

import java.nio.charset.StandardCharsets;

/// A value of the schemas topic and what its record said besides.
///
/// @param text a schema or a task
/// @param forced whether it counts though it breaks readers
public record RegisteredText(String text, boolean forced) {

    public RegisteredText {
        requireNonNull(text, "text");
    }

    /// One byte, 1 for forced, and the text in UTF-8.
    public static Serde<RegisteredText> serde() {
        return Serdes.serdeFrom(
                (topic, value) -> value == null ? null : value.bytes(),
                (topic, bytes) -> bytes == null ? null : of(bytes));
    }

    private byte[] bytes() {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[utf8.length + 1];
        bytes[0] = (byte) (forced ? 1 : 0);
        System.arraycopy(utf8, 0, bytes, 1, utf8.length);
        return bytes;
    }

    private static RegisteredText of(byte[] bytes) {
        String text = new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8);
        return new RegisteredText(text, bytes[0] == 1);
    }
}

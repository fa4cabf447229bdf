package dev.talaria.connectors.kafka;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Text from bytes, strictly: nothing is replaced, and the first wrong byte is named.
final class Utf8 {

    /// What became of the bytes.
    sealed interface Decoded {}

    record Text(String value) implements Decoded {}

    /// @param offset of the first byte that is not UTF-8
    record Malformed(int offset) implements Decoded {}

    private Utf8() {}

    static Decoded decode(byte[] bytes) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer input = ByteBuffer.wrap(bytes);
        CharBuffer output = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(input, output, true);
        if (result.isError()) {
            return new Malformed(input.position());
        }
        return new Text(output.flip().toString());
    }

    /// The text's bytes, cut at a character's boundary where they exceed the bound.
    static byte[] encode(String text, int maxBytes) {
        // No character takes less than a byte: what lies beyond needs no encoding.
        String head = text.length() > maxBytes ? text.substring(0, maxBytes) : text;
        byte[] bytes = head.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= maxBytes) {
            return bytes;
        }
        int end = maxBytes;
        while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }
}

package dev.talaria.inference.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Text out of tokens as they come.
///
/// A character whose bytes are spread over several tokens appears with the last of them; bytes that
/// can never become one appear as U+FFFD. Used by one thread at a time.
public final class StreamingDetokenizer {

    private static final int LONGEST_CHARACTER = 4;

    private final Vocabulary vocabulary;
    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);

    // Bytes of a character that is not yet whole.
    private byte[] pending = {};
    private boolean dropSpace;

    /// @param start whether a space in front was put there by encoding
    StreamingDetokenizer(Vocabulary vocabulary, TextStart start) {
        this.vocabulary = vocabulary;
        this.dropSpace = start == TextStart.FRESH && vocabulary.addSpacePrefix();
    }

    /// Takes the next token and returns the text that has become whole, which may be empty.
    ///
    /// @throws IndexOutOfBoundsException where the id is not of the vocabulary
    public String push(int token) {
        byte[] bytes = vocabulary.shownBytes(token);
        if (bytes.length == 0) {
            return "";
        }
        int from = dropSpace && bytes[0] == ' ' ? 1 : 0;
        dropSpace = false;
        return decode(bytes, from, false);
    }

    /// Ends the text: returns U+FFFD for a character that did not become whole, otherwise nothing.
    public String finish() {
        return decode(new byte[0], 0, true);
    }

    private String decode(byte[] bytes, int from, boolean isLast) {
        ByteBuffer in = ByteBuffer.allocate(pending.length + bytes.length - from);
        in.put(pending).put(bytes, from, bytes.length - from).flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + LONGEST_CHARACTER);
        decoder.decode(in, out, isLast);
        pending = new byte[in.remaining()];
        in.get(pending);
        if (isLast) {
            decoder.flush(out);
            decoder.reset();
        }
        return out.flip().toString();
    }
}

package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

class StringsTest {

    private static final Grammar STRING = Walk.grammar("{\"type\": \"string\"}");

    private static boolean accepts(Grammar grammar, int... octets) {
        Recognizer recognizer = grammar.start();
        for (int octet : octets) {
            if (!recognizer.push(octet)) {
                return false;
            }
        }
        return recognizer.isComplete();
    }

    @Test
    void everyCodePointHasExactlyItsOwnSpelling() {
        for (int codePoint = 0;
                codePoint <= Character.MAX_CODE_POINT;
                codePoint += 1 + codePoint / 97) {
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                continue;
            }
            String spelled = new String(CanonicalJson.character(codePoint), StandardCharsets.UTF_8);
            assertThat(Walk.accepts(STRING, '"' + spelled + '"')).as("U+%x", codePoint).isTrue();
            String escaped =
                    Character.toString(codePoint)
                            .chars()
                            .mapToObj("\\u%04X"::formatted)
                            .reduce("", String::concat);
            assertThat(Walk.accepts(STRING, '"' + escaped + '"'))
                    .as("escape of U+%x", codePoint)
                    .isEqualTo(spelled.equals(escaped));
        }
    }

    @Test
    void onlyUtf8IsAccepted() {
        for (int first = 0x80; first < 0x100; first++) {
            for (int second = 0x00; second < 0x100; second += 5) {
                int[] octets = {'"', first, second, 0x85, 0x9F, '"'};
                for (int length = 1; length <= 4; length++) {
                    int[] text = new int[length + 2];
                    System.arraycopy(octets, 0, text, 0, length + 1);
                    text[length + 1] = '"';
                    if (second == '"' || second == '\\') {
                        continue;
                    }
                    assertThat(accepts(STRING, text))
                            .as("%x %x, %d bytes", first, second, length)
                            .isEqualTo(isUtf8(text));
                }
            }
        }
    }

    private static boolean isUtf8(int[] text) {
        byte[] bytes = new byte[text.length];
        for (int i = 0; i < text.length; i++) {
            if (text[i] < 0x20) {
                return false;
            }
            bytes[i] = (byte) text[i];
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).length() > 0;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Test
    void otherEscapesAreNoSpelling() {
        for (String text :
                new String[] {
                    "\\/", "\\u0041", "\\u000a", "\\u000A", "\\u001F", "\\ud83d", "\\x"
                }) {
            assertThat(Walk.accepts(STRING, '"' + text + '"')).as(text).isFalse();
        }
        for (String text :
                new String[] {"\\n", "\\u0000", "\\u001f", "\\\"", "\\\\", "/", "\u007f"}) {
            assertThat(Walk.accepts(STRING, '"' + text + '"')).as(text).isTrue();
        }
    }

    @Test
    void lengthsCountCodePoints() {
        Grammar grammar =
                Walk.grammar("{\"type\": \"string\", \"minLength\": 2, \"maxLength\": 3}");

        assertThat(Walk.accepts(grammar, "\"a\"")).isFalse();
        assertThat(Walk.accepts(grammar, "\"é\"")).isFalse();
        assertThat(Walk.accepts(grammar, "\"é\\n\"")).isTrue();
        assertThat(Walk.accepts(grammar, "\"\uD83D\uDE00日\\u0001\"")).isTrue();
        assertThat(Walk.accepts(grammar, "\"abcd\"")).isFalse();
    }

    @Test
    void aMillionCharactersCostAsMuchAsTen() {
        Grammar grammar = Walk.grammar("{\"type\": \"string\", \"maxLength\": 1000000}");
        Recognizer recognizer = grammar.start();

        assertThat(grammar.minimumBytes()).isEqualTo(2);
        recognizer.push('"');
        for (int i = 0; i < 1_000_000; i++) {
            assertThat(recognizer.push('a')).isTrue();
        }
        assertThat(recognizer.push('a')).isFalse();
        assertThat(recognizer.push('"')).isTrue();
        assertThat(recognizer.isComplete()).isTrue();
    }

    @Test
    void aBoundOutOfReachMakesNoKeyOfItsOwn() {
        Recognizer recognizer = Walk.grammar("{\"type\": \"string\", \"maxLength\": 1000}").start();
        recognizer.push('"');
        Object atOnce = value(recognizer);
        for (int i = 0; i < 500; i++) {
            recognizer.push('a');
        }
        assertThat(value(recognizer)).isEqualTo(atOnce);
        for (int i = 0; i < 490; i++) {
            recognizer.push('a');
        }
        assertThat(value(recognizer)).isNotEqualTo(atOnce);
    }

    private static Object value(Recognizer recognizer) {
        return recognizer.readings(16, 16).getFirst().value();
    }
}

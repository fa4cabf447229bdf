package dev.talaria.inference.tokenizer;

import java.util.Arrays;
import java.util.Optional;

/// One visible character for each byte, as byte-level vocabularies spell their tokens (after
/// GPT-2): bytes that are printable in Latin-1 stand for themselves, the others for U+0100 onwards.
final class ByteAlphabet {

    private static final int SHIFTED = 0x100;
    private static final char[] CHARACTERS = new char[256];
    private static final short[] OCTETS = new short[2 * SHIFTED];

    static {
        int next = SHIFTED;
        for (int octet = 0; octet < 256; octet++) {
            boolean printable =
                    octet >= '!' && octet <= '~' || octet >= 0xA1 && octet <= 0xAC || octet >= 0xAE;
            CHARACTERS[octet] = (char) (printable ? octet : next++);
        }
        Arrays.fill(OCTETS, (short) -1);
        for (int octet = 0; octet < 256; octet++) {
            OCTETS[CHARACTERS[octet]] = (short) octet;
        }
    }

    private ByteAlphabet() {}

    /// The character of a byte.
    static char character(int octet) {
        return CHARACTERS[octet];
    }

    /// The bytes a text spells; empty where it has a character that is none of the alphabet.
    static Optional<byte[]> bytes(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = text.charAt(i);
            if (c >= OCTETS.length || OCTETS[c] < 0) {
                return Optional.empty();
            }
            bytes[i] = (byte) OCTETS[c];
        }
        return Optional.of(bytes);
    }
}

package dev.talaria.inference.decode;

import java.util.Arrays;
import java.util.function.IntPredicate;

/// The tokens that are whole characters other than `"`, `\` and control characters, by how many
/// characters they are. Immutable.
final class PlainTokens {

    private static final int NOT_PLAIN = 0;

    private final short[] characters;
    private final TokenMask[] upTo;

    /// @param chosen the tokens that count
    PlainTokens(TokenBytes vocabulary, IntPredicate chosen) {
        characters = new short[vocabulary.size()];
        int most = 0;
        for (int token = 0; token < characters.length; token++) {
            characters[token] =
                    (short)
                            (chosen.test(token)
                                    ? plainCharacters(vocabulary.bytes(token))
                                    : NOT_PLAIN);
            most = Math.max(most, characters[token]);
        }
        upTo = new TokenMask[most + 1];
        fill();
    }

    // A number of characters that no token has shares the set of the number below.
    private void fill() {
        boolean[] exists = new boolean[upTo.length];
        for (short count : characters) {
            exists[count] = true;
        }
        upTo[0] = new TokenMask(characters.length);
        for (int most = 1; most < upTo.length; most++) {
            upTo[most] = upTo[most - 1];
            if (exists[most]) {
                upTo[most] = new TokenMask(characters.length);
                upTo[most].set(upTo[most - 1]);
                allow(most);
            }
        }
    }

    private void allow(int count) {
        for (int token = 0; token < characters.length; token++) {
            if (characters[token] == count) {
                upTo[count].allow(token);
            }
        }
    }

    boolean isPlain(int token) {
        return characters[token] != NOT_PLAIN;
    }

    /// The plain tokens of so many characters at most; not to be changed.
    TokenMask upTo(long most) {
        return upTo[(int) Math.min(most, upTo.length - 1)];
    }

    // Characters of the text, or NOT_PLAIN.
    private static int plainCharacters(byte[] bytes) {
        int count = 0;
        for (int at = 0; at < bytes.length; count++) {
            int length = plainCharacter(bytes, at);
            if (length == 0) {
                return NOT_PLAIN;
            }
            at += length;
        }
        return count;
    }

    // Its bytes; 0 where there is none, as in overlong forms and surrogates (RFC 3629).
    private static int plainCharacter(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        if (first < 0x80) {
            return first < 0x20 || first == '"' || first == '\\' ? 0 : 1;
        }
        int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (length == 0 || at + length > bytes.length) {
            return 0;
        }
        int second = bytes[at + 1] & 0xFF;
        int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        boolean rest = second >= least && second <= most;
        for (byte octet : Arrays.copyOfRange(bytes, at + 2, at + length)) {
            rest &= (octet & 0xC0) == 0x80;
        }
        return rest ? length : 0;
    }
}

package dev.talaria.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

class PieceIndexTest {

    private static final String[] SYMBOLS = {"a", "b", "\u2581", "\u00E9", "\uD83D\uDE00"};

    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(1, 7); i > 0; i--) {
            text.append(SYMBOLS[random.nextInt(SYMBOLS.length)]);
        }
        return text.toString();
    }

    private static Vocabulary vocabulary(String... pieces) {
        VocabularyParts parts =
                new VocabularyParts(VocabularyParts.Spelling.SENTENCE_PIECE, 256 + pieces.length);
        for (int octet = 0; octet < 256; octet++) {
            parts.set(octet, "<0x%02X>".formatted(octet), TokenKind.BYTE);
        }
        for (int i = 0; i < pieces.length; i++) {
            parts.set(256 + i, pieces[i], TokenKind.NORMAL);
        }
        return new Vocabulary("test", parts);
    }

    private static int find(PieceIndex index, byte[] text, int from, int to) {
        long hash = 0;
        long beginning = 0;
        for (int i = 0; i < to; i++) {
            hash = PieceIndex.extended(hash, text[i]);
            beginning = i < from ? hash : beginning;
        }
        return index.find(text, from, to, PieceIndex.endHash(hash, beginning, to - from));
    }

    @Test
    void everyPartOfATextIsFoundThatIsAPieceAndNoOther() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        String[] pieces = new String[500];
        Map<String, Integer> expected = new HashMap<>();
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = text(random);
            expected.put(pieces[i], 256 + i);
        }
        PieceIndex index = new PieceIndex(vocabulary(pieces));
        assertThat(index.pieces()).as("seed %d", seed).isEqualTo(expected.size());
        for (int round = 0; round < 200; round++) {
            byte[] text = text(random).getBytes(StandardCharsets.UTF_8);
            for (int from = 0; from < text.length; from++) {
                for (int to = from + 1; to <= text.length; to++) {
                    String part = new String(text, from, to - from, StandardCharsets.UTF_8);
                    assertThat(find(index, text, from, to))
                            .as("seed %d, '%s'", seed, part)
                            .isEqualTo(expected.getOrDefault(part, PieceIndex.NONE));
                }
            }
        }
    }

    @Test
    void piecesOfMoreThan256CharactersAreNone() {
        String longest = "\u2581".repeat(256);
        PieceIndex index = new PieceIndex(vocabulary(longest, longest + "a", "a".repeat(257)));
        assertThat(index.pieces()).isEqualTo(1);
        assertThat(index.text(256)).hasSize(768);
    }
}

package dev.talaria.inference.chunked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.chunked.TextChunks.Chunk;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Random;

/// Chunks cover the text, are no longer than they may be, and end where a reader would pause.
class TextChunksTest {

    // Three characters a token, begun anew with every text: never fewer for the parts.
    private static int tokens(String text) {
        return (text.length() + 2) / 3;
    }

    private static List<Chunk> chunks(String text, int most, int overlap) {
        return TextChunks.of(text, TextChunksTest::tokens, most, overlap);
    }

    @Test
    void chunksOfAnyTextCoverItAndFit() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            String text = text(random);
            int most = 8 + random.nextInt(120);
            int overlap = random.nextInt(most / 4);
            List<Chunk> chunks = chunks(text, most, overlap);
            int end = 0;
            int begin = -1;
            for (Chunk chunk : chunks) {
                String about = "seed %d: %s of %s".formatted(seed, chunk, chunks);
                assertThat(chunk.from()).as(about).isLessThanOrEqualTo(end).isGreaterThan(begin);
                assertThat(chunk.to()).as(about).isGreaterThan(end);
                String part = text.substring(chunk.from(), chunk.to());
                assertThat(tokens(part)).as(about).isLessThanOrEqualTo(most);
                assertThat(Character.isLowSurrogate(part.charAt(0))).as(about).isFalse();
                String again = text.substring(chunk.from(), Math.max(chunk.from(), end));
                assertThat(tokens(again)).as(about).isLessThanOrEqualTo(overlap);
                begin = chunk.from();
                end = chunk.to();
            }
            assertThat(end).isEqualTo(text.length());
            assertThat(chunks(text, most, overlap)).isEqualTo(chunks);
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int pieces = 1 + random.nextInt(60);
        for (int i = 0; i < pieces; i++) {
            text.append(
                    switch (random.nextInt(7)) {
                        case 0 -> "\n\n";
                        case 1 -> "# Heading " + i + "\n";
                        case 2 -> "A sentence with some words. ";
                        case 3 -> "x".repeat(random.nextInt(90));
                        case 4 -> "\uD83D\uDE00".repeat(random.nextInt(40));
                        case 5 -> "词".repeat(random.nextInt(50)) + "。";
                        default -> "word, ";
                    });
        }
        return text.isEmpty() ? "a" : text.toString();
    }

    @Test
    void aTextThatFitsIsOneChunk() {
        assertThat(chunks("One. Two.\n\nThree.", 100, 10)).containsExactly(new Chunk(0, 17));
    }

    @Test
    void aHeadingBeginsAChunkWhereThereIsRoomForIt() {
        String text =
                "Some words of the first part.\n".repeat(4)
                        + "# Second\n"
                        + "More text. ".repeat(6);

        assertThat(chunks(text, 52, 0)).startsWith(new Chunk(0, text.indexOf("# Second")));
    }

    @Test
    void aParagraphIsNotLeftInsideWhereItsEndIsNear() {
        String paragraph = "These are words. And these are more words of it.\n\n";
        String text = paragraph.repeat(5);

        assertThat(chunks(text, 40, 0))
                .allSatisfy(chunk -> assertThat(chunk.to() % paragraph.length()).isZero());
    }

    @Test
    void aChunkBeginsWithTheSentenceBefore() {
        String text = "First sentence here. Second sentence here. Third sentence here. Fourth one.";
        List<Chunk> chunks = chunks(text, 16, 8);

        assertThat(chunks.get(1).from()).isEqualTo(text.indexOf("Second"));
        assertThat(chunks.getFirst().to()).isEqualTo(text.indexOf("Third"));
    }
}

package dev.talaria.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;

class StreamingDetokenizerTest {

    private static final long SEED = 3L;
    private static final int BYTES = 3;
    private static final int SPACED = VocabularyFile.FIRST;
    private static final int TAG = VocabularyFile.FIRST + 1;

    @TempDir Path folder;
    private Tokenizer tokenizer;

    @BeforeEach
    void writeVocabulary() throws IOException {
        tokenizer =
                new VocabularyFile()
                        .pieces("▁a")
                        .add("<tool_call>", TokenKind.USER_DEFINED, 0f)
                        .tokenizer(folder);
    }

    @Test
    void aCharacterAppearsWithItsLastByte() {
        StreamingDetokenizer detokenizer = tokenizer.detokenizer(TextStart.CONTINUED);
        byte[] utf8 = "é€😀".getBytes(StandardCharsets.UTF_8);
        String[] expected = {"", "é", "", "", "€", "", "", "", "😀"};
        for (int i = 0; i < utf8.length; i++) {
            assertThat(detokenizer.push(BYTES + (utf8[i] & 0xFF))).isEqualTo(expected[i]);
        }
        assertThat(detokenizer.finish()).isEmpty();
    }

    @Test
    void bytesThatAreNoTextBecomeTheReplacementCharacter() {
        StreamingDetokenizer detokenizer = tokenizer.detokenizer(TextStart.CONTINUED);
        assertThat(detokenizer.push(BYTES + 0xFF)).isEqualTo("\uFFFD");
        assertThat(detokenizer.push(BYTES + 0xE2)).isEmpty();
        assertThat(detokenizer.push(SPACED)).isEqualTo("\uFFFD a");
        assertThat(detokenizer.push(BYTES + 0xF0)).isEmpty();
        assertThat(detokenizer.finish()).isEqualTo("\uFFFD");
        assertThat(detokenizer.finish()).isEmpty();
    }

    @Test
    void onlyTheFirstSpaceOfAFreshTextIsDropped() {
        StreamingDetokenizer fresh = tokenizer.detokenizer(TextStart.FRESH);
        assertThat(fresh.push(1)).isEmpty();
        assertThat(fresh.push(SPACED)).isEqualTo("a");
        assertThat(fresh.push(SPACED)).isEqualTo(" a");
        assertThat(tokenizer.detokenizer(TextStart.CONTINUED).push(SPACED)).isEqualTo(" a");
    }

    @Test
    void controlTokensLeaveNothingAndTagsTheirSpelling() {
        int[] tokens = {1, TAG, SPACED, 2, 0};
        assertThat(tokenizer.decode(tokens, TextStart.CONTINUED)).isEqualTo("<tool_call> a");
    }

    @Test
    void anIdBeyondTheVocabularyIsRefused() {
        int[] tokens = {tokenizer.vocabulary().size()};
        assertThatThrownBy(() -> tokenizer.decode(tokens, TextStart.FRESH))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void everyPushGivesWholeCharactersWhateverTheTokens() {
        SplittableRandom random = new SplittableRandom(SEED);
        SmallTokenizers.all()
                .forEach((name, small) -> {
                    for (int round = 0; round < 300; round++) {
                        requireWholeCharacters(small, randomTokens(small, random), name);
                        int[] text = small.encodeText(randomText(random), TextStart.CONTINUED);
                        requireWholeCharacters(small, text, name);
                    }
                });
    }

    @Test
    void pushedPiecesAreTheTextAndAppearAsSoonAsTheyAreWhole() {
        SplittableRandom random = new SplittableRandom(SEED);
        SmallTokenizers.all()
                .forEach((name, small) -> {
                    for (int round = 0; round < 300; round++) {
                        String text = randomText(random);
                        StreamingDetokenizer pieces = small.detokenizer(TextStart.CONTINUED);
                        StringBuilder joined = new StringBuilder();
                        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                        for (int token : small.encodeText(text, TextStart.CONTINUED)) {
                            joined.append(pieces.push(token));
                            bytes.writeBytes(small.vocabulary().bytes(token));
                            assertThat(joined.toString())
                                    .as("seed %d, %s, text %s", SEED, name, text)
                                    .isEqualTo(wholeCharacters(bytes.toByteArray()));
                        }
                        assertThat(joined + pieces.finish()).isEqualTo(text);
                    }
                });
    }

    private static void requireWholeCharacters(Tokenizer small, int[] tokens, String name) {
        StreamingDetokenizer pieces = small.detokenizer(TextStart.CONTINUED);
        StringBuilder joined = new StringBuilder();
        for (int token : tokens) {
            String piece = pieces.push(token);
            assertThat(Surrogates.paired(piece)).as("seed %d, %s", SEED, name).isEqualTo(piece);
            joined.append(piece);
        }
        assertThat(joined.append(pieces.finish()).toString())
                .as("seed %d, %s", SEED, name)
                .isEqualTo(small.decode(tokens, TextStart.CONTINUED));
    }

    private static int[] randomTokens(Tokenizer small, SplittableRandom random) {
        return random.ints(random.nextInt(20), 0, small.vocabulary().size()).toArray();
    }

    private static String randomText(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            int c = random.nextInt(Character.MAX_CODE_POINT + 1);
            boolean isHalf = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            text.appendCodePoint(isHalf || random.nextBoolean() ? 'a' + random.nextInt(26) : c);
        }
        return text.toString();
    }

    // All but a last character that lacks bytes.
    private static String wholeCharacters(byte[] utf8) {
        int end = utf8.length;
        for (int back = 1; back <= Math.min(3, utf8.length); back++) {
            int octet = utf8[utf8.length - back] & 0xFF;
            int length = octet >= 0xF0 ? 4 : octet >= 0xE0 ? 3 : octet >= 0xC0 ? 2 : 1;
            if (octet >= 0xC0 && length > back) {
                end = utf8.length - back;
            }
        }
        return new String(utf8, 0, end, StandardCharsets.UTF_8);
    }
}

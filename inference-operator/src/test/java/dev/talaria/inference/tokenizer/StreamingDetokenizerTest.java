package dev.talaria.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

class StreamingDetokenizerTest {

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
}

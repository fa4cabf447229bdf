package dev.talaria.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.gguf.GgufArray;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.GgufType;
import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.MalformedGgufException;
import dev.talaria.inference.gguf.UnsupportedModelException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

class VocabularyTest {

    @TempDir Path folder;

    @Test
    void bytesAreWhatATokenAddsToAText() throws IOException {
        Vocabulary vocabulary =
                new VocabularyFile()
                        .pieces("▁größer")
                        .add("<tool_call>", TokenKind.USER_DEFINED, 0f)
                        .add("pad", TokenKind.UNUSED, 0f)
                        .tokenizer(folder)
                        .vocabulary();
        int first = VocabularyFile.FIRST;
        assertThat(vocabulary.bytes(first)).isEqualTo(" größer".getBytes(StandardCharsets.UTF_8));
        assertThat(vocabulary.bytes(vocabulary.byteToken(0xFE))).containsExactly(0xFE);
        for (int empty : new int[] {0, 1, 2, first + 1, first + 2}) {
            assertThat(vocabulary.bytes(empty)).as(vocabulary.text(empty)).isEmpty();
        }
    }

    @Test
    void aTurnEndsWithTheMarkerOfChatMlWhereThereIsOne() throws IOException {
        Vocabulary plain = new VocabularyFile().tokenizer(folder).vocabulary();
        assertThat(plain.endToken()).isEqualTo(2);
        Vocabulary chat =
                new VocabularyFile()
                        .add("<|im_end|>", TokenKind.CONTROL, 0f)
                        .tokenizer(folder)
                        .vocabulary();
        assertThat(chat.endToken()).isEqualTo(VocabularyFile.FIRST);
        assertThat(chat.endsGeneration(2)).isTrue();
        assertThat(chat.endsGeneration(1)).isFalse();
        Vocabulary stated =
                new VocabularyFile()
                        .set("eot_token_id", GgufValue.uint32(7))
                        .tokenizer(folder)
                        .vocabulary();
        assertThat(stated.endToken()).isEqualTo(7);
    }

    @Test
    void arraysOfOtherLengthsAreRefused() throws IOException {
        requireMalformed(
                new VocabularyFile().set("scores", GgufArray.of(new float[3])),
                "'tokenizer.ggml.scores': 3 entries for 259 tokens");
        requireMalformed(
                new VocabularyFile().set("token_type", GgufArray.of(new int[3])),
                "'tokenizer.ggml.token_type': 3 entries for 259 tokens");
    }

    @Test
    void idsBeyondTheVocabularyAreRefused() throws IOException {
        requireMalformed(
                new VocabularyFile().set("bos_token_id", GgufValue.uint32(259)),
                "'tokenizer.ggml.bos_token_id': 259 is not within 0 to 258");
        requireMalformed(
                new VocabularyFile().set("eos_token_id", new GgufValue.Whole(GgufType.INT32, -1)),
                "-1 is not within");
    }

    @Test
    void unknownKindsMisspeltBytesAndScoresThatAreNoNumbersAreRefused() throws IOException {
        int[] kinds = new int[259];
        kinds[5] = 9;
        requireMalformed(
                new VocabularyFile().set("token_type", GgufArray.of(kinds)),
                "token 5 has type 9; 0 to 6 exist");
        requireMalformed(
                new VocabularyFile().add("<0xGG>", TokenKind.BYTE, 0f),
                "byte token 259 is spelled otherwise");
        requireMalformed(
                new VocabularyFile().add("x", TokenKind.NORMAL, Float.NaN),
                "the score of token 259 is not a number");
    }

    @Test
    void aVocabularyWithoutAllBytesIsNotSupported() throws IOException {
        try (GgufFile file =
                new VocabularyFile().set("token_type", GgufArray.of(new int[259])).write(folder)) {
            assertThatThrownBy(() -> Vocabulary.of(file))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("no token <0x00>");
        }
    }

    @Test
    void anotherTokenizerIsNotSupported() throws IOException {
        try (GgufFile file =
                new VocabularyFile().set("model", new GgufValue.Text("bert")).write(folder)) {
            assertThatThrownBy(() -> Tokenizer.of(file))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("tokenizer 'bert' is not supported; 'llama'");
        }
    }

    private void requireMalformed(VocabularyFile vocabulary, String finding) throws IOException {
        try (GgufFile file = vocabulary.write(folder)) {
            assertThatThrownBy(() -> Vocabulary.of(file))
                    .isInstanceOf(MalformedGgufException.class)
                    .hasMessageContaining(finding);
        }
    }
}

package dev.talaria.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.IntStream;

/// Against encodings made with the official libraries: a fresh text, without a begin token.
class TokenizerVectorsTest {

    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void everyMistralVectorIsMet() throws IOException {
        Tokenizer tokenizer = SharedFiles.tokenizer(SharedFiles.HERMES);
        int count = 0;
        for (String line :
                Files.readAllLines(SharedFiles.file("data/tokenizers/vectors/mistral_v1.jsonl"))) {
            JsonNode vector = JSON.readTree(line);
            String text = vector.get("text").asString();
            JsonNode expected = vector.get("ids");
            int[] ids =
                    IntStream.range(0, expected.size()).map(i -> expected.get(i).asInt()).toArray();
            assertThat(tokenizer.encodeText(text, TextStart.FRESH)).as(text).isEqualTo(ids);
            assertThat(tokenizer.decode(ids, TextStart.FRESH))
                    .isEqualTo(vector.get("decoded").asString());
            count++;
        }
        assertThat(count).isGreaterThan(200);
    }

    @Test
    void aStoryComesBack() throws IOException {
        Tokenizer tokenizer = SharedFiles.tokenizer(SharedFiles.STORIES);
        int[] prompt = tokenizer.encodePrompt("Once upon a time");
        assertThat(prompt[0]).isEqualTo(tokenizer.vocabulary().beginToken());
        assertThat(prompt).hasSizeLessThan(10);
        assertThat(tokenizer.decode(prompt, TextStart.FRESH)).isEqualTo("Once upon a time");
    }
}

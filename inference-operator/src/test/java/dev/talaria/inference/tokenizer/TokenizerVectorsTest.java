package dev.talaria.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.tokenizer.chat.PromptEncoder;
import dev.talaria.inference.tokenizer.chat.TemplateText;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.IntStream;

/// Against encodings made with the official libraries: a fresh text, without a begin token.
class TokenizerVectorsTest {

    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @CsvSource({
        "mistral_v1, data/tokenizers/hermes-mistral-vocab.gguf",
        "mistral_v1, data/tokenizers/tokenizer.model.v1",
        "llama3, data/tokenizers/llama3-vocab.gguf",
        "llama3, data/tokenizers/llama3/tokenizer.model"
    })
    void everyVectorIsMet(String vectors, String model) throws IOException {
        Tokenizer tokenizer = SharedFiles.tokenizer(model);
        int count = 0;
        for (String line :
                Files.readAllLines(
                        SharedFiles.file("data/tokenizers/vectors/" + vectors + ".jsonl"))) {
            JsonNode vector = JSON.readTree(line);
            String text = vector.get("text").asString();
            int[] ids = ids(vector);
            assertThat(tokenizer.encodeText(text, TextStart.FRESH)).as(text).isEqualTo(ids);
            assertThat(tokenizer.decode(ids, TextStart.FRESH))
                    .isEqualTo(vector.path("decoded").asString(text));
            count++;
        }
        assertThat(count).isGreaterThan(200);
    }

    @Test
    void theEncodingOfTheLlama3StyleFolderIsMet() throws IOException {
        Tokenizer tokenizer =
                TokenizerFiles.of(SharedFiles.file("fixtures/hf/llama3-style/tokenizer.json"));
        JsonNode vector =
                JSON.readTree(
                        Files.readString(
                                SharedFiles.file("fixtures/hf/llama3-style/encoding.json")));
        TemplateText template = new TemplateText(tokenizer.vocabulary());
        assertThat(
                        new PromptEncoder(tokenizer)
                                .encode(template.pieces(vector.get("text").asString())))
                .isEqualTo(ids(vector));
    }

    @Test
    void aFolderSaysHowItsPromptsBeginAndEnd() throws IOException {
        Vocabulary llama =
                TokenizerFiles.of(SharedFiles.file("fixtures/hf/llama3-style")).vocabulary();
        assertThat(llama.text(llama.beginToken())).isEqualTo("<|begin_of_text|>");
        assertThat(llama.addBegin()).isFalse();
        assertThat(llama.text(llama.endToken())).isEqualTo("<|im_end|>");
        Vocabulary mistral =
                TokenizerFiles.of(SharedFiles.file("fixtures/hf/lora/base")).vocabulary();
        assertThat(mistral.text(mistral.beginToken())).isEqualTo("<s>");
        assertThat(mistral.addBegin()).isTrue();
        assertThat(mistral.text(mistral.endToken())).isEqualTo("<|im_end|>");
        assertThat(mistral.endsGeneration(mistral.special("</s>").orElseThrow())).isTrue();
    }

    @Test
    void aStoryComesBack() throws IOException {
        Tokenizer tokenizer = SharedFiles.tokenizer(SharedFiles.STORIES);
        int[] prompt = tokenizer.encodePrompt("Once upon a time");
        assertThat(prompt[0]).isEqualTo(tokenizer.vocabulary().beginToken());
        assertThat(prompt).hasSizeLessThan(10);
        assertThat(tokenizer.decode(prompt, TextStart.FRESH)).isEqualTo("Once upon a time");
    }

    private static int[] ids(JsonNode vector) {
        JsonNode ids = vector.get("ids");
        return IntStream.range(0, ids.size()).map(i -> ids.get(i).asInt()).toArray();
    }
}

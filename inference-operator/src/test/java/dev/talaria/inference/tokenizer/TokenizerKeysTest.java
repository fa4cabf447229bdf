package dev.talaria.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.GgufWriter;
import dev.talaria.inference.gguf.UnsupportedModelException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A tokenizer of any format, written as the keys of a GGUF file and read back, is the same one.
class TokenizerKeysTest {

    private static final List<String> PARTS =
            List.of(
                    "he",
                    "ll",
                    "hello",
                    "in",
                    "the",
                    " ",
                    "  ",
                    "\n",
                    "'ll",
                    "1234",
                    "é",
                    "😀",
                    "<tool_call>",
                    "<|im_end|>",
                    "▁",
                    "\u0000",
                    "Straße",
                    ", ",
                    "aaa",
                    "\r\n\t");

    @TempDir private Path folder;

    @Test
    void everyKindAndFormatComesBack() throws IOException {
        Map<String, Tokenizer> all = SmallTokenizers.all();
        Files.writeString(folder.resolve("tokenizer.json"), jsonOfScores().toString());
        int end = SmallTokenizers.pieces().size() + SmallTokenizers.SPECIALS.indexOf("<|im_end|>");
        Files.writeString(
                folder.resolve("generation_config.json"), "{\"eos_token_id\": " + end + "}");
        all.put("sentencepiece json", TokenizerFiles.of(folder));
        Files.delete(folder.resolve("tokenizer.json"));
        Files.write(folder.resolve("tokenizer.model"), SmallTokenizers.sentencePieceModel());
        all.put("sentencepiece model", TokenizerFiles.of(folder));
        for (Map.Entry<String, Tokenizer> entry : all.entrySet()) {
            Tokenizer tokenizer = entry.getValue();
            TokenizerKeys keys = TokenizerKeys.of("model", tokenizer, 0);
            assertSame(tokenizer, read(keys), entry.getKey());
            assertThat(keys.notes()).as(entry.getKey()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fixtures/hf/llama3-style",
                "fixtures/hf/lora/base",
                "data/tokenizers/tokenizer.model.v1",
                "data/tokenizers/llama3/tokenizer.model",
                "data/tokenizers/hermes-mistral-vocab.gguf"
            })
    void realOnesComeBack(String name) throws IOException {
        Tokenizer tokenizer = SharedFiles.tokenizer(name);
        TokenizerKeys keys = TokenizerKeys.of(name, tokenizer, 0);
        assertThat(keys.notes()).isEmpty();
        assertSame(tokenizer, read(keys), name);
    }

    @Test
    void idsBeyondTheVocabularyBecomeUnusedTokens() throws IOException {
        Tokenizer tokenizer = SmallTokenizers.all().get("sentencepiece model");
        int size = tokenizer.vocabulary().size();
        Vocabulary padded = read(TokenizerKeys.of("model", tokenizer, size + 3)).vocabulary();
        assertThat(padded.size()).isEqualTo(size + 3);
        assertThat(padded.kind(size + 2)).isEqualTo(TokenKind.UNUSED);
        assertThat(padded.text(size + 2)).isEqualTo("[PAD" + (size + 2) + "]");
        assertThat(padded.text(size - 1)).isEqualTo(tokenizer.vocabulary().text(size - 1));
    }

    @Test
    void templatesAndAllEndsOfAFolderComeBack() throws IOException {
        Files.write(folder.resolve("tokenizer.model"), SmallTokenizers.sentencePieceModel());
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                """
                {"bos_token": "<|begin_of_text|>", "added_tokens_decoder":
                  {"280": {"content": "<one>", "special": true}, "281": {"content": "<two>",
                   "special": true}, "282": {"content": "<three>", "special": true}},
                 "eos_token": "<one>", "chat_template": [
                  {"name": "default", "template": "plain"},
                  {"name": "tool_use", "template": "tools"}]}
                """);
        Files.writeString(
                folder.resolve("generation_config.json"), "{\"eos_token_id\": [280, 281, 282]}");
        Tokenizer tokenizer = TokenizerFiles.of(folder);
        TokenizerKeys keys = TokenizerKeys.of("model", tokenizer, 0);
        Tokenizer read = read(keys);
        assertThat(read.templates()).isEqualTo(tokenizer.templates());
        assertThat(read.vocabulary().beginToken()).isEqualTo(tokenizer.vocabulary().beginToken());
        assertThat(read.vocabulary().endsGeneration(280)).isTrue();
        assertThat(read.vocabulary().endsGeneration(281)).isTrue();
        assertThat(read.vocabulary().endsGeneration(282)).isFalse();
        assertThat(keys.notes()).singleElement().asString().contains("[282] end an answer");
    }

    @Test
    void whatReadersOfAFileDoOtherwiseIsNoted() {
        ObjectNode json = jsonOfScores();
        json.putNull("normalizer");
        json.putObject("pre_tokenizer")
                .put("type", "Metaspace")
                .put("replacement", "▁")
                .put("prepend_scheme", "first")
                .put("split", false);
        assertThat(keys(json).notes())
                .satisfiesExactly(
                        note -> assertThat(note).contains("begin with a space"),
                        note -> assertThat(note).contains("after a control token"),
                        note -> assertThat(note).contains("names no token that ends"));
        ObjectNode bytes = SmallTokenizers.byteLevelJson();
        assertThat(keys(bytes).notes()).isEmpty();
        // 'the': its 'he' is merged first.
        ((ObjectNode) bytes.get("model")).put("ignore_merges", false);
        assertThat(keys(bytes).notes()).singleElement().asString().startsWith("1 tokens that no");
    }

    @Test
    void mergesThatNoScoresBringAboutAreRefused() {
        assertThatThrownBy(() -> keys(SmallTokenizers.sentencePieceJson()))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("model: ", "its merges are others", "tokenizer.model");
    }

    private static TokenizerKeys keys(ObjectNode json) {
        return TokenizerKeys.of("model", tokenizer(json), 0);
    }

    private static Tokenizer tokenizer(ObjectNode json) {
        return SmallTokenizers.read("tokenizer.json", SmallTokenizers.utf8(json));
    }

    // With both ways to make '▁he', as where merges are taken from a SentencePiece model.
    private static ObjectNode jsonOfScores() {
        ObjectNode json = SmallTokenizers.sentencePieceJson();
        ((ArrayNode) json.path("model").path("merges")).insert(5, "▁ he");
        return json;
    }

    private Tokenizer read(TokenizerKeys keys) throws IOException {
        GgufWriter writer = new GgufWriter();
        keys.values().forEach(writer::set);
        Path file = folder.resolve("vocabulary.gguf");
        writer.write(file);
        try (GgufFile gguf = GgufFile.open(file)) {
            return Tokenizer.of(gguf);
        }
    }

    private static void assertSame(Tokenizer expected, Tokenizer actual, String place) {
        Vocabulary before = expected.vocabulary();
        Vocabulary after = actual.vocabulary();
        assertThat(after.size()).as(place).isEqualTo(before.size());
        for (int token = 0; token < before.size(); token++) {
            assertThat(after.kind(token)).as("%s, %d", place, token).isEqualTo(before.kind(token));
            assertThat(after.bytes(token))
                    .as("%s, bytes of %d", place, token)
                    .isEqualTo(before.bytes(token));
            assertThat(after.endsGeneration(token))
                    .as("%s, whether %d ends", place, token)
                    .isEqualTo(before.endsGeneration(token));
        }
        assertThat(after.addBegin()).as(place).isEqualTo(before.addBegin());
        assertThat(after.spacePrefix()).as(place).isEqualTo(before.spacePrefix());
        assertThat(after.specials())
                .as(place)
                .containsExactlyInAnyOrderElementsOf(before.specials());
        long seed = 11;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder();
            for (int part = random.nextInt(12); part >= 0; part--) {
                text.append(PARTS.get(random.nextInt(PARTS.size())));
            }
            String sample = text.toString();
            assertThat(actual.encodeText(sample, TextStart.FRESH))
                    .as("%s, seed %d: '%s'", place, seed, sample)
                    .isEqualTo(expected.encodeText(sample, TextStart.FRESH));
        }
    }
}

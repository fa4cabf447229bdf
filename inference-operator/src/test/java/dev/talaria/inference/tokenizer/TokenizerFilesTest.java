package dev.talaria.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.tokenizer.chat.Piece;
import dev.talaria.inference.tokenizer.chat.PromptEncoder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

class TokenizerFilesTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir Path folder;

    @Test
    void allFormatsOfOneVocabularyEncodeAlike() {
        Tokenizer json = read(SmallTokenizers.sentencePieceJson());
        Tokenizer model = SmallTokenizers.read("m", SmallTokenizers.sentencePieceModel());
        for (String text :
                List.of("hello", "hin", " he ll ", "é€", "hehellohein\n", "▁h", "", " ")) {
            assertThat(spelled(model, text)).as(text).isEqualTo(spelled(json, text));
        }
        Tokenizer ranks = SmallTokenizers.read("m", SmallTokenizers.rankFile());
        assertThat(ranks.encodeText("hello in", TextStart.FRESH)).containsExactly(259, 32, 260);
        assertThat(ranks.vocabulary().special("<|eot_id|>")).hasValue(263 + 9);
        assertThat(ranks.vocabulary().special("<|reserved_special_token_250|>"))
                .hasValue(263 + 255);
    }

    @ParameterizedTest
    @CsvSource({
        "always, 'he', true",
        "first, 'he', true",
        "never, 'he', false",
        "always, ' he', true"
    })
    void metaspacePutsAtMostOneSpaceInFront(String scheme, String text, boolean isPrefixed) {
        Tokenizer tokenizer = read(metaspace(scheme, false));
        assertThat(spelled(tokenizer, text)).containsExactly(isPrefixed ? "▁he" : "he");
    }

    @Test
    void metaspaceMayKeepWordsApart() {
        assertThat(spelled(read(metaspace("never", true)), "in  he"))
                .containsExactly("in", "▁", "▁he");
    }

    @Test
    void textAfterASpecialTokenIsPrefixedByItsScheme() {
        List<Piece> prompt =
                List.of(
                        new Piece.Text("he"),
                        new Piece.Control("<|im_end|>"),
                        new Piece.Text("he"));
        assertThat(spelled(metaspace("always", false), prompt))
                .containsExactly("▁he", "<|im_end|>", "▁he");
        assertThat(spelled(metaspace("first", false), prompt))
                .containsExactly("▁he", "<|im_end|>", "he");
        assertThat(spelled(SmallTokenizers.sentencePieceJson(), prompt))
                .containsExactly("▁he", "<|im_end|>", "▁he");
    }

    @Test
    void thePostProcessorSaysHowPromptsBegin() {
        ObjectNode json = SmallTokenizers.byteLevelJson();
        assertThat(read(json).vocabulary().addBegin()).isFalse();
        ObjectNode post = json.putObject("post_processor").put("type", "TemplateProcessing");
        post.putArray("single")
                .addObject()
                .putObject("SpecialToken")
                .put("id", "<|begin_of_text|>")
                .put("type_id", 0);
        Tokenizer tokenizer = read(json);
        assertThat(tokenizer.encodePrompt("hello")).containsExactly(263, 259);
        List<Piece> itself = List.of(new Piece.Control("<|begin_of_text|>"), new Piece.Text("in"));
        assertThat(new PromptEncoder(tokenizer).encode(itself)).containsExactly(263, 260);
    }

    @Test
    void theFilesBesideATokenizerCompleteIt() throws IOException {
        Files.write(folder.resolve("tokenizer.model"), SmallTokenizers.sentencePieceModel());
        int size =
                SmallTokenizers.read("m", SmallTokenizers.sentencePieceModel()).vocabulary().size();
        write(
                "tokenizer_config.json",
                """
                {"bos_token": {"content": "<|begin_of_text|>"}, "eos_token": "<|im_end|>",
                 "add_bos_token": false, "chat_template": [
                   {"name": "default", "template": "A"}, {"name": "tool_use", "template": "B"}],
                 "added_tokens_decoder": {"%d": {"content": "<x>", "special": false}}}
                """
                        .formatted(size + 1));
        write("added_tokens.json", "{\"<|y|>\": %d}".formatted(size));
        write("generation_config.json", "{\"eos_token_id\": [%d, 7]}".formatted(size));
        write("config.json", "{\"eos_token_id\": 9}");
        Tokenizer tokenizer = TokenizerFiles.of(folder);
        Vocabulary vocabulary = tokenizer.vocabulary();
        assertThat(vocabulary.size()).isEqualTo(size + 2);
        assertThat(vocabulary.kind(size)).isEqualTo(TokenKind.CONTROL);
        assertThat(vocabulary.kind(size + 1)).isEqualTo(TokenKind.USER_DEFINED);
        assertThat(vocabulary.addBegin()).isFalse();
        assertThat(vocabulary.text(vocabulary.beginToken())).isEqualTo("<|begin_of_text|>");
        assertThat(vocabulary.text(vocabulary.endOfStreamToken())).isEqualTo("<|im_end|>");
        for (int end : new int[] {size, 7, 9, vocabulary.endOfStreamToken()}) {
            assertThat(vocabulary.endsGeneration(end)).as("%d", end).isTrue();
        }
        assertThat(tokenizer.templates().forConversation(false)).contains("A");
        assertThat(tokenizer.templates().forConversation(true)).contains("B");
        assertThat(spelled(tokenizer, "<x>")).hasSizeGreaterThan(1);
    }

    @Test
    void tokenizerJsonIsPreferred() throws IOException {
        Files.write(folder.resolve("tokenizer.model"), SmallTokenizers.sentencePieceModel());
        Files.write(
                folder.resolve("tokenizer.json"),
                SmallTokenizers.utf8(SmallTokenizers.byteLevelJson()));
        assertThat(TokenizerFiles.of(folder)).isInstanceOf(ByteLevelTokenizer.class);
        write("chat_template.jinja", "C");
        assertThat(TokenizerFiles.of(folder).templates().forConversation(true)).contains("C");
    }

    @Test
    void whatIsNotThereIsSaid() throws IOException {
        assertThatThrownBy(() -> TokenizerFiles.of(folder))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("neither tokenizer.json nor tokenizer.model");
        assertThatThrownBy(() -> TokenizerFiles.of(folder.resolve("none")))
                .isInstanceOf(NoSuchFileException.class);
        Files.write(folder.resolve("tokenizer.model"), SmallTokenizers.sentencePieceModel());
        for (String config :
                List.of(
                        "{\"eos_token_id\": \"x\"}",
                        "{\"eos_token_id\": -1}",
                        "{\"eos_token_id\": [1e3]}",
                        "{\"eos_token_id\": 99999999}",
                        "{",
                        "{} {}")) {
            write("generation_config.json", config);
            assertThatThrownBy(() -> TokenizerFiles.of(folder))
                    .as(config)
                    .isInstanceOf(MalformedTokenizerException.class)
                    .hasMessageContaining("generation_config.json");
        }
    }

    @Test
    void aConfigurationThatContradictsTheTokenizerIsRefused() throws IOException {
        Files.write(folder.resolve("tokenizer.model"), SmallTokenizers.sentencePieceModel());
        write(
                "tokenizer_config.json",
                "{\"added_tokens_decoder\": {\"300\": {\"content\": \"<evil>\"}, \"258\":"
                        + " {\"content\": \"<evil>\"}}}");
        assertThatThrownBy(() -> TokenizerFiles.of(folder))
                .isInstanceOf(MalformedTokenizerException.class)
                .hasMessageContaining("token 258 is another");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model      | {\"type\": \"Unigram\", \"vocab\": []}   | the model type 'Unigram'",
                "model      | {\"type\": \"WordPiece\", \"vocab\": {}} | the model type"
                        + " 'WordPiece'",
                "normalizer | {\"type\": \"NFKC\"}                     | the normalizer 'NFKC'",
                "pre_tokenizer | {\"type\": \"ByteLevel\", \"add_prefix_space\": true} |"
                        + " combination"
            })
    void whatIsNotImplementedIsRefusedByName(String part, String value, String finding) {
        String json = SmallTokenizers.byteLevelJson().toString();
        ObjectNode root = (ObjectNode) JSON.readTree(json);
        root.set(part, JSON.readTree(value));
        assertThatThrownBy(() -> read(root))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining(finding)
                .hasMessageContaining("is not supported; ");
    }

    @Test
    void anotherSplitPatternIsRefusedByName() {
        ObjectNode root = SmallTokenizers.byteLevelJson();
        ObjectNode split = (ObjectNode) root.get("pre_tokenizer").get("pretokenizers").get(0);
        ((ObjectNode) split.get("pattern")).put("Regex", "\\p{N}");
        assertThatThrownBy(() -> read(root))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("the split pattern '\\p{N}' is not supported");
    }

    private static ObjectNode metaspace(String scheme, boolean split) {
        ObjectNode json = SmallTokenizers.sentencePieceJson();
        json.putNull("normalizer");
        json.putObject("pre_tokenizer")
                .put("type", "Metaspace")
                .put("replacement", "▁")
                .put("prepend_scheme", scheme)
                .put("split", split);
        return json;
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static Tokenizer read(ObjectNode json) {
        return SmallTokenizers.read("t.json", SmallTokenizers.utf8(json));
    }

    private static List<String> spelled(ObjectNode json, List<Piece> prompt) {
        Tokenizer tokenizer = read(json);
        return spelled(tokenizer, new PromptEncoder(tokenizer).encode(prompt));
    }

    private static List<String> spelled(Tokenizer tokenizer, String text) {
        return spelled(tokenizer, tokenizer.encodeText(text, TextStart.FRESH));
    }

    private static List<String> spelled(Tokenizer tokenizer, int[] tokens) {
        return Arrays.stream(tokens).mapToObj(tokenizer.vocabulary()::text).toList();
    }
}

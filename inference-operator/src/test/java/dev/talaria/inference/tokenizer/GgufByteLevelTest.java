package dev.talaria.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.gguf.GgufArray;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.GgufWriter;
import dev.talaria.inference.gguf.MalformedGgufException;
import dev.talaria.inference.gguf.UnsupportedModelException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Byte-level BPE out of a GGUF file's keys.
class GgufByteLevelTest {

    private static final String PREFIX = "tokenizer.ggml.";

    @TempDir Path folder;

    private GgufWriter file() {
        List<String> tokens = new ArrayList<>();
        List<Integer> kinds = new ArrayList<>();
        for (int octet = 0; octet < 256; octet++) {
            tokens.add(String.valueOf(ByteAlphabet.character(octet)));
            kinds.add(TokenKind.NORMAL.ordinal());
        }
        for (String word : List.of("he", "ll", "hell", "hello", "Ġh")) {
            tokens.add(word);
            kinds.add(TokenKind.NORMAL.ordinal());
        }
        tokens.add("<|begin_of_text|>");
        kinds.add(TokenKind.CONTROL.ordinal());
        tokens.add("<tool_call>");
        kinds.add(TokenKind.USER_DEFINED.ordinal());
        return new GgufWriter()
                .set(PREFIX + "model", "gpt2")
                .set(PREFIX + "pre", "llama-bpe")
                .set(PREFIX + "tokens", GgufArray.of(tokens))
                .set(
                        PREFIX + "token_type",
                        GgufArray.of(kinds.stream().mapToInt(Integer::intValue).toArray()))
                .set(PREFIX + "merges", merges("h e", "l l", "he ll", "hell o"))
                .set(PREFIX + "bos_token_id", GgufValue.uint32(261));
    }

    private static GgufArray merges(String... merges) {
        return GgufArray.of(List.of(merges));
    }

    private Tokenizer read(GgufWriter writer) throws IOException {
        Path path = folder.resolve("vocabulary.gguf");
        writer.write(path);
        try (GgufFile file = GgufFile.open(path)) {
            return Tokenizer.of(file);
        }
    }

    @Test
    void textIsMergedAndSpecialsStayTokensOfTheTemplate() throws IOException {
        Tokenizer tokenizer = read(file());
        assertThat(tokenizer.encodeText("hello h", TextStart.FRESH)).containsExactly(259, 260);
        assertThat(tokenizer.encodeText("<tool_call>", TextStart.FRESH)).doesNotContain(262);
        assertThat(tokenizer.vocabulary().special("<tool_call>")).hasValue(262);
        assertThat(tokenizer.encodePrompt("hello")).containsExactly(261, 259);
        assertThat(tokenizer.decode(new int[] {261, 262, 259}, TextStart.FRESH))
                .isEqualTo("<tool_call>hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "llama-v3"})
    void otherNamesOfTheSplitAreKnown(String pre) throws IOException {
        assertThat(read(file().set(PREFIX + "pre", pre)).encodeText("hello", TextStart.FRESH))
                .containsExactly(259);
    }

    @Test
    void withGpt2sSplitMergesDecide() throws IOException {
        Tokenizer tokenizer = read(file().set(PREFIX + "pre", "gpt-2"));
        assertThat(tokenizer.encodeText(" h", TextStart.FRESH))
                .containsExactly((int) ' ', (int) 'h');
        assertThat(tokenizer.vocabulary().addBegin()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "qwen2", "deepseek-llm", ""})
    void otherSplitsAreRefusedByName(String pre) {
        assertThatThrownBy(() -> read(file().set(PREFIX + "pre", pre)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("pre-tokenizer '" + pre + "' is not supported; 'llama-bpe'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h 😀", "he", " he", "he ", "h  e", "", "h e l"})
    void mergesThatAreNoneAreRefusedWithTheirPlace(String merge) {
        assertThatThrownBy(() -> read(file().set(PREFIX + "merges", merges("h e", merge))))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContaining("'tokenizer.ggml.merges': entry 1: ");
    }

    @Test
    void aByteWithoutATokenIsNotSupported() {
        List<String> tokens = List.of("a", "b");
        assertThatThrownBy(() ->
                        read(
                                file().set(PREFIX + "tokens", GgufArray.of(tokens))
                                        .set(PREFIX + "token_type", GgufArray.of(new int[] {1, 1}))
                                        .set(PREFIX + "bos_token_id", GgufValue.uint32(0))))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("no token <0x00>");
    }
}

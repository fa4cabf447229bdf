package dev.talaria.inference.tokenizer.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.tokenizer.SharedFiles;
import dev.talaria.schemas.validation.InvalidSchemaException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;

/// The characters of prompts, before they are tokens.
class ChatTextTest {

    @Test
    void turnsAreLaidOutAsChatMl() {
        List<Message> messages =
                List.of(
                        new Message(Role.SYSTEM, "s"),
                        new Message(Role.USER, "u"),
                        new Message(Role.ASSISTANT, "a"),
                        new Message(Role.TOOL, "t"));
        assertThat(flat(ChatMl.prompt(messages)))
                .isEqualTo(
                        """
                        <|im_start|>system
                        s<|im_end|>
                        <|im_start|>user
                        u<|im_end|>
                        <|im_start|>assistant
                        a<|im_end|>
                        <|im_start|>tool
                        t<|im_end|>
                        <|im_start|>assistant
                        """);
    }

    @Test
    void jsonModeIsThePublishedPrompt() throws IOException {
        String published =
                Files.readString(
                                SharedFiles.file("data/prompts/hermes-2-pro-mistral.json-mode.txt"))
                        .stripTrailing();
        String prompt = flat(ChatMl.prompt(List.of(HermesJsonMode.system("{schema}"))));
        assertThat(prompt).isEqualTo(published + "\n<|im_start|>assistant\n");
    }

    @Test
    void anExtractionHasTheSchemaThenInstructionAndDocument() {
        String prompt =
                flat(HermesJsonMode.extraction("{\"type\":\"object\"}", "Extract it.", "line\n2"));
        assertThat(prompt)
                .contains("<schema>\n{\"type\": \"object\"}\n</schema><|im_end|>\n")
                .endsWith(
                        "<|im_start|>user\nExtract it.\nline\n2<|im_end|>\n"
                                + "<|im_start|>assistant\n");
    }

    @Test
    void aMessageCannotHoldAControlToken() {
        List<Piece> content = List.of(ChatMl.END);
        assertThatThrownBy(() -> new Message(Role.USER, content))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("<|im_end|>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"b\":1,\"a\":[]} | {\"b\": 1, \"a\": []}",
                "[1.0,1e2,-0,12345678901234567890] | [1.0, 1e2, -0, 12345678901234567890]",
                "{ \"x\" : { } , \"y\":[{},[ ],null,true,false]} |"
                        + " {\"x\": {}, \"y\": [{}, [], null, true, false]}",
                "\"\\u00e9\\/\\u0001\\t\\\"\\\\\" | \"é/\\u0001\\t\\\"\\\\\"",
                "{\"größe\":\"€\"} | {\"größe\": \"€\"}",
                "true | true"
            })
    void aSchemaIsSpelledAsPythonWouldSpellIt(String json, String expected) {
        assertThat(SchemaSpelling.oneLine(json)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "{'a': 1}", "[1,]", "{\"a\" 1}", "nul"})
    void whatIsNotJsonIsRefused(String text) {
        assertThatThrownBy(() -> SchemaSpelling.oneLine(text))
                .isInstanceOf(InvalidSchemaException.class);
    }

    @Test
    void nestingWithoutEndIsRefused() {
        String deep = "[".repeat(100_000);
        assertThatThrownBy(() -> SchemaSpelling.oneLine(deep))
                .isInstanceOf(InvalidSchemaException.class);
    }

    private static String flat(List<Piece> pieces) {
        return pieces.stream().map(Piece::text).collect(Collectors.joining());
    }
}

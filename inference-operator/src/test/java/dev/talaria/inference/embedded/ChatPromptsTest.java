package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.ChatFormat;
import dev.talaria.inference.ChatOptions;
import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.tokenizer.SharedFiles;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.Tokenizer;
import dev.talaria.inference.tokenizer.TokenizerFiles;
import dev.talaria.inference.tokenizer.chat.HermesJsonMode;
import dev.talaria.inference.tokenizer.chat.Message;
import dev.talaria.schemas.chat.ChatMessage;
import dev.talaria.schemas.chat.ToolDefinition;
import dev.talaria.schemas.task.SamplingOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

class ChatPromptsTest {

    private static final SamplingOptions SAMPLING = new SamplingOptions(0f, 0, 1f, 0L, 8);
    private static final List<ToolDefinition> TOOLS =
            List.of(new ToolDefinition("now", "The time.", "{}"));

    @TempDir Path folder;

    @Test
    void theVocabularySuggestsTheFormat() throws IOException {
        assertThat(suiting(SharedFiles.MINI, false)).isEqualTo(ChatFormat.CHATML);
        assertThat(suiting(SharedFiles.MINI, true)).isEqualTo(ChatFormat.HERMES_TOOLS);
        assertThat(suiting(SharedFiles.LLAMA3, false)).isEqualTo(ChatFormat.LLAMA3);
        assertThat(suiting(SharedFiles.LLAMA3_STYLE, false)).isEqualTo(ChatFormat.CHATML);
    }

    @Test
    void aModelWithOnlyATemplateIsAskedThroughIt() throws IOException {
        Files.copy(
                SharedFiles.file("data/tokenizers/tokenizer.model.v1"),
                folder.resolve("tokenizer.model"));
        Files.writeString(
                folder.resolve("chat_template.jinja"),
                "{{ bos_token }}[{{ messages[0].content }}]");
        Tokenizer tokenizer = TokenizerFiles.of(folder);
        ChatPrompts prompts = new ChatPrompts(tokenizer);
        assertThat(prompts.suiting(false)).isEqualTo(ChatFormat.MODEL);
        int[] tokens =
                prompts.conversation(request("</s>hi", ChatOptions.DEFAULT), Optional.empty());
        assertThat(tokens[0]).isEqualTo(1);
        assertThat(Arrays.stream(tokens).skip(1)).doesNotContain(1, 2);
        assertThat(tokenizer.decode(tokens, TextStart.FRESH)).isEqualTo("[</s>hi]");
    }

    @Test
    void aTemplateThatWritesCallsInAnotherWayIsNotHeldToOurs() throws IOException {
        Files.copy(
                SharedFiles.file("data/tokenizers/tokenizer.model.v1"),
                folder.resolve("tokenizer.model"));
        ChatOptions chat = new ChatOptions(ChatFormat.AUTO, TOOLS, List.of());
        Path template = folder.resolve("chat_template.jinja");
        Files.writeString(template, "[TOOL_CALLS] {{ messages[0].content }}");
        ChatPrompts foreign = new ChatPrompts(TokenizerFiles.of(folder));
        assertThatThrownBy(() -> foreign.requireMarkedCalls(chat))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("<tool_call>");
        Files.writeString(template, "<tool_call> {{ messages[0].content }}");
        ChatPrompts hermes = new ChatPrompts(TokenizerFiles.of(folder));
        assertThatCode(() -> hermes.requireMarkedCalls(chat)).doesNotThrowAnyException();
    }

    @Test
    void everyFormatMayBeAskedFor() throws IOException {
        Tokenizer tokenizer = SharedFiles.tokenizer(SharedFiles.LLAMA3_STYLE);
        ChatPrompts prompts = new ChatPrompts(tokenizer);
        for (ChatFormat format :
                List.of(
                        ChatFormat.HERMES_TOOLS,
                        ChatFormat.HERMES_TOOLS_JSON,
                        ChatFormat.HERMES_TOOLS_EVALUATOR,
                        ChatFormat.HERMES_TOOLS_LLAMA3)) {
            TextRequest request = request("Hi", new ChatOptions(format, TOOLS, List.of()));
            int[] tokens = prompts.conversation(request, Optional.empty());
            assertThat(tokenizer.decode(tokens, TextStart.CONTINUED))
                    .as(format.text())
                    .contains("The time.")
                    .contains("function calling AI model");
        }
        for (ChatFormat format :
                List.of(ChatFormat.LLAMA3, ChatFormat.MODEL, ChatFormat.HERMES_JSON)) {
            TextRequest request = request("Hi", new ChatOptions(format, List.of(), List.of()));
            assertThatThrownBy(() -> prompts.conversation(request, Optional.empty()))
                    .as(format.text())
                    .isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void theTextForPeopleIsThatOfTheTokens() throws IOException {
        Tokenizer tokenizer = SharedFiles.tokenizer(SharedFiles.LLAMA3_STYLE);
        List<ChatMessage> earlier =
                List.of(new ChatMessage.User("one"), new ChatMessage.Assistant("two"));
        for (ChatFormat format :
                List.of(
                        ChatFormat.CHATML,
                        ChatFormat.HERMES_TOOLS,
                        ChatFormat.HERMES_TOOLS_JSON,
                        ChatFormat.HERMES_TOOLS_EVALUATOR)) {
            List<ToolDefinition> tools = format == ChatFormat.CHATML ? List.of() : TOOLS;
            TextRequest request = request("three", new ChatOptions(format, tools, earlier));
            int[] tokens = new ChatPrompts(tokenizer).conversation(request, Optional.empty());
            assertThat(plain(PromptText.of(request)))
                    .as(format.text())
                    .contains("one", "two", "three")
                    .isEqualTo(plain(tokenizer.decode(tokens, TextStart.CONTINUED)));
        }
        TextRequest other = request("Hi", new ChatOptions(ChatFormat.AUTO, TOOLS, List.of()));
        assertThatThrownBy(() -> PromptText.of(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'auto' depends on the model");
    }

    // Without what is a token of its own in some vocabularies.
    private static String plain(String text) {
        return text.replaceAll("<\\|im_(start|end)\\|>|</?(tools|tool_call|schema)>", "");
    }

    @Test
    void earlierTurnsComeBeforeThePrompt() throws IOException {
        Tokenizer tokenizer = SharedFiles.tokenizer(SharedFiles.MINI);
        ChatOptions chat =
                new ChatOptions(
                        ChatFormat.AUTO,
                        List.of(),
                        List.of(new ChatMessage.User("one"), new ChatMessage.Assistant("two")));
        int[] tokens =
                new ChatPrompts(tokenizer).conversation(request("three", chat), Optional.empty());
        assertThat(tokenizer.decode(tokens, TextStart.CONTINUED).replaceAll("\\s+", " "))
                .contains("user one assistant two user three assistant");
    }

    @Test
    void plainLlama3ModelsExtractInTheirOwnTurns() throws IOException {
        Tokenizer tokenizer = SharedFiles.tokenizer(SharedFiles.LLAMA3);
        List<Message> turns =
                List.of(HermesJsonMode.system("{}"), HermesJsonMode.user("Read it.", "text"));
        String prompt =
                tokenizer.decode(new ChatPrompts(tokenizer).extraction(turns), TextStart.CONTINUED);
        assertThat(prompt)
                .startsWith("system\n\nYou are a helpful assistant that answers in JSON.")
                .contains("<schema>\n{}\n</schema>")
                .endsWith("user\n\nRead it.\ntextassistant\n\n");
    }

    @Test
    void formatsHaveNames() {
        for (ChatFormat format : ChatFormat.values()) {
            assertThat(ChatFormat.named(format.text())).contains(format);
        }
        assertThat(ChatFormat.named("hermes-tools-llama3"))
                .contains(ChatFormat.HERMES_TOOLS_LLAMA3);
        assertThat(ChatFormat.named("none")).isEmpty();
    }

    private static ChatFormat suiting(String model, boolean hasTools) throws IOException {
        return new ChatPrompts(SharedFiles.tokenizer(model)).suiting(hasTools);
    }

    private static TextRequest request(String prompt, ChatOptions chat) {
        return new TextRequest(prompt, false, Optional.empty(), Optional.empty(), SAMPLING, chat);
    }
}

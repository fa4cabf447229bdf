package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.ChatFormat;
import dev.talaria.inference.ChatOptions;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.Shared;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.ToolChoice;
import dev.talaria.schemas.chat.ToolDefinition;
import dev.talaria.schemas.task.SamplingOptions;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// A model whose marks of calls are control tokens, and which nothing is enforced of.
class FreeCallsTest {

    @Test
    void theMarksThatAModelWritesArePartOfItsAnswerAndOtherControlTokensAreNot()
            throws IOException {
        OperatorConfig config =
                new OperatorConfig(
                        Optional.of(Shared.require("fixtures/hf/llama3-style")),
                        "auto",
                        2,
                        8,
                        2048,
                        1 << 26);
        String all;
        try (EmbeddedOperator operator = EmbeddedOperator.open(config)) {
            List<CompletableFuture<TextAnswer>> answers =
                    LongStream.range(0, 32)
                            .mapToObj(seed -> operator.generate(request(seed), _ -> {}))
                            .toList();
            all =
                    answers.stream()
                            .map(answer -> answer.join().text())
                            .collect(Collectors.joining("\n"));
        }
        assertThat(all)
                .contains("<tool_call>", "</tool_call>")
                .doesNotContain("<|im_start|>", "<tools>");
    }

    private static TextRequest request(long seed) {
        ToolDefinition tool = new ToolDefinition("f", "F", "{\"type\": \"object\"}");
        return new TextRequest(
                "Go on.",
                false,
                Optional.empty(),
                Optional.empty(),
                // So hot that all tokens are about equally probable.
                new SamplingOptions(100f, 0, 1f, seed, 400),
                new ChatOptions(
                        ChatFormat.HERMES_TOOLS_JSON,
                        List.of(tool),
                        new ToolChoice.Free(),
                        1,
                        List.of()));
    }
}

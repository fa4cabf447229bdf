package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.Shared;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextRequest;
import dev.talaria.schemas.task.SamplingOptions;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A real trained model at temperature 0 tells the story that another program recorded.
class StoryTest {

    private static final String BEGINNING = "Once upon a time";

    @ParameterizedTest
    @ValueSource(strings = {"vector", "scalar"})
    void theStoryIsTheRecordedOne(String kernels) throws Exception {
        Path file = Shared.require("data/stories260k/stories260K.gguf");
        String recorded = Files.readString(Shared.require("data/stories260k/story-temp0.txt"));
        TextRequest request =
                new TextRequest(
                        BEGINNING,
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        SamplingOptions.GREEDY.withMaxTokens(200));
        OperatorConfig config = new OperatorConfig(Optional.of(file), kernels, 2, 1, 0, 1 << 26);
        try (EmbeddedOperator operator = EmbeddedOperator.open(config)) {
            TextAnswer answer = operator.generate(request, _ -> {}).get(60, TimeUnit.SECONDS);
            assertThat(BEGINNING + answer.text()).isEqualToIgnoringNewLines(recorded.strip());
        }
    }
}

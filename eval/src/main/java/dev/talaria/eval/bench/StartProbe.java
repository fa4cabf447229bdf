package dev.talaria.eval.bench;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.embedded.EmbeddedOperator;
import dev.talaria.inference.embedded.LoadProgress;
import dev.talaria.schemas.task.SamplingOptions;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// A process that loads a model, writes one token and says when it came how far: started anew for
/// every measurement by [StartBench].
final class StartProbe {

    /// What the line with the times begins with.
    static final String MARK = "start-probe ";

    private static final String PROMPT = "What is the capital of France?";

    private OptionalLong firstWeights = OptionalLong.empty();
    private long lastWeights;

    private StartProbe() {}

    /// Loads and writes.
    ///
    /// @param arguments model, kernels, threads, and the folder of repacked weights where there is
    ///   one
    /// @throws IOException where the model cannot be read
    public static void main(String... arguments) throws IOException {
        long entered = System.currentTimeMillis();
        new StartProbe().run(entered, arguments);
    }

    @SuppressWarnings("SystemOut") // whoever started the process reads it
    private void run(long entered, String... arguments) throws IOException {
        OperatorConfig usual = OperatorConfig.DEFAULT;
        OperatorConfig config =
                new OperatorConfig(
                        Optional.of(Path.of(arguments[0])),
                        arguments[1],
                        Integer.parseInt(arguments[2]),
                        usual.maxSequences(),
                        usual.contextTokens(),
                        usual.kvCacheBytes(),
                        usual.serving(),
                        arguments.length > 3
                                ? Optional.of(Path.of(arguments[3]))
                                : Optional.empty());
        LoadProgress progress = (_, _) -> noteWeights();
        try (EmbeddedOperator operator = EmbeddedOperator.open(config, progress)) {
            long opened = System.currentTimeMillis();
            TextRequest request =
                    new TextRequest(
                            PROMPT,
                            false,
                            Optional.empty(),
                            Optional.empty(),
                            SamplingOptions.GREEDY.withMaxTokens(1));
            operator.generate(request, _ -> {}).join();
            long written = System.currentTimeMillis();
            System.out.println(
                    MARK
                            + JsonMapper.shared()
                                    .writeValueAsString(
                                            Map.of(
                                                    "entered", entered,
                                                    "firstWeights", firstWeights.orElse(opened),
                                                    "lastWeights", lastWeights,
                                                    "opened", opened,
                                                    "written", written)));
            System.out.flush();
            operator.model(); // notes the digest, where it is not noted yet, for the next start
        }
    }

    private void noteWeights() {
        lastWeights = System.currentTimeMillis();
        if (firstWeights.isEmpty()) {
            firstWeights = OptionalLong.of(lastWeights);
        }
    }
}

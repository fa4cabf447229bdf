package dev.talaria.pipeline.faults;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.embedded.EmbeddedOperator;
import dev.talaria.pipeline.app.ExtractionApplication;
import dev.talaria.pipeline.config.PipelineConfig;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// The pipeline as a process of its own, as `./talaria run` is one; told line by line to set its
/// clock (`clock MILLIS`) or to stop.
///
/// `-Dfaults.model=miniature` runs the model, anything else a script.
final class PipelineProcess {

    private PipelineProcess() {}

    public static void main(String[] arguments) throws Exception {
        PipelineConfig config = PipelineConfig.load(Path.of(arguments[0]), Map.of());
        boolean hasModel = "miniature".equals(System.getProperty("faults.model"));
        InferenceOperator operator =
                hasModel
                        ? EmbeddedOperator.open(OperatorConfig.DEFAULT)
                        : FaultDocuments.scriptedOperator();
        ExtractionApplication pipeline = ExtractionApplication.start(config, operator);
        Thread.ofPlatform().daemon().start(() -> listen(pipeline));
        boolean isRunning = false;
        while (!pipeline.awaitEnd(Duration.ofMillis(20))) {
            if (!isRunning && pipeline.isRunning()) {
                isRunning = true;
                System.out.println("@running");
            }
        }
        pipeline.failure().ifPresent(failure -> System.out.println("@failed: " + failure));
        pipeline.close();
        operator.close();
        System.exit(pipeline.failure().isPresent() ? 1 : 0);
    }

    private static void listen(ExtractionApplication pipeline) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("clock ")) {
                    JumpingClock.set(Long.parseLong(line.substring("clock ".length())));
                    System.out.println("clock set: " + line);
                } else if (line.equals("stop")) {
                    pipeline.close();
                    return;
                }
            }
        } catch (IOException e) {
            System.out.println("input: " + e);
        }
        // The test has gone.
        Runtime.getRuntime().halt(2);
    }
}

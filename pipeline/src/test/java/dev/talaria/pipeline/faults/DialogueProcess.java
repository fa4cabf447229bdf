package dev.talaria.pipeline.faults;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.scripted.ScriptedGenerator;
import dev.talaria.pipeline.app.Pipeline;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.config.PipelineConfig;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// The topologies of a configuration as a process of its own, with [DialogueScript] for a model; it
/// stops when it is told to, and ends when its input does.
final class DialogueProcess {

    private DialogueProcess() {}

    public static void main(String[] arguments) throws Exception {
        PipelineConfig config = PipelineConfig.load(Path.of(arguments[0]), Map.of());
        try (InferenceOperator operator = Samples.noteOperator();
                ScriptedGenerator generator = new ScriptedGenerator(DialogueScript::says);
                Pipeline pipeline = Pipeline.start(config, operator, generator)) {
            Thread.ofPlatform().daemon().start(() -> haltWithTheTest(pipeline));
            boolean isRunning = false;
            while (!pipeline.awaitEnd(Duration.ofMillis(20))) {
                if (!isRunning && pipeline.isRunning()) {
                    isRunning = true;
                    System.out.println("@running");
                }
            }
            pipeline.failure().ifPresent(failure -> System.out.println("@failed: " + failure));
        }
        System.exit(1);
    }

    static void haltWithTheTest(Pipeline pipeline) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("stop")) {
                    pipeline.close();
                    return;
                }
            }
        } catch (IOException e) {
            System.out.println("input: " + e);
        }
        Runtime.getRuntime().halt(2);
    }
}

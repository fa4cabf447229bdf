package dev.talaria.pipeline.faults;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.scripted.ScriptedGenerator;
import dev.talaria.pipeline.app.Pipeline;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.config.PipelineConfig;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// The topologies of a configuration as a process of its own, with [DialogueScript] for a model; it
/// ends when its input does.
final class DialogueProcess {

    private DialogueProcess() {}

    public static void main(String[] arguments) throws Exception {
        PipelineConfig config = PipelineConfig.load(Path.of(arguments[0]), Map.of());
        try (InferenceOperator operator = Samples.noteOperator();
                ScriptedGenerator generator = new ScriptedGenerator(DialogueScript::says);
                Pipeline pipeline = Pipeline.start(config, operator, generator)) {
            Thread.ofPlatform().daemon().start(DialogueProcess::haltWithTheTest);
            while (!pipeline.awaitEnd(Duration.ofSeconds(1))) {
                // Until it ends by itself, which it should not, or is killed.
                continue;
            }
            pipeline.failure().ifPresent(failure -> System.out.println("@failed: " + failure));
        }
        System.exit(1);
    }

    private static void haltWithTheTest() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is said here.
                continue;
            }
        } catch (IOException e) {
            System.out.println("input: " + e);
        }
        Runtime.getRuntime().halt(2);
    }
}

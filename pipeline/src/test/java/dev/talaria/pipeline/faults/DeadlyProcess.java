package dev.talaria.pipeline.faults;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.scripted.ScriptedGenerator;
import dev.talaria.inference.scripted.ScriptedOperator;
import dev.talaria.pipeline.app.Pipeline;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The topologies of a configuration as a process of its own, with a model that does not survive
/// some of what it is asked: it writes where it may not, as wrong machine code would, or halts.
final class DeadlyProcess {

    static final String WRITES = "writes where it may not";
    static final String HALTS = "halts";

    private static final long NOWHERE = 0xdead0000L;
    private static final int MILLIS = 20;

    private DeadlyProcess() {}

    public static void main(String[] arguments) throws Exception {
        PipelineConfig config = PipelineConfig.load(Path.of(arguments[0]), Map.of());
        try (InferenceOperator operator = new ScriptedOperator(DeadlyProcess::extract);
                ScriptedGenerator generator = new ScriptedGenerator(DeadlyProcess::says);
                Pipeline pipeline = Pipeline.start(config, operator, generator)) {
            Thread.ofPlatform().daemon().start(() -> DialogueProcess.haltWithTheTest(pipeline));
            while (!pipeline.awaitEnd(Duration.ofSeconds(1))) {
                // Until it dies of something, or is killed.
                continue;
            }
            pipeline.failure().ifPresent(failure -> System.out.println("@failed: " + failure));
        }
        System.exit(1);
    }

    private static Extraction extract(Document document, ExtractionTask task) {
        survive(document.text());
        return Samples.note(document, task);
    }

    // With a tool's result, the deadly conversation is in its second turn.
    private static List<String> says(TextRequest request) {
        boolean hasTools = !request.chat().tools().isEmpty();
        boolean isFirst = request.chat().earlier().isEmpty();
        if (hasTools && isFirst) {
            return List.of(
                    "<tool_call>\n"
                            + "{\"arguments\": {\"of\": 1}, \"name\": \"answer\"}\n"
                            + "</tool_call>\n");
        }
        survive(hasTools ? request.chat().earlier().toString() : request.prompt());
        return List.of("you", " said", " so");
    }

    @SuppressWarnings("restricted") // that it may crash is what it is for
    private static void survive(String text) {
        try {
            Thread.sleep(MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (text.contains(WRITES)) {
            MemorySegment.ofAddress(NOWHERE)
                    .reinterpret(Long.BYTES)
                    .set(ValueLayout.JAVA_LONG, 0, 1L);
        } else if (text.contains(HALTS)) {
            Runtime.getRuntime().halt(137);
        }
    }
}

package dev.talaria.pipeline.faults;

import dev.talaria.inference.EngineActivity;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelDescription;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/// The topologies of a configuration as a process of its own, with a model that does not survive
/// some of what it is asked: it writes where it may not, as wrong machine code would, halts, or
/// never comes back. Then it stops, as if whoever supervises it had asked it to.
final class DeadlyProcess {

    static final String WRITES = "writes where it may not";
    static final String HALTS = "halts";
    static final String HANGS = "hangs";

    private static final long NOWHERE = 0xdead0000L;
    private static final int MILLIS = 20;

    private static volatile long hungSince;

    private DeadlyProcess() {}

    public static void main(String[] arguments) throws Exception {
        PipelineConfig config = PipelineConfig.load(Path.of(arguments[0]), Map.of());
        try (InferenceOperator operator =
                        new Watched(new ScriptedOperator(DeadlyProcess::extract));
                ScriptedGenerator generator = new ScriptedGenerator(DeadlyProcess::says);
                Pipeline pipeline = Pipeline.start(config, operator, generator)) {
            Thread.ofPlatform().daemon().start(() -> DialogueProcess.haltWithTheTest(pipeline));
            Duration stall = Duration.ofSeconds(config.observation().stallSeconds());
            while (!pipeline.awaitEnd(Duration.ofSeconds(1)) && hungFor().compareTo(stall) <= 0) {
                // Until it dies of something, or is killed.
                continue;
            }
            pipeline.failure().ifPresent(failure -> System.out.println("@failed: " + failure));
        }
        System.exit(1);
    }

    /// A scripted operator that tells how long it has hung.
    private record Watched(InferenceOperator scripted) implements InferenceOperator {

        @Override
        public CompletableFuture<Extraction> submit(Document document, ExtractionTask task) {
            return scripted.submit(document, task);
        }

        @Override
        public ModelDescription model() {
            return scripted.model();
        }

        @Override
        public Optional<EngineActivity> activity() {
            return Optional.of(
                    new EngineActivity(false, hungFor(), 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        }

        @Override
        public void close() {
            scripted.close();
        }
    }

    private static Duration hungFor() {
        long since = hungSince;
        return since == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
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
        if (text.contains(HANGS)) {
            hungSince = System.nanoTime();
            while (true) {
                LockSupport.park();
            }
        } else if (text.contains(WRITES)) {
            MemorySegment.ofAddress(NOWHERE)
                    .reinterpret(Long.BYTES)
                    .set(ValueLayout.JAVA_LONG, 0, 1L);
        } else if (text.contains(HALTS)) {
            Runtime.getRuntime().halt(137);
        }
    }
}

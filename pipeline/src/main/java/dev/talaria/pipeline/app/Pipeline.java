package dev.talaria.pipeline.app;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.TextGenerator;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.dialogue.DialogueListener;
import dev.talaria.pipeline.processor.InFlightGate;
import dev.talaria.pipeline.processor.TrafficListener;
import dev.talaria.pipeline.topology.TopologyKind;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/// The topologies of a configuration as they run, and the operator they share.
///
/// The operator is the caller's: it is used until [#close] has returned and not closed here.
public final class Pipeline implements AutoCloseable {

    private final CountDownLatch end = new CountDownLatch(1);
    private final Optional<ExtractionApplication> extraction;
    private final List<DialogueApplication> dialogues = new ArrayList<>();

    private Pipeline(
            PipelineConfig config,
            InferenceOperator operator,
            TextGenerator generator,
            TrafficListener listener,
            Function<TopologyKind, DialogueListener> dialogueListeners) {
        InFlightGate gate = new InFlightGate(config.flow().inFlightMax());
        extraction =
                config.topologies().contains(TopologyKind.EXTRACTION)
                        ? Optional.of(
                                new ExtractionApplication(config, operator, gate, listener, end))
                        : Optional.empty();
        for (TopologyKind kind : config.topologies()) {
            switch (kind) {
                case EXTRACTION -> {}
                case CHAT, TOOLS ->
                        dialogues.add(
                                new DialogueApplication(
                                        kind,
                                        config,
                                        generator,
                                        operator,
                                        gate.beside(),
                                        dialogueListeners.apply(kind),
                                        end));
            }
        }
    }

    /// Starts what the configuration names; schemas are known when it returns.
    ///
    /// @param generator that answers where text is asked for; usually the operator itself
    public static Pipeline start(
            PipelineConfig config, InferenceOperator operator, TextGenerator generator) {
        return start(config, operator, generator, TrafficListener.NONE, _ -> DialogueListener.NONE);
    }

    /// As above, with listeners from the first document and request on.
    public static Pipeline start(
            PipelineConfig config,
            InferenceOperator operator,
            TextGenerator generator,
            TrafficListener listener,
            Function<TopologyKind, DialogueListener> dialogueListeners) {
        Pipeline pipeline = new Pipeline(config, operator, generator, listener, dialogueListeners);
        try {
            pipeline.extraction.ifPresent(ExtractionApplication::start);
            pipeline.dialogues.forEach(DialogueApplication::start);
        } catch (RuntimeException e) {
            pipeline.close();
            throw e;
        }
        return pipeline;
    }

    /// The part that reads documents, if there is one.
    Optional<ExtractionApplication> extraction() {
        return extraction;
    }

    /// The parts that read requests.
    List<DialogueApplication> dialogues() {
        return dialogues;
    }

    /// Whether all of it reads records now.
    public boolean isRunning() {
        return extraction.stream().allMatch(ExtractionApplication::isRunning)
                && dialogues.stream().allMatch(DialogueApplication::isRunning);
    }

    /// Waits until a part of it has ended by itself, or it was closed.
    public void awaitEnd() throws InterruptedException {
        end.await();
    }

    /// As [#awaitEnd], up to that long; false where all of it still runs.
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return end.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Why a part of it ended by itself, if one did.
    public Optional<String> failure() {
        return Stream.concat(
                        extraction.stream().flatMap(part -> part.failure().stream()),
                        dialogues.stream().flatMap(part -> part.failure().stream()))
                .findFirst();
    }

    /// Stops all of it at once, within the configured bound. Answers that are finished are
    /// committed; what has none stays pending for the next start.
    @Override
    public void close() {
        List<Thread> closing = new ArrayList<>();
        extraction.ifPresent(part -> closing.add(Thread.ofVirtual().start(part::close)));
        dialogues.forEach(part -> closing.add(Thread.ofVirtual().start(part::close)));
        closing.forEach(Pipeline::join);
    }

    private static void join(Thread closing) {
        try {
            closing.join();
        } catch (InterruptedException e) {
            // Nobody waits any longer; it goes on by itself.
            Thread.currentThread().interrupt();
        }
    }
}

package dev.talaria.pipeline.app;

import dev.talaria.connectors.kafka.ChatRequestReader;
import dev.talaria.connectors.kafka.ToolResultReader;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.TextGenerator;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.dialogue.ChatIntake;
import dev.talaria.pipeline.dialogue.ChatProcessor;
import dev.talaria.pipeline.dialogue.ConversationDesk;
import dev.talaria.pipeline.dialogue.ConversationProcessor;
import dev.talaria.pipeline.dialogue.ConversationRouter;
import dev.talaria.pipeline.dialogue.DialogueListener;
import dev.talaria.pipeline.failure.CrashJournal;
import dev.talaria.pipeline.processor.InFlightGate;
import dev.talaria.pipeline.topology.ChatTopology;
import dev.talaria.pipeline.topology.DialogueTopics;
import dev.talaria.pipeline.topology.ToolsTopology;
import dev.talaria.pipeline.topology.TopologyKind;

import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/// Chat or function calling as it runs.
///
/// The generator is the caller's: it is used until [#close] has returned and not closed here.
final class DialogueApplication implements AutoCloseable {

    private final TopologyKind kind;
    private final StreamsRun run;
    private final InFlightGate gate;
    private final CrashJournal journal;
    private final EngineWatch engine;
    private final Set<String> read;
    private final int streamThreads;

    /// What processors ask, and who hears of it.
    private record Asking(
            TextGenerator generator,
            ModelDescription model,
            InFlightGate gate,
            CrashJournal journal,
            DialogueListener listener) {

        static Asking unheard(
                PipelineConfig config, TextGenerator generator, ModelDescription model) {
            return new Asking(
                    generator,
                    model,
                    new InFlightGate(config.flow().inFlightMax()),
                    CrashJournal.none(),
                    DialogueListener.NONE);
        }
    }

    /// Not yet started.
    ///
    /// @param kind chat or tools
    /// @param operator whose engine the generator asks
    /// @param gate where its requests have their places
    /// @param end counted down when it has ended
    DialogueApplication(
            TopologyKind kind,
            PipelineConfig config,
            TextGenerator generator,
            InferenceOperator operator,
            InFlightGate gate,
            DialogueListener listener,
            CountDownLatch end) {
        this.kind = kind;
        this.gate = gate;
        this.journal = CrashJournal.in(ClientSettings.crashFile(config, kind));
        this.engine = EngineWatch.of(config.observation(), operator);
        this.read = read(kind, config.dialogueTopics());
        this.streamThreads = config.flow().streamThreads();
        this.run =
                new StreamsRun(
                        kind.text(),
                        topology(
                                kind,
                                config,
                                new Asking(generator, operator.model(), gate, journal, listener)),
                        ClientSettings.of(config, kind),
                        config.stop(),
                        end);
    }

    private static Set<String> read(TopologyKind kind, DialogueTopics topics) {
        return switch (kind) {
            case CHAT -> Set.of(topics.requests());
            case TOOLS -> Set.of(topics.conversations(), topics.toolResults());
            case EXTRACTION -> throw readsDocuments();
        };
    }

    private static Topology topology(TopologyKind kind, PipelineConfig config, Asking asking) {
        return switch (kind) {
            case CHAT -> chat(config, asking);
            case TOOLS -> tools(config, asking);
            case EXTRACTION -> throw readsDocuments();
        };
    }

    private static IllegalArgumentException readsDocuments() {
        return new IllegalArgumentException("extraction reads documents, not requests");
    }

    /// The graph of chat with its processors.
    static Topology chat(PipelineConfig config, TextGenerator generator, ModelDescription model) {
        return chat(config, Asking.unheard(config, generator, model));
    }

    /// The graph of function calling with its processors.
    static Topology tools(PipelineConfig config, TextGenerator generator, ModelDescription model) {
        return tools(config, Asking.unheard(config, generator, model));
    }

    private static Topology chat(PipelineConfig config, Asking asking) {
        ChatIntake intake =
                new ChatIntake(
                        new ChatRequestReader(config.flow().documentMaxBytes()),
                        config.task(),
                        asking.model());
        ChatProcessor.Wiring wiring =
                new ChatProcessor.Wiring(
                        ChatTopology.PENDING_STORE,
                        ChatTopology.ANSWERS,
                        ChatTopology.TOKENS,
                        ChatTopology.REJECTED,
                        ClientSettings.patience(config));
        return ChatTopology.build(
                config.dialogueTopics(),
                config.topics().rejected(),
                ClientSettings.pendingBytes(config),
                () ->
                        new ChatProcessor(
                                wiring,
                                intake,
                                asking.generator(),
                                asking.gate(),
                                asking.journal(),
                                asking.listener()));
    }

    private static Topology tools(PipelineConfig config, Asking asking) {
        int recordBytes = config.flow().documentMaxBytes();
        ConversationDesk desk =
                new ConversationDesk(
                        config.tools(),
                        new ChatRequestReader(recordBytes),
                        new ToolResultReader(recordBytes),
                        config.task(),
                        asking.model());
        ConversationRouter.Wiring route =
                new ConversationRouter.Wiring(
                        ToolsTopology.TO_CONVERSATIONS, ToolsTopology.UNROUTABLE, recordBytes);
        ConversationProcessor.Wiring converse =
                new ConversationProcessor.Wiring(
                        config.dialogueTopics().conversations(),
                        ToolsTopology.CONVERSATION_STORE,
                        ToolsTopology.CALLS,
                        ToolsTopology.ANSWERS,
                        ToolsTopology.REJECTED,
                        ClientSettings.patience(config));
        return ToolsTopology.build(
                config.dialogueTopics(),
                config.topics().rejected(),
                ClientSettings.conversationBytes(config),
                () -> new ConversationRouter(route, asking.model(), asking.listener()),
                () ->
                        new ConversationProcessor(
                                converse,
                                desk,
                                asking.generator(),
                                asking.gate(),
                                asking.journal(),
                                asking.listener()));
    }

    /// What it does.
    TopologyKind kind() {
        return kind;
    }

    void start() {
        journal.open();
        run.start();
    }

    /// Whether it reads records now.
    boolean isRunning() {
        return run.isRunning();
    }

    /// The run as a monitor sees it.
    StreamsWatch watch() {
        return run.watch(read, streamThreads);
    }

    /// Requests with the generator now.
    int inFlight() {
        return gate.inFlight();
    }

    /// Requests the process may have died of.
    int suspects() {
        return journal.suspects();
    }

    KafkaStreams streams() {
        return run.streams();
    }

    /// Why it ended by itself, if it did.
    Optional<String> failure() {
        return run.failure();
    }

    /// Stops within the configured bound.
    @Override
    public void close() {
        StreamsRun.settleHang(engine, journal);
        run.close();
        run.settle(journal);
    }
}

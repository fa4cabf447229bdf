package dev.talaria.pipeline.app;

import dev.talaria.connectors.kafka.ChatRequestReader;
import dev.talaria.connectors.kafka.ToolResultReader;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.TextGenerator;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.dialogue.ChatIntake;
import dev.talaria.pipeline.dialogue.ChatProcessor;
import dev.talaria.pipeline.dialogue.ConversationDesk;
import dev.talaria.pipeline.dialogue.ConversationProcessor;
import dev.talaria.pipeline.dialogue.ConversationRouter;
import dev.talaria.pipeline.dialogue.DialogueListener;
import dev.talaria.pipeline.processor.InFlightGate;
import dev.talaria.pipeline.topology.ChatTopology;
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
    private final Set<String> read;
    private final int streamThreads;

    private DialogueApplication(
            TopologyKind kind,
            Topology topology,
            PipelineConfig config,
            InFlightGate gate,
            Set<String> read,
            CountDownLatch end) {
        this.kind = kind;
        this.gate = gate;
        this.read = read;
        this.streamThreads = config.flow().streamThreads();
        this.run =
                new StreamsRun(
                        kind.text(), topology, ClientSettings.of(config, kind), config.stop(), end);
    }

    /// Chat, not yet started.
    ///
    /// @param end counted down when it has ended
    static DialogueApplication chat(
            PipelineConfig config,
            TextGenerator generator,
            ModelDescription model,
            DialogueListener listener,
            CountDownLatch end) {
        InFlightGate gate = new InFlightGate(config.flow().inFlightMax());
        return new DialogueApplication(
                TopologyKind.CHAT,
                chat(config, generator, model, gate, listener),
                config,
                gate,
                Set.of(config.dialogueTopics().requests()),
                end);
    }

    /// Function calling, not yet started.
    ///
    /// @param end counted down when it has ended
    static DialogueApplication tools(
            PipelineConfig config,
            TextGenerator generator,
            ModelDescription model,
            DialogueListener listener,
            CountDownLatch end) {
        InFlightGate gate = new InFlightGate(config.flow().inFlightMax());
        return new DialogueApplication(
                TopologyKind.TOOLS,
                tools(config, generator, model, gate, listener),
                config,
                gate,
                Set.of(
                        config.dialogueTopics().conversations(),
                        config.dialogueTopics().toolResults()),
                end);
    }

    /// The graph of chat with its processors.
    static Topology chat(PipelineConfig config, TextGenerator generator, ModelDescription model) {
        InFlightGate gate = new InFlightGate(config.flow().inFlightMax());
        return chat(config, generator, model, gate, DialogueListener.NONE);
    }

    private static Topology chat(
            PipelineConfig config,
            TextGenerator generator,
            ModelDescription model,
            InFlightGate gate,
            DialogueListener listener) {
        ChatIntake intake =
                new ChatIntake(
                        new ChatRequestReader(config.flow().documentMaxBytes()),
                        config.task(),
                        model);
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
                () -> new ChatProcessor(wiring, intake, generator, gate, listener));
    }

    /// The graph of function calling with its processors.
    static Topology tools(PipelineConfig config, TextGenerator generator, ModelDescription model) {
        InFlightGate gate = new InFlightGate(config.flow().inFlightMax());
        return tools(config, generator, model, gate, DialogueListener.NONE);
    }

    private static Topology tools(
            PipelineConfig config,
            TextGenerator generator,
            ModelDescription model,
            InFlightGate gate,
            DialogueListener listener) {
        int recordBytes = config.flow().documentMaxBytes();
        ConversationDesk desk =
                new ConversationDesk(
                        config.tools(),
                        new ChatRequestReader(recordBytes),
                        new ToolResultReader(recordBytes),
                        config.task(),
                        model);
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
                () -> new ConversationRouter(route, model, listener),
                () -> new ConversationProcessor(converse, desk, generator, gate, listener));
    }

    /// What it does.
    TopologyKind kind() {
        return kind;
    }

    void start() {
        run.start();
    }

    /// The run as a monitor sees it.
    StreamsWatch watch() {
        return run.watch(read, streamThreads);
    }

    /// Requests with the generator now.
    int inFlight() {
        return gate.inFlight();
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
        run.close();
    }
}

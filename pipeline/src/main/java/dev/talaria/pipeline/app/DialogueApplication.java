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
import dev.talaria.pipeline.processor.InFlightGate;
import dev.talaria.pipeline.topology.ChatTopology;
import dev.talaria.pipeline.topology.ToolsTopology;
import dev.talaria.pipeline.topology.TopologyKind;

import org.apache.kafka.streams.Topology;

import java.util.concurrent.CountDownLatch;

/// Chat and function calling as they are put together.
///
/// The generator is the caller's: it is used until the run is closed, and not closed here.
final class DialogueApplication {

    private DialogueApplication() {}

    /// The graph of chat with its processors.
    static Topology chat(PipelineConfig config, TextGenerator generator, ModelDescription model) {
        ChatIntake intake =
                new ChatIntake(
                        new ChatRequestReader(config.flow().documentMaxBytes()),
                        config.task(),
                        model);
        InFlightGate gate = new InFlightGate(config.flow().inFlightMax());
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
                () -> new ChatProcessor(wiring, intake, generator, gate));
    }

    /// The graph of function calling with its processors.
    static Topology tools(PipelineConfig config, TextGenerator generator, ModelDescription model) {
        int recordBytes = config.flow().documentMaxBytes();
        ConversationDesk desk =
                new ConversationDesk(
                        config.tools(),
                        new ChatRequestReader(recordBytes),
                        new ToolResultReader(recordBytes),
                        config.task(),
                        model);
        InFlightGate gate = new InFlightGate(config.flow().inFlightMax());
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
                () -> new ConversationRouter(route, model),
                () -> new ConversationProcessor(converse, desk, generator, gate));
    }

    /// A run of function calling that is not yet started.
    ///
    /// @param end counted down when it has ended
    static StreamsRun toolsRun(
            PipelineConfig config,
            TextGenerator generator,
            ModelDescription model,
            CountDownLatch end) {
        return run(TopologyKind.TOOLS, tools(config, generator, model), config, end);
    }

    /// A run of chat that is not yet started.
    ///
    /// @param end counted down when it has ended
    static StreamsRun chatRun(
            PipelineConfig config,
            TextGenerator generator,
            ModelDescription model,
            CountDownLatch end) {
        return run(TopologyKind.CHAT, chat(config, generator, model), config, end);
    }

    private static StreamsRun run(
            TopologyKind kind, Topology topology, PipelineConfig config, CountDownLatch end) {
        return new StreamsRun(
                kind.text(), topology, ClientSettings.of(config, kind), config.stop(), end);
    }
}

package dev.talaria.pipeline.app;

import dev.talaria.connectors.kafka.ChatRequestReader;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.TextGenerator;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.dialogue.ChatIntake;
import dev.talaria.pipeline.dialogue.ChatProcessor;
import dev.talaria.pipeline.processor.InFlightGate;
import dev.talaria.pipeline.topology.ChatTopology;
import dev.talaria.pipeline.topology.TopologyKind;

import org.apache.kafka.streams.Topology;

import java.util.concurrent.CountDownLatch;

/// Chat as it is put together.
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
                        ClientSettings.PATIENCE);
        return ChatTopology.build(
                config.dialogueTopics(),
                config.topics().rejected(),
                ClientSettings.pendingBytes(config),
                () -> new ChatProcessor(wiring, intake, generator, gate));
    }

    /// A run of chat that is not yet started.
    ///
    /// @param end counted down when it has ended
    static StreamsRun chatRun(
            PipelineConfig config,
            TextGenerator generator,
            ModelDescription model,
            CountDownLatch end) {
        return new StreamsRun(
                TopologyKind.CHAT.text(),
                chat(config, generator, model),
                ClientSettings.of(config, TopologyKind.CHAT),
                ClientSettings.stopTimeout(config),
                end);
    }
}

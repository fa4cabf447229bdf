package dev.talaria.pipeline.topology;

import dev.talaria.pipeline.dialogue.ChatProcessor;
import dev.talaria.pipeline.processor.RecordTime;

import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

import java.util.function.Supplier;

/// The graph: requests to `chat` to answers, partial text and rejected requests.
///
/// Names of nodes and stores are fixed, since the pending store's changelog topic is named after
/// them.
public final class ChatTopology {

    public static final String REQUESTS = "requests";
    public static final String CHAT = "chat";
    public static final String ANSWERS = "answers";
    public static final String TOKENS = "tokens";
    public static final String REJECTED = "rejected";
    public static final String PENDING_STORE = "pending";

    private ChatTopology() {}

    /// The topic that keeps the pending requests of an application, as Kafka Streams names it.
    ///
    /// @param applicationId of this topology
    public static String pendingTopic(String applicationId) {
        return applicationId + "-" + PENDING_STORE + "-changelog";
    }

    /// Builds the graph.
    ///
    /// @param topics read and written
    /// @param rejected topic of requests without an answer
    /// @param maxPendingBytes the most a pending request takes on the changelog
    /// @param chat makes a processor per task
    public static Topology build(
            DialogueTopics topics,
            String rejected,
            int maxPendingBytes,
            Supplier<ChatProcessor> chat) {
        Topology topology = new Topology();
        topology.addSource(
                AutoOffsetReset.earliest(),
                REQUESTS,
                new RecordTime(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.requests());
        topology.addProcessor(CHAT, chat::get, REQUESTS);
        topology.addStateStore(PendingStore.ofRecords(PENDING_STORE, maxPendingBytes), CHAT);
        sink(topology, ANSWERS, topics.answers());
        sink(topology, TOKENS, topics.tokens());
        sink(topology, REJECTED, rejected);
        return topology;
    }

    private static void sink(Topology topology, String node, String topic) {
        topology.addSink(node, topic, new ByteArraySerializer(), new ByteArraySerializer(), CHAT);
    }
}

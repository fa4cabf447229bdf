package dev.talaria.pipeline.topology;

import dev.talaria.pipeline.dialogue.ConversationProcessor;
import dev.talaria.pipeline.dialogue.ConversationRouter;
import dev.talaria.pipeline.dialogue.ConversationSerde;
import dev.talaria.pipeline.processor.RecordTime;

import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;

import java.util.List;
import java.util.function.Supplier;

/// The graph: requests and results to `route`, by way of an inner topic that has them by
/// conversation to `converse`, and on to calls, answers and rejected records.
///
/// Names of nodes and stores are fixed, since inner topics are named after them.
public final class ToolsTopology {

    public static final String ARRIVALS = "arrivals";
    public static final String ROUTE = "route";
    public static final String UNROUTABLE = "unroutable";
    public static final String BY_CONVERSATION = "by-conversation";
    public static final String CONVERSE = "converse";
    public static final String CALLS = "calls";
    public static final String ANSWERS = "answers";
    public static final String REJECTED = "rejected";
    public static final String CONVERSATION_STORE = "conversations";

    /// The node in front of the inner topic, as Kafka Streams names it.
    public static final String TO_CONVERSATIONS = BY_CONVERSATION + "-repartition-filter";

    private ToolsTopology() {}

    /// The topic that keeps the open conversations of an application, as Kafka Streams names it.
    ///
    /// @param applicationId of this topology
    public static String conversationTopic(String applicationId) {
        return applicationId + "-" + CONVERSATION_STORE + "-changelog";
    }

    /// The inner topic that has records by conversation, as Kafka Streams names it.
    ///
    /// @param applicationId of this topology
    public static String innerTopic(String applicationId) {
        return applicationId + "-" + BY_CONVERSATION + "-repartition";
    }

    /// Builds the graph.
    ///
    /// @param topics read and written
    /// @param rejected topic of requests without an answer, and of results that are not used
    /// @param maxStateBytes the most a conversation takes on the changelog
    /// @param route makes a router per task
    /// @param converse makes a processor per task
    public static Topology build(
            DialogueTopics topics,
            String rejected,
            int maxStateBytes,
            Supplier<ConversationRouter> route,
            Supplier<ConversationProcessor> converse) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.addStateStore(
                PendingStore.of(CONVERSATION_STORE, maxStateBytes, ConversationSerde.serde()));
        builder.stream(
                        List.of(topics.conversations(), topics.toolResults()),
                        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                                .withTimestampExtractor(new RecordTime())
                                .withOffsetResetPolicy(AutoOffsetReset.earliest())
                                .withName(ARRIVALS))
                .process(route::get, Named.as(ROUTE))
                .repartition(
                        Repartitioned.with(Serdes.ByteArray(), Serdes.ByteArray())
                                .withName(BY_CONVERSATION))
                .process(converse::get, Named.as(CONVERSE), CONVERSATION_STORE);
        Topology topology = builder.build();
        sink(topology, UNROUTABLE, rejected, ROUTE);
        sink(topology, CALLS, topics.toolCalls(), CONVERSE);
        sink(topology, ANSWERS, topics.answers(), CONVERSE);
        sink(topology, REJECTED, rejected, CONVERSE);
        return topology;
    }

    private static void sink(Topology topology, String node, String topic, String parent) {
        topology.addSink(node, topic, new ByteArraySerializer(), new ByteArraySerializer(), parent);
    }
}

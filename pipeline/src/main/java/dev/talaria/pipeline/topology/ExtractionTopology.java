package dev.talaria.pipeline.topology;

import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.connectors.kafka.SourceRecordSerde;
import dev.talaria.pipeline.processor.ExtractProcessor;
import dev.talaria.pipeline.processor.RecordTime;
import dev.talaria.pipeline.processor.RegisteredText;
import dev.talaria.pipeline.processor.SchemaTableProcessor;

import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

import java.util.Map;
import java.util.function.Supplier;

/// The graph: documents to `extract` to extractions and rejected, beside it the table of schemas.
///
/// Everything that decides lies in the processors; names of nodes and stores are fixed, since the
/// pending store's changelog topic is named after them.
public final class ExtractionTopology {

    public static final String DOCUMENTS = "documents";
    public static final String EXTRACT = "extract";
    public static final String EXTRACTIONS = "extractions";
    public static final String REJECTED = "rejected";
    public static final String PENDING_STORE = "pending";
    public static final String SCHEMAS = "schemas";
    public static final String SCHEMA_TABLE = "schema-table";
    public static final String SCHEMA_STORE = "schema-store";

    private ExtractionTopology() {}

    /// The topic that keeps the pending documents of an application, as Kafka Streams names it.
    public static String pendingTopic(String applicationId) {
        return applicationId + "-" + PENDING_STORE + "-changelog";
    }

    /// Builds the graph.
    ///
    /// @param topics read and written
    /// @param maxPendingBytes the most a pending record takes on the changelog
    /// @param extract makes a processor per task
    /// @param schemaTable makes the processor that follows the schemas
    public static Topology build(
            TopicNames topics,
            int maxPendingBytes,
            Supplier<ExtractProcessor> extract,
            Supplier<SchemaTableProcessor> schemaTable) {
        Topology topology = new Topology();
        topology.addSource(
                AutoOffsetReset.earliest(),
                DOCUMENTS,
                new RecordTime(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.documents());
        topology.addProcessor(EXTRACT, extract::get, DOCUMENTS);
        topology.addStateStore(pendingStore(maxPendingBytes), EXTRACT);
        sink(topology, EXTRACTIONS, topics.extractions());
        sink(topology, REJECTED, topics.rejected());
        topology.addGlobalStore(
                schemaStore(),
                SCHEMAS,
                new RecordTime(),
                new StringDeserializer(),
                new StringDeserializer(),
                topics.schemas(),
                SCHEMA_TABLE,
                schemaTable::get);
        return topology;
    }

    private static void sink(Topology topology, String node, String topic) {
        topology.addSink(
                node, topic, new ByteArraySerializer(), new ByteArraySerializer(), EXTRACT);
    }

    private static StoreBuilder<KeyValueStore<String, SourceRecord>> pendingStore(int maxBytes) {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(PENDING_STORE),
                        Serdes.String(),
                        SourceRecordSerde.serde())
                .withLoggingEnabled(
                        Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxBytes)));
    }

    // In memory, so that every start runs the whole topic through the processor.
    private static StoreBuilder<KeyValueStore<String, RegisteredText>> schemaStore() {
        return Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(SCHEMA_STORE),
                        Serdes.String(),
                        RegisteredText.serde())
                .withLoggingDisabled();
    }
}

package dev.talaria.pipeline.topology;

import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.connectors.kafka.SourceRecordSerde;

import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

import java.util.Map;

/// Stores of what is not yet answered: on disk, and on a changelog topic.
final class PendingStore {

    private PendingStore() {}

    /// Of records, by position.
    ///
    /// @param maxBytes the most that one takes on the changelog
    static StoreBuilder<KeyValueStore<String, SourceRecord>> ofRecords(String name, int maxBytes) {
        return of(name, maxBytes, SourceRecordSerde.serde());
    }

    static <V> StoreBuilder<KeyValueStore<String, V>> of(
            String name, int maxBytes, Serde<V> values) {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(name), Serdes.String(), values)
                .withLoggingEnabled(
                        Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxBytes)));
    }
}

package dev.talaria.pipeline.processor;

import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

import java.util.ArrayList;
import java.util.List;

/// The keys of a store, at one time.
final class StoreKeys {

    private StoreKeys() {}

    static <V> List<String> of(KeyValueStore<String, V> store) {
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, V> entries = store.all()) {
            while (entries.hasNext()) {
                KeyValue<String, V> entry = entries.next();
                keys.add(entry.key);
            }
        }
        return keys;
    }
}

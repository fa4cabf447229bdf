package dev.talaria.pipeline.processor;

import dev.talaria.pipeline.task.SchemaDirectory;

import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the schema directory equal to the schemas topic.
///
/// Kafka Streams runs it over the whole topic before any task starts, and on every change after.
/// Nothing a record holds stops it: what cannot be used is the directory's to report.
public final class SchemaTableProcessor implements Processor<String, String, Void, Void> {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaTableProcessor.class);

    private final String storeName;
    private final SchemaDirectory directory;
    private KeyValueStore<String, String> store;

    public SchemaTableProcessor(String storeName, SchemaDirectory directory) {
        this.storeName = storeName;
        this.directory = directory;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        store = context.getStateStore(storeName);
        try (KeyValueIterator<String, String> known = store.all()) {
            while (known.hasNext()) {
                KeyValue<String, String> entry = known.next();
                directory.update(entry.key, entry.value);
            }
        }
    }

    @Override
    public void process(Record<String, String> record) {
        if (record.key() == null) {
            LOG.error("schemas topic: a record without a key is not used; write id@version as key");
            return;
        }
        store.put(record.key(), record.value());
        directory.update(record.key(), record.value());
    }
}

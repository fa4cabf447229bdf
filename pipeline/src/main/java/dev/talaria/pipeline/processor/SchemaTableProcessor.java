package dev.talaria.pipeline.processor;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.pipeline.task.Registry;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Keeps the registry of schemas and tasks equal to the schemas topic.
///
/// Kafka Streams runs it over the whole topic before any task starts, and on every change after.
/// Nothing a record holds stops it: what cannot be used is the registry's to report.
public final class SchemaTableProcessor implements Processor<String, String, Void, Void> {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaTableProcessor.class);

    private static final byte[] TRUE = "true".getBytes(StandardCharsets.UTF_8);

    private final String storeName;
    private final Registry registry;
    private KeyValueStore<String, RegisteredText> store;

    public SchemaTableProcessor(String storeName, Registry registry) {
        this.storeName = storeName;
        this.registry = registry;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        store = context.getStateStore(storeName);
        try (KeyValueIterator<String, RegisteredText> known = store.all()) {
            while (known.hasNext()) {
                KeyValue<String, RegisteredText> entry = known.next();
                registry.update(entry.key, entry.value.text(), entry.value.forced());
            }
        }
    }

    @Override
    public void process(Record<String, String> record) {
        if (record.key() == null) {
            LOG.error("schemas topic: a record without a key is not used; write id@version as key");
            return;
        }
        boolean forced = isForced(record);
        String text = record.value();
        store.put(record.key(), text == null ? null : new RegisteredText(text, forced));
        registry.update(record.key(), text, forced);
    }

    private static boolean isForced(Record<String, String> record) {
        Header force = record.headers().lastHeader(HeaderNames.FORCE);
        return force != null && Arrays.equals(force.value(), TRUE);
    }
}

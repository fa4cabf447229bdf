package dev.talaria.pipeline.app;

import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.TextGenerator;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.processor.RequestQueue;
import dev.talaria.pipeline.topology.TopologyKind;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.awaitility.Awaitility;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/// A topology of requests for text without a broker, its clock moved by hand.
public final class DialogueHarness implements AutoCloseable {

    /// The event time of every record.
    public static final Instant TIME = Instant.parse("2026-03-01T10:15:30Z");

    private static final ModelDescription MODEL =
            new ModelDescription("scripted", "0".repeat(64), "none", Integer.MAX_VALUE, "no model");

    private final TopologyTestDriver driver;
    private final Map<String, TestInputTopic<byte[], byte[]>> inputs = new HashMap<>();
    private final Map<String, TestOutputTopic<byte[], byte[]>> outputs = new HashMap<>();

    private DialogueHarness(TopologyKind kind, PipelineConfig config, Topology topology) {
        Properties properties = new Properties();
        properties.putAll(ClientSettings.of(config, kind));
        driver = new TopologyTestDriver(topology, properties);
    }

    /// Chat with that generator.
    public static DialogueHarness chat(TextGenerator generator, Path state, String... settings) {
        PipelineConfig config = config(state, settings);
        Topology topology = DialogueApplication.chat(config, generator, MODEL);
        return new DialogueHarness(TopologyKind.CHAT, config, topology);
    }

    /// Function calling with that generator.
    public static DialogueHarness tools(TextGenerator generator, Path state, String... settings) {
        PipelineConfig config = config(state, settings);
        Topology topology = DialogueApplication.tools(config, generator, MODEL);
        return new DialogueHarness(TopologyKind.TOOLS, config, topology);
    }

    /// The graph of function calling in words.
    public static String describeTools(TextGenerator generator) {
        PipelineConfig config = config(Path.of("nowhere"));
        return DialogueApplication.tools(config, generator, MODEL).describe().toString();
    }

    /// Sends a record.
    public void send(String topic, String key, String value) {
        send(topic, key, value, Samples.headers());
    }

    /// Sends a record with headers.
    public void send(String topic, String key, String value, Headers headers) {
        inputs.computeIfAbsent(
                        topic,
                        name ->
                                driver.createInputTopic(
                                        name, new ByteArraySerializer(), new ByteArraySerializer()))
                .pipeInput(
                        new TestRecord<>(
                                key == null ? null : Samples.bytes(key),
                                value == null ? null : Samples.bytes(value),
                                headers,
                                TIME));
    }

    /// Moves the clock until that many records have come.
    public List<TestRecord<byte[], byte[]>> await(String topic, int count) {
        List<TestRecord<byte[], byte[]>> records = new ArrayList<>();
        Awaitility.await()
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    drain();
                    records.addAll(output(topic).readRecordsToList());
                    return records.size() >= count;
                });
        return records;
    }

    /// What is written and was not read so far.
    public List<TestRecord<byte[], byte[]>> read(String topic) {
        return output(topic).readRecordsToList();
    }

    /// Lets one drain happen.
    public void drain() {
        advance(RequestQueue.DRAIN_INTERVAL);
    }

    /// Moves the clock.
    public void advance(Duration time) {
        driver.advanceWallClockTime(time);
    }

    /// How many entries a store has.
    public int entries(String store) {
        int count = 0;
        try (KeyValueIterator<Object, Object> entries = driver.getKeyValueStore(store).all()) {
            while (entries.hasNext()) {
                entries.next();
                count++;
            }
        }
        return count;
    }

    @Override
    public void close() {
        driver.close();
    }

    private TestOutputTopic<byte[], byte[]> output(String topic) {
        return outputs.computeIfAbsent(
                topic,
                name ->
                        driver.createOutputTopic(
                                name, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    private static PipelineConfig config(Path state, String... settings) {
        Map<String, String> values = new HashMap<>();
        values.put("kafka.bootstrap.servers", "nowhere:9092");
        values.put("state.dir", state.toString());
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        return PipelineConfig.of(values);
    }
}

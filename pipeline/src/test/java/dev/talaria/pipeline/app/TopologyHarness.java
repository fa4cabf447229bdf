package dev.talaria.pipeline.app;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.failure.CrashJournal;
import dev.talaria.pipeline.processor.ExtractProcessor;
import dev.talaria.pipeline.topology.TopicNames;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
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

/// The topology without a broker, its clock moved by hand.
public final class TopologyHarness implements AutoCloseable {

    /// The event time of every document.
    public static final Instant TIME = Instant.parse("2026-03-01T10:15:30Z");

    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> documents;
    private final TestInputTopic<String, String> schemas;
    private final TestOutputTopic<byte[], byte[]> extractions;
    private final TestOutputTopic<byte[], byte[]> rejected;

    public TopologyHarness(InferenceOperator operator, Path stateDir, String... settings) {
        this(operator, CrashJournal.none(), stateDir, settings);
    }

    /// As above, with a journal, which is the caller's.
    public TopologyHarness(
            InferenceOperator operator, CrashJournal journal, Path stateDir, String... settings) {
        PipelineConfig config = config(stateDir, settings);
        Properties properties = new Properties();
        properties.putAll(ClientSettings.of(config));
        driver =
                new TopologyTestDriver(
                        ExtractionApplication.topology(config, operator, journal), properties);
        TopicNames topics = config.topics();
        documents =
                driver.createInputTopic(
                        topics.documents(), new ByteArraySerializer(), new ByteArraySerializer());
        schemas =
                driver.createInputTopic(
                        topics.schemas(), new StringSerializer(), new StringSerializer());
        extractions =
                driver.createOutputTopic(
                        topics.extractions(),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        rejected =
                driver.createOutputTopic(
                        topics.rejected(),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        register("note@1", Samples.NOTE_SCHEMA);
    }

    /// Puts a schema on the schemas topic; null deletes.
    public void register(String key, String json) {
        schemas.pipeInput(key, json);
    }

    /// As [#register(String, String)], with headers.
    public void register(String key, String json, Headers headers) {
        schemas.pipeInput(new TestRecord<>(key, json, headers));
    }

    /// Sends a document.
    public void send(String key, String value, Headers headers) {
        sendBytes(
                key == null ? null : Samples.bytes(key),
                value == null ? null : Samples.bytes(value),
                headers);
    }

    public void sendBytes(byte[] key, byte[] value, Headers headers) {
        documents.pipeInput(new TestRecord<>(key, value, headers, TIME));
    }

    /// Moves the clock until that many extractions have come.
    public List<TestRecord<byte[], byte[]>> awaitExtractions(int count) {
        return await(extractions, count);
    }

    /// Moves the clock until that many rejected documents have come.
    public List<TestRecord<byte[], byte[]>> awaitRejected(int count) {
        return await(rejected, count);
    }

    /// The extractions that have come since they were last read.
    public List<TestRecord<byte[], byte[]>> readExtractions() {
        return extractions.readRecordsToList();
    }

    /// The rejected documents that have come since they were last read.
    public List<TestRecord<byte[], byte[]>> readRejected() {
        return rejected.readRecordsToList();
    }

    /// Lets one drain happen.
    public void drain() {
        driver.advanceWallClockTime(ExtractProcessor.DRAIN_INTERVAL);
    }

    /// What is written and was not read so far.
    public int unreadOutputs() {
        return Math.toIntExact(extractions.getQueueSize() + rejected.getQueueSize());
    }

    /// How many records wait in the pending store.
    public int pending() {
        int count = 0;
        try (var entries = driver.getKeyValueStore("pending").all()) {
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

    private List<TestRecord<byte[], byte[]>> await(
            TestOutputTopic<byte[], byte[]> topic, int count) {
        List<TestRecord<byte[], byte[]>> records = new ArrayList<>();
        Awaitility.await()
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    drain();
                    records.addAll(topic.readRecordsToList());
                    return records.size() >= count;
                });
        return records;
    }

    private static PipelineConfig config(Path stateDir, String... settings) {
        Map<String, String> values = new HashMap<>();
        values.put("kafka.bootstrap.servers", "nowhere:9092");
        values.put("state.dir", stateDir.toString());
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        return PipelineConfig.of(values);
    }
}

package dev.talaria.pipeline.example;

import dev.talaria.connectors.kafka.AnswerJson;
import dev.talaria.connectors.kafka.RecordReading;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.connectors.kafka.ToolCallRecord;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.schemas.chat.ToolCall;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Carries out the calls of a topic and writes their results to another, each exactly once: results
/// and the offsets of their calls are one transaction. What it does besides, a tool does again
/// where the worker dies before its transaction is committed.
///
/// One thread runs it; any thread may close it.
final class ToolWorker implements Runnable, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ToolWorker.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final String NAME = "talaria-tool-worker";

    private final PipelineConfig config;
    private final Map<String, Tool> tools = new TreeMap<>();
    private final KafkaConsumer<byte[], byte[]> calls;
    private final KafkaProducer<byte[], byte[]> results;
    private final Thread thread = Thread.ofPlatform().name(NAME).unstarted(this);

    /// @param config with the topics of calls and results
    ToolWorker(PipelineConfig config, List<Tool> tools) {
        this.config = config;
        tools.forEach(tool -> this.tools.put(tool.name(), tool));
        Map<String, Object> consuming = new HashMap<>(config.kafka());
        consuming.put("bootstrap.servers", config.bootstrapServers());
        consuming.put(ConsumerConfig.GROUP_ID_CONFIG, NAME);
        consuming.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consuming.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consuming.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        calls =
                new KafkaConsumer<>(
                        consuming, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        Map<String, Object> producing = new HashMap<>(config.kafka());
        producing.put("bootstrap.servers", config.bootstrapServers());
        producing.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, NAME);
        results =
                new KafkaProducer<>(
                        producing, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// Begins to work, on a thread of its own.
    ToolWorker start() {
        thread.start();
        return this;
    }

    @Override
    public void run() {
        try {
            results.initTransactions();
            calls.subscribe(List.of(config.dialogueTopics().toolCalls()));
            while (!Thread.currentThread().isInterrupted()) {
                work(calls.poll(POLL));
            }
        } catch (WakeupException e) {
            LOG.debug("the worker is closed", e);
        } finally {
            calls.close();
            results.close(POLL);
        }
    }

    // What fails in between ends the worker; the transaction is aborted, and the calls are read
    // again by the next one.
    private void work(ConsumerRecords<byte[], byte[]> batch) {
        if (batch.isEmpty()) {
            return;
        }
        results.beginTransaction();
        Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : batch) {
            carryOut(record);
            read.put(
                    new TopicPartition(record.topic(), record.partition()),
                    new OffsetAndMetadata(record.offset() + 1));
        }
        results.sendOffsetsToTransaction(read, calls.groupMetadata());
        results.commitTransaction();
    }

    private void carryOut(ConsumerRecord<byte[], byte[]> record) {
        SourceRecord source =
                new SourceRecord(
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        record.timestamp(),
                        record.key(),
                        record.value(),
                        record.headers());
        switch (ToolCallRecord.read(source, config.flow().documentMaxBytes())) {
            case RecordReading.Unreadable<ToolCallRecord>(String errorClass, String message) ->
                    LOG.error("{}: {}: {}", source.position(), errorClass, message);
            case RecordReading.Readable<ToolCallRecord>(ToolCallRecord call) ->
                    results.send(
                            new ProducerRecord<>(
                                    config.dialogueTopics().toolResults(),
                                    record.key(),
                                    result(call)));
        }
    }

    private byte[] result(ToolCallRecord record) {
        ToolCall call = record.call();
        Tool tool = tools.get(call.name());
        try {
            if (tool == null) {
                throw new Tool.ToolException("there is no tool '" + call.name() + "' here");
            }
            return AnswerJson.result(record.callId(), tool.call(call.arguments()));
        } catch (Tool.ToolException e) {
            return AnswerJson.error(record.callId(), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        calls.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

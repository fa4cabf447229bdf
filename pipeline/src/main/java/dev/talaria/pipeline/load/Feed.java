package dev.talaria.pipeline.load;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/// Sends the documents, on a thread of its own, as fast as they are answered.
final class Feed implements AutoCloseable {

    /// Its clients and its thread.
    static final String NAME = "load-feed";

    private static final int LINGER_MS = 20;

    private final String topic;
    private final LoadDocuments documents;
    private final int total;
    private final Semaphore room;
    private final Producer<String, byte[]> producer;
    private final Thread thread = Thread.ofPlatform().daemon().name(NAME).unstarted(this::send);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Throwable failure;

    Feed(PipelineConfig config, LoadPlan plan) {
        topic = config.topics().documents();
        documents = new LoadDocuments(plan.documentBytes());
        total = plan.total();
        room = new Semaphore(plan.lead());
        producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                config.bootstrapServers(),
                                ProducerConfig.CLIENT_ID_CONFIG,
                                NAME,
                                ProducerConfig.LINGER_MS_CONFIG,
                                LINGER_MS),
                        new StringSerializer(),
                        new ByteArraySerializer());
    }

    void start() {
        thread.start();
    }

    /// So many more documents were answered.
    void answered(int count) {
        room.release(count);
    }

    /// What keeps it from sending, if anything does.
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    private void send() {
        byte[] schema = LoadDocuments.SCHEMA_NAME.getBytes(StandardCharsets.UTF_8);
        try {
            for (int number = 0; number < total && failure == null; number++) {
                room.acquire();
                ProducerRecord<String, byte[]> record =
                        new ProducerRecord<>(
                                topic, LoadDocuments.id(number), documents.text(number));
                record.headers().add(HeaderNames.SCHEMA, schema);
                producer.send(
                        record, (sent, refusal) -> failure = refusal == null ? failure : refusal);
            }
            // A thread's processor time is told while it lives.
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        producer.close();
    }
}

package dev.talaria.pipeline.admin;

import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// A cluster as the configuration leads to it, with clients that give up within a bound.
public final class Cluster implements AutoCloseable {

    /// How long the cluster may take to answer.
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    // A broker that is busy may need longer for a record than to say that it is there.
    private static final Duration DELIVERY = Duration.ofSeconds(30);

    // The broker and the topics decide what is too large, not the client.
    private static final int MAX_REQUEST_BYTES = 128 << 20;

    private final PipelineConfig config;
    private final ClusterErrors errors;
    private final Admin admin;

    /// @throws ClusterException where the client settings cannot be used
    public Cluster(PipelineConfig config) {
        this.config = config;
        this.errors = new ClusterErrors(config);
        this.admin = made(() -> Admin.create(settings("admin.")));
    }

    /// What the cluster is told and asked.
    public Admin admin() {
        return admin;
    }

    /// The configuration that leads here.
    public PipelineConfig config() {
        return config;
    }

    /// An answer, within [#PATIENCE].
    ///
    /// @throws ClusterException where there is none
    public <T> T answer(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw explain(e.getCause());
        } catch (TimeoutException e) {
            throw explain(e);
        }
    }

    /// What a client threw, as one line.
    public ClusterException explain(Throwable thrown) {
        return errors.explain(thrown);
    }

    /// A consumer in no group.
    ///
    /// @param committedOnly whether records of transactions that are open or were aborted stay out
    KafkaConsumer<byte[], byte[]> consumer(boolean committedOnly) {
        Map<String, Object> settings = settings("consumer.");
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                committedOnly ? "read_committed" : "read_uncommitted");
        return made(() ->
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    /// A producer that loses nothing and doubles nothing.
    KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> settings = producerSettings();
        return made(() ->
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    /// A producer of whole transactions; another one of the same id ends it.
    KafkaProducer<byte[], byte[]> producer(String transactionalId) {
        Map<String, Object> settings = producerSettings();
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        return made(() ->
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    private Map<String, Object> producerSettings() {
        Map<String, Object> settings = settings("producer.");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        settings.putIfAbsent(
                ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
        settings.putIfAbsent(
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
        settings.putIfAbsent(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(DELIVERY.toMillis()));
        return settings;
    }

    private Map<String, Object> settings(String prefix) {
        int patience = Math.toIntExact(PATIENCE.toMillis());
        Map<String, Object> settings = new HashMap<>();
        settings.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, patience);
        settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, patience);
        settings.put("enable.metrics.push", false);
        settings.putAll(config.kafka());
        config.kafka()
                .forEach((name, value) -> {
                    if (name.startsWith(prefix)) {
                        settings.put(name.substring(prefix.length()), value);
                    }
                });
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        return settings;
    }

    private <T> T made(Supplier<T> client) {
        try {
            return client.get();
        } catch (RuntimeException e) {
            throw errors.notMade(e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}

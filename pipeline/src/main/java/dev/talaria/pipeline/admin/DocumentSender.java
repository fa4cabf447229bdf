package dev.talaria.pipeline.admin;

import dev.talaria.pipeline.config.Problem;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/// Sends documents, each acknowledged by every replica, none twice by a retry. For one thread.
public final class DocumentSender implements AutoCloseable {

    private final Cluster cluster;
    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final List<Problem> failures = new ArrayList<>();
    private final AtomicReference<Exception> fatal = new AtomicReference<>();

    /// @throws ClusterException where there is no such topic, or no broker answers
    public DocumentSender(Cluster cluster, String topic) throws InterruptedException {
        this.cluster = cluster;
        this.topic = topic;
        TopicPartitions.count(cluster, topic);
        this.producer = cluster.producer();
    }

    /// Sends one; waits where the brokers are slower. A record that they do not take is among the
    /// [#failures()].
    ///
    /// @throws ClusterException where no other record would get through either
    public void send(OutgoingDocument.Ready document) {
        requireAlive();
        Headers headers = new RecordHeaders();
        document.headers()
                .forEach(header ->
                        headers.add(
                                header.getKey(),
                                header.getValue().getBytes(StandardCharsets.UTF_8)));
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        topic, null, null, document.keyBytes(), document.value(), headers);
        try {
            producer.send(record, (_, e) -> sent(document, e));
        } catch (KafkaException e) {
            throw cluster.explain(e);
        }
    }

    private void sent(OutgoingDocument.Ready document, Exception e) {
        switch (e) {
            case null -> {
                acknowledged.incrementAndGet();
                bytes.addAndGet(document.value().length);
            }
            case AuthenticationException _, AuthorizationException _, TimeoutException _ ->
                    fatal.compareAndSet(null, e);
            case ApiException refused -> fail(document.source(), refused);
            default -> fatal.compareAndSet(null, e);
        }
    }

    private void fail(String source, Exception e) {
        synchronized (failures) {
            failures.add(
                    new Problem(
                            source,
                            "the broker does not take it: %s; see max.message.bytes of topic %s"
                                    .formatted(e.getMessage(), topic)));
        }
    }

    private void requireAlive() {
        Exception e = fatal.get();
        if (e != null) {
            throw new ClusterException(
                    "%s (%,d documents were acknowledged before)"
                            .formatted(cluster.explain(e).getMessage(), acknowledged.get()),
                    e);
        }
    }

    /// Waits until everything is acknowledged or has failed.
    ///
    /// @throws ClusterException as [#send]
    public void flush() {
        producer.flush();
        requireAlive();
    }

    /// Documents that every replica has.
    public long acknowledged() {
        return acknowledged.get();
    }

    /// Bytes of their values.
    public long bytes() {
        return bytes.get();
    }

    /// Documents that the brokers do not take, and why.
    public List<Problem> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(1));
    }
}

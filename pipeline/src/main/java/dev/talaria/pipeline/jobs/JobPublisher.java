package dev.talaria.pipeline.jobs;

import dev.talaria.pipeline.batch.BatchException;
import dev.talaria.pipeline.batch.BatchProgress;
import dev.talaria.pipeline.batch.JobFolder;
import dev.talaria.pipeline.batch.Split;
import dev.talaria.pipeline.batch.SplitRecord;
import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/// Publishes a job's splits, and waits until they are done. For one thread.
public final class JobPublisher implements AutoCloseable {

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int LOOKS_PER_SWEEP = 10;

    private final PipelineConfig config;
    private final JobFolder folder;
    private final KafkaConsumer<byte[], byte[]> done;

    /// From here on nothing that is said to be done is missed.
    public JobPublisher(PipelineConfig config, JobFolder folder) {
        this.config = config;
        this.folder = folder;
        this.done = JobClients.ofDone(config);
        List<TopicPartition> partitions =
                done.partitionsFor(config.jobTopics().done()).stream()
                        .map(one -> new TopicPartition(one.topic(), one.partition()))
                        .toList();
        done.assign(partitions);
        done.seekToEnd(partitions);
        partitions.forEach(done::position);
    }

    /// Publishes the splits, in turn to the topic's partitions.
    ///
    /// @throws BatchException where the broker does not take them
    public void publish(List<Split> splits) throws InterruptedException {
        try (KafkaProducer<byte[], byte[]> producer = JobClients.producer(config)) {
            String topic = config.jobTopics().splits();
            int partitions = producer.partitionsFor(topic).size();
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (Split split : splits) {
                String key = folder.path() + "#" + split.index();
                sent.add(
                        producer.send(
                                new ProducerRecord<>(
                                        topic,
                                        split.index() % partitions,
                                        key.getBytes(StandardCharsets.UTF_8),
                                        new SplitMessage(folder.path().toString(), split)
                                                .bytes())));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (ExecutionException | KafkaException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            throw new BatchException(
                    "topic %s: the splits cannot be published (%s); put it right and give the same command again"
                            .formatted(config.jobTopics().splits(), cause.getMessage()),
                    e);
        }
    }

    /// Waits until all splits are committed in the folder.
    ///
    /// @throws BatchException where a worker says that it cannot do its split, and why
    public void await(List<Split> splits, BatchProgress progress) throws IOException {
        Set<Integer> open = new HashSet<>();
        splits.forEach(split -> open.add(split.index()));
        for (int looks = 0; !open.isEmpty(); looks++) {
            for (ConsumerRecord<byte[], byte[]> record : done.poll(LOOK)) {
                Optional<DoneMessage> message = DoneMessage.of(record.value());
                if (message.isPresent() && isOurs(message.get())) {
                    requireDone(message.get());
                    look(message.get().split(), open, progress);
                }
            }
            // What counts is in the folder: a worker may be gone between record and message.
            if (looks % LOOKS_PER_SWEEP == 0) {
                for (int split : List.copyOf(open)) {
                    look(split, open, progress);
                }
            }
        }
    }

    private void look(int split, Set<Integer> open, BatchProgress progress) throws IOException {
        Optional<SplitRecord> record = folder.record(split);
        if (record.isPresent() && open.remove(split)) {
            tell(record.get(), progress);
        }
    }

    private boolean isOurs(DoneMessage message) {
        return folder.path().toString().equals(message.folder());
    }

    private void requireDone(DoneMessage message) {
        if (message.failure().isPresent() && !folder.isDone(message.split())) {
            throw new BatchException(
                    "split %d: worker %s failed: %s; what is committed is kept: put it right and give the same command again"
                            .formatted(message.split(), message.worker(), message.failure().get()));
        }
    }

    private static void tell(SplitRecord record, BatchProgress progress) {
        progress.looked(record.rows() - record.wanted());
        long tokens = record.promptTokens() + record.completionTokens();
        for (long i = 0; i < record.wanted(); i++) {
            boolean isLast = i == record.wanted() - 1;
            progress.answered(i < record.rejected(), isLast ? tokens : 0);
        }
    }

    @Override
    public void close() {
        done.close();
    }
}

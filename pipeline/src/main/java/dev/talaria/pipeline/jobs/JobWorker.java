package dev.talaria.pipeline.jobs;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.batch.BatchException;
import dev.talaria.pipeline.batch.SplitRecord;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.failure.Failures;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Takes splits of jobs from the topic, one after the other, until it is closed.
///
/// The consumer goes on polling while a split is worked on, so that however long that takes the
/// group knows that it is there. A split's offset is committed after its record; whoever is gone
/// before leaves it to another.
public final class JobWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JobWorker.class);
    private static final Duration POLL = Duration.ofMillis(100);

    private final PipelineConfig config;
    private final InferenceOperator operator;
    private final KafkaConsumer<byte[], byte[]> splits;
    private final KafkaProducer<byte[], byte[]> done;
    private final String name = host() + "-" + ProcessHandle.current().pid();
    private final ExecutorService desk =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("talaria-jobs").factory());
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean isClosed;
    private boolean isBusy;
    private OpenJob job;

    /// @param operator the caller's, used until [#close] has returned
    public JobWorker(PipelineConfig config, InferenceOperator operator) {
        this.config = config;
        this.operator = operator;
        this.splits = JobClients.ofSplits(config);
        this.done = JobClients.producer(config);
    }

    /// Works until it is closed by another thread. To be called once.
    public void run() {
        try {
            splits.subscribe(List.of(config.jobTopics().splits()), new Pausing());
            while (!isClosed) {
                for (ConsumerRecord<byte[], byte[]> record : splits.poll(POLL)) {
                    take(record);
                }
            }
        } catch (WakeupException e) {
            LOG.debug("asked to stop", e);
        } finally {
            desk.shutdownNow();
            splits.close();
            done.close();
            ended.countDown();
        }
    }

    /// Partitions that come while a split is worked on wait.
    private final class Pausing implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (isBusy) {
                splits.pause(partitions);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            LOG.debug("partitions {} go to others", partitions);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        SplitMessage message;
        try {
            message = SplitMessage.of(record.value());
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "{}-{}, offset {}: {}; it is passed over",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
            commit(record);
            return;
        }
        isBusy = true;
        splits.pause(splits.assignment());
        CompletableFuture<Optional<DoneMessage>> work =
                CompletableFuture.supplyAsync(() -> done(message), desk);
        while (!work.isDone()) {
            splits.poll(POLL);
        }
        isBusy = false;
        splits.resume(splits.assignment());
        work.join().ifPresent(this::tell);
        commit(record);
    }

    private Optional<DoneMessage> done(SplitMessage message) {
        try {
            OpenJob open = open(Path.of(message.folder()));
            if (open.isDone(message.split())) {
                LOG.info("{} split {}: is done already", message.folder(), message.split().index());
                return Optional.empty();
            }
            List<SplitRecord> records =
                    open.run(message.split(), operator, config.flow().inFlightMax());
            return records.stream().findFirst().map(record -> of(message, record));
        } catch (IOException | BatchException e) {
            LOG.warn("{} split {}: {}", message.folder(), message.split().index(), e.toString());
            return Optional.of(failed(message, e));
        } catch (RuntimeException e) {
            LOG.error(
                    "{} split {}",
                    message.folder(),
                    message.split().index(),
                    Failures.withoutQuotes(e));
            return Optional.of(failed(message, e));
        }
    }

    private OpenJob open(Path folder) throws IOException {
        if (job != null && (!job.isAt(folder) || !job.isCurrent())) {
            job.close();
            job = null;
        }
        if (job == null) {
            job = OpenJob.at(folder, config, operator);
        }
        return job;
    }

    private DoneMessage of(SplitMessage message, SplitRecord record) {
        LOG.info(
                "{} split {}: {} documents, {} rejected",
                message.folder(),
                record.split(),
                record.wanted(),
                record.rejected());
        return new DoneMessage(
                message.folder(),
                record.split(),
                name,
                record.wanted(),
                record.rejected(),
                record.promptTokens() + record.completionTokens(),
                Optional.empty());
    }

    private DoneMessage failed(SplitMessage message, Exception e) {
        String reason = e instanceof BatchException ? e.getMessage() : e.toString();
        return new DoneMessage(
                message.folder(), message.split().index(), name, 0, 0, 0, Optional.of(reason));
    }

    private void tell(DoneMessage message) {
        done.send(
                new ProducerRecord<>(
                        config.jobTopics().done(),
                        message.folder().getBytes(StandardCharsets.UTF_8),
                        message.bytes()));
        done.flush();
    }

    // Where the partition has gone to another worker meanwhile, that one finds the split done.
    private void commit(ConsumerRecord<byte[], byte[]> record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        try {
            splits.commitSync(Map.of(partition, new OffsetAndMetadata(record.offset() + 1)));
        } catch (CommitFailedException | RebalanceInProgressException e) {
            LOG.debug("{} has gone to another worker", partition, e);
        }
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "worker";
        }
    }

    /// Asks it to stop, and returns when it has: the split under way is left to another worker.
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            splits.wakeup();
            try {
                if (!ended.await(config.stop().timeout().toSeconds(), TimeUnit.SECONDS)) {
                    LOG.warn("stopping took longer than {} s", config.stop().timeout().toSeconds());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

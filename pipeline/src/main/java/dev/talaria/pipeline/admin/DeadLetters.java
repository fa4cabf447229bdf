package dev.talaria.pipeline.admin;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.pipeline.config.Problem;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The topic of rejected documents: looked at, and sent again.
///
/// A replay sends the source's bytes, key and own headers to the topic they came from, in
/// transactions that also note what was sent. So a replay that is interrupted anywhere and given
/// again sends each document once, and one that was done before sends none.
public final class DeadLetters {

    private static final int RECORDS_PER_TRANSACTION = 200;
    private static final long BYTES_PER_TRANSACTION = 16 << 20;

    private final Cluster cluster;

    public DeadLetters(Cluster cluster) {
        this.cluster = cluster;
    }

    /// What a replay did.
    ///
    /// @param sent entries that were sent now
    /// @param before entries that were sent by an earlier replay, and not again
    /// @param impossible entries that cannot be sent, and why
    public record Replayed(long sent, long before, List<Problem> impossible) {
        public Replayed {
            impossible = List.copyOf(impossible);
        }
    }

    /// How a replay goes.
    ///
    /// @param to a topic in place of each document's own
    /// @param again whether what was sent before is sent once more
    /// @param dryRun whether nothing is sent
    public record ReplayOptions(Optional<String> to, boolean again, boolean dryRun) {}

    /// Goes through the entries up to the end of the topic as it is now, each with whether it was
    /// sent again before.
    public void list(Predicate<RejectedEntry> wanted, BiConsumer<RejectedEntry, Boolean> entries)
            throws InterruptedException {
        try (TopicReader reader = rejected()) {
            ReplayMarks marks = ReplayMarks.read(cluster);
            reader.toEnd(record -> {
                RejectedEntry entry = new RejectedEntry(record);
                if (wanted.test(entry)) {
                    entries.accept(entry, marks.has(entry));
                }
                return true;
            });
        }
    }

    /// Sends entries again.
    ///
    /// @param sending told of each entry before it is sent
    /// @throws ClusterException where the cluster refuses; what is committed stays sent
    public Replayed replay(
            Predicate<RejectedEntry> wanted, ReplayOptions options, Consumer<RejectedEntry> sending)
            throws InterruptedException {
        return options.dryRun()
                ? planned(wanted, options, sending)
                : sent(wanted, options, sending);
    }

    private Replayed planned(
            Predicate<RejectedEntry> wanted, ReplayOptions options, Consumer<RejectedEntry> sending)
            throws InterruptedException {
        Count count = new Count();
        list(
                wanted,
                (entry, before) -> {
                    if (count.isToSend(entry, before && !options.again(), target(entry, options))) {
                        sending.accept(entry);
                        count.sent++;
                    }
                });
        return count.replayed();
    }

    private Replayed sent(
            Predicate<RejectedEntry> wanted, ReplayOptions options, Consumer<RejectedEntry> sending)
            throws InterruptedException {
        ensureMarks();
        Count count = new Count();
        String id = cluster.config().applicationId() + "-replay";
        KafkaProducer<byte[], byte[]> producer = cluster.producer(id);
        try (TopicReader reader = rejected()) {
            // From here on an earlier replay that was interrupted is over, and its marks are final.
            producer.initTransactions();
            ReplayMarks marks = ReplayMarks.read(cluster);
            Transaction transaction = new Transaction(producer);
            reader.toEnd(record -> {
                RejectedEntry entry = new RejectedEntry(record);
                Optional<String> target = target(entry, options);
                boolean before = marks.has(entry) && !options.again();
                if (wanted.test(entry) && count.isToSend(entry, before, target)) {
                    sending.accept(entry);
                    transaction.send(source(entry, target.orElseThrow()), marks.mark(entry));
                    count.sent++;
                }
                return true;
            });
            transaction.commit();
            return count.replayed();
        } catch (KafkaException e) {
            throw cluster.explain(e);
        } finally {
            // An open transaction is aborted by that.
            producer.close(Duration.ofSeconds(1));
        }
    }

    private void ensureMarks() throws InterruptedException {
        String topic = cluster.config().replayedTopic();
        new TopicSet(cluster, TopicPlan.of(cluster.config()).only(List.of(topic))).createMissing();
    }

    private TopicReader rejected() throws InterruptedException {
        return TopicReader.ofWhole(cluster, cluster.config().topics().rejected());
    }

    private static Optional<String> target(RejectedEntry entry, ReplayOptions options) {
        return options.to().or(entry::sourceTopic);
    }

    // The time is that of the replay: one as old as the document could be beyond what the topic
    // keeps.
    private static ProducerRecord<byte[], byte[]> source(RejectedEntry entry, String target) {
        Headers own = new RecordHeaders();
        for (Header header : entry.record().headers()) {
            if (!HeaderNames.WRITTEN.contains(header.key())) {
                own.add(header);
            }
        }
        return new ProducerRecord<>(
                target, null, null, entry.record().key(), entry.record().value(), own);
    }

    /// What became of the entries so far.
    private static final class Count {
        private long sent;
        private long before;
        private final List<Problem> impossible = new ArrayList<>();

        boolean isToSend(RejectedEntry entry, boolean sentBefore, Optional<String> target) {
            if (sentBefore) {
                before++;
                return false;
            }
            if (target.isEmpty()) {
                impossible.add(
                        new Problem(
                                entry.position(),
                                "it does not say which topic it came from; name one with --to"));
                return false;
            }
            return true;
        }

        Replayed replayed() {
            return new Replayed(sent, before, impossible);
        }
    }

    /// One transaction after the other, each of a bounded size.
    private static final class Transaction {
        private final KafkaProducer<byte[], byte[]> producer;
        private int records;
        private long bytes;

        Transaction(KafkaProducer<byte[], byte[]> producer) {
            this.producer = producer;
        }

        void send(ProducerRecord<byte[], byte[]> document, ProducerRecord<byte[], byte[]> mark) {
            if (records == 0) {
                producer.beginTransaction();
            }
            producer.send(document);
            producer.send(mark);
            records++;
            bytes += document.value() == null ? 0 : document.value().length;
            if (records >= RECORDS_PER_TRANSACTION || bytes >= BYTES_PER_TRANSACTION) {
                commit();
            }
        }

        void commit() {
            if (records > 0) {
                producer.commitTransaction();
            }
            records = 0;
            bytes = 0;
        }
    }
}

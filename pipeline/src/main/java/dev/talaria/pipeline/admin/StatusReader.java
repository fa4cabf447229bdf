package dev.talaria.pipeline.admin;

import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.pipeline.admin.PipelineStatus.Member;
import dev.talaria.pipeline.admin.PipelineStatus.Partition;
import dev.talaria.pipeline.admin.PipelineStatus.Rates;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.topology.ExtractionTopology;

import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/// Asks a cluster how far a pipeline is.
public final class StatusReader {

    // Every record since the last compaction has to be gone through, values and all.
    private static final long MOST_PENDING_RECORDS = 200_000;

    private static final ListTopicsOptions INTERNAL_TOO =
            new ListTopicsOptions().listInternal(true);

    private final Cluster cluster;
    private final PipelineConfig config;

    public StatusReader(Cluster cluster) {
        this.cluster = cluster;
        this.config = cluster.config();
    }

    /// How far it is.
    ///
    /// @param measured how long to count answers for the rates; zero for no rates
    /// @throws ClusterException where the cluster does not say
    public PipelineStatus read(Duration measured) throws InterruptedException {
        String topic = config.topics().documents();
        List<TopicPartition> documents = new ArrayList<>();
        for (int i = 0; i < TopicPartitions.count(cluster, topic); i++) {
            documents.add(new TopicPartition(topic, i));
        }
        Rates rates = measured.isZero() ? null : rates(documents, measured);
        Optional<ConsumerGroupDescription> group = group();
        Map<Integer, Long> pending = pending();
        List<Partition> partitions = partitions(documents, group, pending);
        return new PipelineStatus(
                config.applicationId(),
                group.map(one -> one.groupState().name()).orElse("NONE"),
                partitions.stream().mapToLong(Partition::lag).sum(),
                pending == null ? null : pending.values().stream().mapToLong(Long::longValue).sum(),
                partitions,
                group.map(StatusReader::members).orElse(List.of()),
                rates);
    }

    private Optional<ConsumerGroupDescription> group() throws InterruptedException {
        String id = config.applicationId();
        return found(cluster.admin().describeConsumerGroups(List.of(id)).describedGroups().get(id));
    }

    private <T> Optional<T> found(KafkaFuture<T> answer) throws InterruptedException {
        try {
            return Optional.of(cluster.answer(answer));
        } catch (ClusterException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    // Nothing where the group never committed, or is not known.
    private Map<TopicPartition, OffsetAndMetadata> committed() throws InterruptedException {
        String id = config.applicationId();
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        found(cluster.admin().listConsumerGroupOffsets(id).partitionsToOffsetAndMetadata())
                .orElse(Map.of())
                .forEach((partition, offset) -> {
                    if (offset != null) {
                        committed.put(partition, offset);
                    }
                });
        return committed;
    }

    private List<Partition> partitions(
            List<TopicPartition> documents,
            Optional<ConsumerGroupDescription> group,
            @Nullable Map<Integer, Long> pending)
            throws InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = committed();
        Map<TopicPartition, Long> begins = offsets(documents, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets(documents, OffsetSpec.latest());
        Map<TopicPartition, String> owners = owners(group);
        List<Partition> partitions = new ArrayList<>();
        for (TopicPartition one : documents) {
            OffsetAndMetadata taken = committed.get(one);
            long end = ends.get(one);
            long from = Math.max(begins.get(one), taken == null ? 0 : taken.offset());
            partitions.add(
                    new Partition(
                            one.topic(),
                            one.partition(),
                            taken == null ? null : taken.offset(),
                            end,
                            Math.max(0, end - from),
                            pending == null ? null : pending.getOrDefault(one.partition(), 0L),
                            owners.get(one)));
        }
        return partitions;
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which)
            throws InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(one -> asked.put(one, which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        Map<TopicPartition, ListOffsetsResultInfo> answer =
                cluster.answer(cluster.admin().listOffsets(asked).all());
        answer.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    private static Map<TopicPartition, String> owners(Optional<ConsumerGroupDescription> group) {
        Map<TopicPartition, String> owners = new HashMap<>();
        group.ifPresent(found -> {
            for (MemberDescription member : found.members()) {
                member.assignment()
                        .topicPartitions()
                        .forEach(one -> owners.put(one, instance(member)));
            }
        });
        return owners;
    }

    private static List<Member> members(ConsumerGroupDescription group) {
        return group.members().stream()
                .map(member ->
                        new Member(
                                instance(member),
                                member.clientId(),
                                member.host(),
                                member.assignment().topicPartitions().stream()
                                        .map(TopicPartition::partition)
                                        .sorted()
                                        .toList()))
                .sorted(Comparator.comparing(Member::instance))
                .toList();
    }

    private static String instance(MemberDescription member) {
        return member.groupInstanceId().orElse(member.consumerId());
    }

    /// Documents without an answer by partition: the keys that the store of pending documents has
    /// not deleted. Null where there are too many records to go through, none where it never was.
    private @Nullable Map<Integer, Long> pending() throws InterruptedException {
        String topic = ExtractionTopology.pendingTopic(config.applicationId());
        if (!cluster.answer(cluster.admin().listTopics(INTERNAL_TOO).names()).contains(topic)) {
            return Map.of();
        }
        Map<Integer, Set<Bytes>> keys = new TreeMap<>();
        try (TopicReader changes = TopicReader.ofWhole(cluster, topic)) {
            long ahead = changes.ahead().values().stream().mapToLong(Long::longValue).sum();
            if (ahead > MOST_PENDING_RECORDS) {
                return null;
            }
            changes.toEnd(record -> {
                note(keys.computeIfAbsent(record.partition(), _ -> new HashSet<>()), record);
                return true;
            });
        }
        Map<Integer, Long> counts = new TreeMap<>();
        keys.forEach((partition, open) -> counts.put(partition, (long) open.size()));
        return counts;
    }

    private static void note(Set<Bytes> open, SourceRecord change) {
        Bytes key = Bytes.wrap(change.key());
        if (change.value() == null) {
            open.remove(key);
        } else {
            open.add(key);
        }
    }

    // Answers are counted, not subtracted: every transaction takes offsets of its own.
    private Rates rates(List<TopicPartition> documents, Duration measured)
            throws InterruptedException {
        String extractions = config.topics().extractions();
        List<String> answers = List.of(extractions, config.topics().rejected());
        try (TopicReader reader =
                new TopicReader(cluster, answers, OptionalInt.empty(), new Start.End(), true)) {
            long before = sum(offsets(documents, OffsetSpec.latest()));
            long begin = System.nanoTime();
            AtomicLong extracted = new AtomicLong();
            AtomicLong rejected = new AtomicLong();
            reader.follow(
                    record -> {
                        (record.topic().equals(extractions) ? extracted : rejected)
                                .incrementAndGet();
                        return true;
                    },
                    () -> System.nanoTime() - begin < measured.toNanos());
            long after = sum(offsets(documents, OffsetSpec.latest()));
            double seconds = (System.nanoTime() - begin) / 1e9;
            return new Rates(
                    seconds,
                    (after - before) / seconds,
                    extracted.get() / seconds,
                    rejected.get() / seconds);
        }
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }
}

package dev.talaria.pipeline.admin;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.pipeline.admin.PipelineStatus.Member;
import dev.talaria.pipeline.admin.PipelineStatus.Partition;
import dev.talaria.pipeline.admin.PipelineStatus.Rates;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.topology.ChatTopology;
import dev.talaria.pipeline.topology.DialogueTopics;
import dev.talaria.pipeline.topology.ExtractionTopology;
import dev.talaria.pipeline.topology.ToolsTopology;
import dev.talaria.pipeline.topology.TopologyKind;

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

import java.nio.charset.StandardCharsets;
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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/// Asks a cluster how far a pipeline is.
public final class StatusReader {

    // Every record since the last compaction has to be gone through, values and all.
    private static final long MOST_PENDING_RECORDS = 200_000;

    private static final ListTopicsOptions INTERNAL_TOO =
            new ListTopicsOptions().listInternal(true);

    private final Cluster cluster;
    private final Way way;

    /// What a topology reads and writes.
    ///
    /// @param group its consumer group
    /// @param arrivals topics that others write
    /// @param store topic of what has no answer yet
    /// @param stored topic whose partitions the store has
    /// @param answers topic of what it answers
    /// @param rejected topic of what it does not
    private record Way(
            TopologyKind kind,
            String group,
            List<String> arrivals,
            String store,
            String stored,
            String answers,
            String rejected) {

        static Way of(PipelineConfig config, TopologyKind kind) {
            String id = kind.applicationId(config.applicationId());
            DialogueTopics dialogue = config.dialogueTopics();
            String rejected = config.topics().rejected();
            return switch (kind) {
                case EXTRACTION ->
                        new Way(
                                kind,
                                id,
                                List.of(config.topics().documents()),
                                ExtractionTopology.pendingTopic(id),
                                config.topics().documents(),
                                config.topics().extractions(),
                                rejected);
                case CHAT ->
                        new Way(
                                kind,
                                id,
                                List.of(dialogue.requests()),
                                ChatTopology.pendingTopic(id),
                                dialogue.requests(),
                                dialogue.answers(),
                                rejected);
                case TOOLS ->
                        new Way(
                                kind,
                                id,
                                List.of(dialogue.conversations(), dialogue.toolResults()),
                                ToolsTopology.conversationTopic(id),
                                ToolsTopology.innerTopic(id),
                                dialogue.answers(),
                                rejected);
            };
        }
    }

    /// @param kind the topology that is asked about
    public StatusReader(Cluster cluster, TopologyKind kind) {
        this.cluster = cluster;
        this.way = Way.of(cluster.config(), kind);
    }

    /// How far it is.
    ///
    /// @param measured how long to count answers for the rates; zero for no rates
    /// @throws ClusterException where the cluster does not say
    public PipelineStatus read(Duration measured) throws InterruptedException {
        List<TopicPartition> arrivals = partitions(way.arrivals());
        Rates rates = measured.isZero() ? null : rates(arrivals, measured);
        Set<String> topics = cluster.answer(cluster.admin().listTopics(INTERNAL_TOO).names());
        List<TopicPartition> all = new ArrayList<>(arrivals);
        if (!way.arrivals().contains(way.stored()) && topics.contains(way.stored())) {
            all.addAll(partitions(List.of(way.stored())));
        }
        Optional<ConsumerGroupDescription> group = group();
        Map<Integer, Long> pending = topics.contains(way.store()) ? pending() : Map.of();
        List<Partition> partitions = partitions(all, group, pending);
        return new PipelineStatus(
                way.kind().text(),
                way.group(),
                group.map(one -> one.groupState().name()).orElse("NONE"),
                partitions.stream().mapToLong(Partition::lag).sum(),
                pending == null ? null : pending.values().stream().mapToLong(Long::longValue).sum(),
                partitions,
                group.map(StatusReader::members).orElse(List.of()),
                rates);
    }

    private List<TopicPartition> partitions(List<String> topics) throws InterruptedException {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            int count = TopicPartitions.count(cluster, topic);
            for (int i = 0; i < count; i++) {
                partitions.add(new TopicPartition(topic, i));
            }
        }
        return partitions;
    }

    private Optional<ConsumerGroupDescription> group() throws InterruptedException {
        String id = way.group();
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
        String id = way.group();
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
            List<TopicPartition> read,
            Optional<ConsumerGroupDescription> group,
            @Nullable Map<Integer, Long> pending)
            throws InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = committed();
        Map<TopicPartition, Long> begins = offsets(read, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets(read, OffsetSpec.latest());
        Map<TopicPartition, String> owners = owners(group);
        List<Partition> partitions = new ArrayList<>();
        for (TopicPartition one : read) {
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
                            pending(one, pending),
                            owners.get(one)));
        }
        return partitions;
    }

    private @Nullable Long pending(TopicPartition one, @Nullable Map<Integer, Long> pending) {
        if (!one.topic().equals(way.stored())) {
            return 0L;
        }
        return pending == null ? null : pending.getOrDefault(one.partition(), 0L);
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
                                partitions(member)))
                .sorted(Comparator.comparing(Member::instance))
                .toList();
    }

    private static SortedMap<String, List<Integer>> partitions(MemberDescription member) {
        return member.assignment().topicPartitions().stream()
                .sorted(Comparator.comparingInt(TopicPartition::partition))
                .collect(
                        Collectors.groupingBy(
                                TopicPartition::topic,
                                TreeMap::new,
                                Collectors.mapping(
                                        TopicPartition::partition, Collectors.toList())));
    }

    private static String instance(MemberDescription member) {
        return member.groupInstanceId().orElse(member.consumerId());
    }

    /// What has no answer by partition: the keys that the store has not deleted. Null where there
    /// are too many records to go through.
    private @Nullable Map<Integer, Long> pending() throws InterruptedException {
        Map<Integer, Set<Bytes>> keys = new TreeMap<>();
        try (TopicReader changes = TopicReader.ofWhole(cluster, way.store())) {
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
    private Rates rates(List<TopicPartition> arrivals, Duration measured)
            throws InterruptedException {
        List<String> outputs = List.of(way.answers(), way.rejected());
        try (TopicReader reader =
                new TopicReader(cluster, outputs, OptionalInt.empty(), new Start.End(), true)) {
            long before = sum(offsets(arrivals, OffsetSpec.latest()));
            long begin = System.nanoTime();
            AtomicLong answered = new AtomicLong();
            AtomicLong rejected = new AtomicLong();
            reader.follow(
                    record -> {
                        if (isOurs(record)) {
                            (record.topic().equals(way.answers()) ? answered : rejected)
                                    .incrementAndGet();
                        }
                        return true;
                    },
                    () -> System.nanoTime() - begin < measured.toNanos());
            long after = sum(offsets(arrivals, OffsetSpec.latest()));
            double seconds = (System.nanoTime() - begin) / 1e9;
            return new Rates(
                    seconds,
                    (after - before) / seconds,
                    answered.get() / seconds,
                    rejected.get() / seconds);
        }
    }

    // Topologies share topics of what they write.
    private boolean isOurs(SourceRecord output) {
        return output.header(HeaderNames.SOURCE_TOPIC)
                .map(name -> new String(name, StandardCharsets.UTF_8))
                .filter(way.arrivals()::contains)
                .isPresent();
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }
}

package dev.talaria.pipeline.admin;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// How far a topology of a pipeline is, as its cluster sees it.
///
/// @param topology what it does: `extraction`, `chat` or `tools`
/// @param group its consumer group: the `application.id`, of chat and tools with their name
/// @param state of the group, as Kafka calls it: `STABLE`, `EMPTY`, …; `NONE` where it never ran
/// @param lag records that no instance has taken yet
/// @param pending documents, requests or conversations that were taken and have no answer yet; null
///   where it is not known
/// @param partitions of what it reads
/// @param members instances' threads that share the work
/// @param rates null where nothing was measured
public record PipelineStatus(
        String topology,
        String group,
        String state,
        long lag,
        @Nullable Long pending,
        List<Partition> partitions,
        List<Member> members,
        @Nullable Rates rates) {

    public PipelineStatus {
        partitions = List.copyOf(partitions);
        members = List.copyOf(members);
    }

    /// @param committed up to where documents were taken; null where none ever was
    /// @param end where the partition ends
    /// @param member who reads it; null where nobody does
    public record Partition(
            String topic,
            int partition,
            @Nullable Long committed,
            long end,
            long lag,
            @Nullable Long pending,
            @Nullable String member) {}

    /// @param instance its name under static membership, otherwise made up by the broker
    /// @param partitions what it reads, by topic
    public record Member(
            String instance,
            String clientId,
            String host,
            SortedMap<String, List<Integer>> partitions) {
        public Member {
            partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
        }
    }

    /// A second's worth, over the time measured.
    public record Rates(double seconds, double documents, double extractions, double rejected) {}
}

package dev.talaria.pipeline.admin;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// How far a pipeline is, as its cluster sees it.
///
/// @param group its consumer group, which is its `application.id`
/// @param state of the group, as Kafka calls it: `STABLE`, `EMPTY`, …; `NONE` where it never ran
/// @param lag documents that no instance has taken yet
/// @param pending documents that were taken and have no answer yet; null where it is not known
/// @param partitions of the documents
/// @param members instances' threads that share the work
/// @param rates null where nothing was measured
public record PipelineStatus(
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
    public record Member(String instance, String clientId, String host, List<Integer> partitions) {
        public Member {
            partitions = List.copyOf(partitions);
        }
    }

    /// A second's worth, over the time measured.
    public record Rates(double seconds, double documents, double extractions, double rejected) {}
}

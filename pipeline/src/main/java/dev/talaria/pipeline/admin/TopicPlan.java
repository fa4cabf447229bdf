package dev.talaria.pipeline.admin;

import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.topology.ChatTopology;
import dev.talaria.pipeline.topology.ExtractionTopology;
import dev.talaria.pipeline.topology.ToolsTopology;
import dev.talaria.pipeline.topology.TopologyKind;

import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The topics a configuration needs, as they should be.
///
/// @param topics in the order of the documents' way
public record TopicPlan(List<Wanted> topics) {

    /// The least a record may take beyond its document: position, headers of ours, lengths.
    public static final int OVERHEAD_BYTES = 64 * 1024;

    /// One topic.
    ///
    /// @param purpose for people
    /// @param partitions of a new one
    /// @param replication of a new one; 0 for the broker's default
    /// @param settings of the topic that matter
    /// @param sources topics that an internal one is made from; it has as many partitions as the
    ///   one of these that has most
    public record Wanted(
            String name,
            String purpose,
            int partitions,
            int replication,
            Map<String, String> settings,
            List<String> sources) {

        public Wanted {
            settings = Map.copyOf(settings);
            sources = List.copyOf(sources);
        }

        Wanted(
                String name,
                String purpose,
                int partitions,
                int replication,
                Map<String, String> settings) {
            this(name, purpose, partitions, replication, settings, List.of());
        }

        /// The same with so many partitions.
        Wanted withPartitions(int count) {
            return new Wanted(name, purpose, count, replication, settings, sources);
        }

        /// As it is created.
        public NewTopic created() {
            Optional<Short> replicas =
                    replication == 0 ? Optional.empty() : Optional.of((short) replication);
            return new NewTopic(name, Optional.of(partitions), replicas).configs(settings);
        }
    }

    public TopicPlan {
        topics = List.copyOf(topics);
    }

    /// Every topic of the configuration: the pipeline's, those of distributed batch jobs, and those
    /// that its topologies keep for themselves.
    public static TopicPlan of(PipelineConfig config) {
        List<Wanted> topics = new ArrayList<>();
        for (String name : config.topics().all()) {
            topics.add(ofPipeline(config, name));
        }
        if (config.topologies().contains(TopologyKind.CHAT)) {
            for (String name : config.dialogueTopics().ofChat()) {
                topics.add(records(config, name, "requests for text"));
            }
        }
        if (config.topologies().contains(TopologyKind.TOOLS)) {
            for (String name : config.dialogueTopics().ofTools()) {
                topics.add(records(config, name, "conversations with tools"));
            }
        }
        for (String name : config.jobTopics().all()) {
            topics.add(plain(config, name, "splits of batch jobs"));
        }
        topics.add(
                compacted(
                        config, config.replayedTopic(), "rejected documents that were sent again"));
        topics.addAll(inner(config));
        return new TopicPlan(topics);
    }

    /// The topics of these names.
    public TopicPlan only(Collection<String> names) {
        return new TopicPlan(
                topics.stream().filter(topic -> names.contains(topic.name())).toList());
    }

    private static Wanted ofPipeline(PipelineConfig config, String name) {
        return name.equals(config.topics().schemas())
                ? compacted(config, name, "schemas by id@version")
                : records(config, name, purpose(config, name));
    }

    private static String purpose(PipelineConfig config, String name) {
        if (name.equals(config.topics().documents())) {
            return "documents, read";
        }
        return name.equals(config.topics().extractions())
                ? "validated JSON, written"
                : name.equals(config.topics().rejected())
                        ? "documents without, written"
                        : "read and written";
    }

    // One partition: what refers to each other is read in the order it was written.
    private static Wanted compacted(PipelineConfig config, String name, String purpose) {
        return new Wanted(
                name,
                purpose,
                1,
                config.creation().replication(),
                Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    }

    private static Wanted plain(PipelineConfig config, String name, String purpose) {
        return new Wanted(
                name,
                purpose,
                config.creation().partitions(),
                config.creation().replication(),
                Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE));
    }

    // Whatever carries a document has room for the largest and for what Talaria says of it.
    private static Wanted records(PipelineConfig config, String name, String purpose) {
        Wanted plain = plain(config, name, purpose);
        Map<String, String> settings = new TreeMap<>(plain.settings());
        settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(recordBytes(config)));
        return new Wanted(name, purpose, plain.partitions(), plain.replication(), settings);
    }

    private static List<Wanted> inner(PipelineConfig config) {
        List<Wanted> topics = new ArrayList<>();
        int recordBytes = recordBytes(config);
        topics.add(
                changelog(
                        config,
                        ExtractionTopology.pendingTopic(id(config, TopologyKind.EXTRACTION)),
                        "documents without an answer yet, internal",
                        recordBytes,
                        List.of(config.topics().documents())));
        if (config.topologies().contains(TopologyKind.CHAT)) {
            topics.add(
                    changelog(
                            config,
                            ChatTopology.pendingTopic(id(config, TopologyKind.CHAT)),
                            "requests without an answer yet, internal",
                            recordBytes,
                            List.of(config.dialogueTopics().requests())));
        }
        if (config.topologies().contains(TopologyKind.TOOLS)) {
            String id = id(config, TopologyKind.TOOLS);
            int bytes =
                    Math.max(recordBytes, Math.addExact(config.tools().maxBytes(), OVERHEAD_BYTES));
            List<String> read =
                    List.of(
                            config.dialogueTopics().conversations(),
                            config.dialogueTopics().toolResults());
            topics.add(byConversation(config, ToolsTopology.innerTopic(id), bytes, read));
            topics.add(
                    changelog(
                            config,
                            ToolsTopology.conversationTopic(id),
                            "open conversations, internal",
                            bytes,
                            read));
        }
        return topics;
    }

    private static String id(PipelineConfig config, TopologyKind kind) {
        return kind.applicationId(config.applicationId());
    }

    private static Wanted changelog(
            PipelineConfig config,
            String name,
            String purpose,
            int recordBytes,
            List<String> sources) {
        return new Wanted(
                name,
                purpose,
                config.creation().partitions(),
                config.creation().replication(),
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT,
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        Integer.toString(recordBytes)),
                sources);
    }

    // As Kafka Streams makes it: it deletes what was read itself, and nothing may go before.
    private static Wanted byConversation(
            PipelineConfig config, String name, int recordBytes, List<String> sources) {
        return new Wanted(
                name,
                "requests and results by conversation, internal",
                config.creation().partitions(),
                config.creation().replication(),
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        "-1",
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        Integer.toString(recordBytes)),
                sources);
    }

    private static int recordBytes(PipelineConfig config) {
        return Math.addExact(config.flow().documentMaxBytes(), OVERHEAD_BYTES);
    }
}

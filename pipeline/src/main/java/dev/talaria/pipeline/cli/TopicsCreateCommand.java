package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.admin.Cluster;
import dev.talaria.pipeline.admin.TopicPlan;
import dev.talaria.pipeline.admin.TopicSet;
import dev.talaria.pipeline.config.PipelineConfig;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import tools.jackson.databind.json.JsonMapper;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/// Creates what is missing.
@Command(
        name = "create",
        description = {
            "Create every topic of the configuration that is missing, with the cleanup policy and"
                    + " record size it needs. Those that are there are left as they are.",
            "Where one differs from what is wanted, a line on the error stream says so."
        },
        footer = {
            "",
            "Examples:",
            "  talaria topics create --config talaria.yaml --partitions 12 --replication 3",
            "  talaria topics create --bootstrap-servers localhost:9092 --dry-run"
        })
final class TopicsCreateCommand implements Callable<Integer> {

    @Mixin private StandardOptions standard;
    @Mixin private ClusterArguments arguments;
    @Mixin private TopicArguments topics;

    @Option(names = "--dry-run", description = "Say what would be created, and create nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Write the table as JSON.")
    private boolean json;

    @Spec private CommandSpec spec;

    /// What became of a topic.
    private record Outcome(
            String topic,
            String outcome,
            int partitions,
            int replication,
            Map<String, String> settings) {}

    @Override
    public Integer call() throws InterruptedException {
        PipelineConfig config = arguments.config(topics.typed());
        try (Cluster cluster = new Cluster(config)) {
            TopicSet set = new TopicSet(cluster, TopicPlan.of(config));
            Set<String> missing =
                    set.describe().stream()
                            .filter(state -> !state.exists())
                            .map(TopicSet.State::topic)
                            .collect(Collectors.toSet());
            if (dryRun) {
                print(planned(TopicPlan.of(config), missing));
                return 0;
            }
            set.createMissing();
            // What was just created may not be known to every broker yet.
            print(outcomes(cluster, config, missing));
            return 0;
        }
    }

    private static List<Outcome> planned(TopicPlan plan, Set<String> missing) {
        return plan.topics().stream()
                .map(topic ->
                        new Outcome(
                                topic.name(),
                                missing.contains(topic.name()) ? "would be created" : "is there",
                                topic.partitions(),
                                topic.replication(),
                                topic.settings()))
                .toList();
    }

    private List<Outcome> outcomes(Cluster cluster, PipelineConfig config, Set<String> missing)
            throws InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        for (TopicSet.State state : new TopicSet(cluster, TopicPlan.of(config)).describe()) {
            boolean wasMissing = missing.contains(state.topic());
            outcomes.add(
                    new Outcome(
                            state.topic(),
                            wasMissing ? "created" : "is there",
                            state.partitions(),
                            state.replication(),
                            state.settings()));
            if (!wasMissing && !state.isAsWanted()) {
                spec.commandLine()
                        .getErr()
                        .printf(
                                "talaria: topic %s: %s; 'kafka-topics' and 'kafka-configs' change"
                                        + " it, or change the configuration%n",
                                state.topic(), String.join("; ", state.differences()));
            }
        }
        return outcomes;
    }

    private void print(List<Outcome> outcomes) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(outcomes));
        } else {
            TextTable table = new TextTable("TOPIC", "", "PARTITIONS", "REPLICATION", "SETTINGS");
            for (Outcome one : outcomes) {
                table.add(
                        one.topic(),
                        one.outcome(),
                        one.partitions(),
                        one.replication() == 0 ? "default" : one.replication(),
                        TopicsDescribeCommand.settings(one.settings()));
            }
            out.print(table.text());
        }
        out.flush();
    }
}

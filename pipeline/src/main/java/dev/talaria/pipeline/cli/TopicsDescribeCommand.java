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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/// Says how topics are, and how they should be.
@Command(
        name = "describe",
        description = {
            "Show every topic of the configuration: partitions, replication, cleanup policy, record"
                    + " size, and what differs from what is wanted.",
            "Exit codes: 0 all are as wanted, 3 one is missing or differs, 1 the cluster could not"
                    + " be asked."
        },
        footer = {
            "",
            "Examples:",
            "  talaria topics describe --config talaria.yaml",
            "  talaria topics describe --config talaria.yaml --json | jq '.[] |"
                    + " select(.differences != [])'"
        })
final class TopicsDescribeCommand implements Callable<Integer> {

    private static final int DIFFERS = 3;

    @Mixin private StandardOptions standard;
    @Mixin private ClusterArguments arguments;
    @Mixin private TopicArguments topics;

    @Option(names = "--json", description = "Write the table as JSON.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PipelineConfig config = arguments.config(topics.typed());
        try (Cluster cluster = new Cluster(config)) {
            List<TopicSet.State> states = new TopicSet(cluster, TopicPlan.of(config)).describe();
            print(states);
            return states.stream().allMatch(TopicSet.State::isAsWanted) ? 0 : DIFFERS;
        }
    }

    private void print(List<TopicSet.State> states) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(states));
        } else {
            TextTable table =
                    new TextTable("TOPIC", "PARTITIONS", "REPLICATION", "SETTINGS", "DIFFERS");
            for (TopicSet.State state : states) {
                table.add(
                        state.topic(),
                        state.exists() ? state.partitions() : "-",
                        state.exists() ? state.replication() : "-",
                        state.exists() ? settings(state.settings()) : "-",
                        state.isAsWanted() ? "no" : String.join("; ", state.differences()));
            }
            out.print(table.text());
        }
        out.flush();
    }

    static String settings(Map<String, String> settings) {
        return new TreeMap<>(settings)
                .entrySet().stream()
                        .map(one -> one.getKey() + "=" + one.getValue())
                        .collect(Collectors.joining(" "));
    }
}

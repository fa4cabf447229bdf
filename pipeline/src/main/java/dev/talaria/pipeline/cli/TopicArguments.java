package dev.talaria.pipeline.cli;

import picocli.CommandLine.Option;

import java.util.Map;
import java.util.TreeMap;

/// How topics are wanted, where it is not as configured.
final class TopicArguments {

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Of every topic but the compacted ones (default: topics.partitions).")
    private Integer partitions;

    @Option(
            names = "--replication",
            paramLabel = "N",
            description =
                    "Of every topic; 0 for the broker's default (default: topics.replication).")
    private Integer replication;

    /// As settings.
    Map<String, String> typed() {
        Map<String, String> typed = new TreeMap<>();
        if (partitions != null) {
            typed.put("topics.partitions", partitions.toString());
        }
        if (replication != null) {
            typed.put("topics.replication", replication.toString());
        }
        return typed;
    }
}

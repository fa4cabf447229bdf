package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.admin.Cluster;
import dev.talaria.pipeline.admin.PipelineStatus;
import dev.talaria.pipeline.admin.StatusReader;
import dev.talaria.pipeline.topology.TopologyKind;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import tools.jackson.databind.json.JsonMapper;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/// How far the pipeline is.
@Command(
        name = "status",
        description = {
            "Show how far a pipeline is: documents waiting (lag) by partition, documents taken and"
                    + " not answered yet (pending), answers a second, and who shares the work;"
                    + " for each of the configured topologies.",
            "Rates are counted while the command waits; --measure 0 leaves them out.",
            "Exit codes: 0 shown, 3 more documents wait than --max-lag, 1 the cluster did not say."
        },
        footer = {
            "",
            "Examples:",
            "  talaria status --config talaria.yaml",
            "  talaria status --config talaria.yaml --watch 10",
            "  talaria status --config talaria.yaml --measure 0 --max-lag 1000 --json"
        })
final class StatusCommand implements Callable<Integer> {

    private static final int BEHIND = 3;

    @Mixin private StandardOptions standard;
    @Mixin private ClusterArguments arguments;

    @Option(
            names = "--measure",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "How long to count answers for the rates (default: ${DEFAULT-VALUE}).")
    private int measureSeconds;

    @Option(
            names = "--watch",
            paramLabel = "SECONDS",
            description = "Show it again and again, after so long, until Ctrl-C.")
    private Integer watchSeconds;

    @Option(
            names = "--max-lag",
            paramLabel = "N",
            description = "Exit with 3 where more than N documents wait.")
    private Long maxLag;

    @Option(names = "--json", description = "Write it as JSON, one line for each topology.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        require(measureSeconds >= 0, "--measure = " + measureSeconds + " is below 0");
        require(watchSeconds == null || watchSeconds >= 1, "--watch is below 1");
        require(maxLag == null || maxLag >= 0, "--max-lag = " + maxLag + " is below 0");
        try (Cluster cluster = arguments.cluster()) {
            List<StatusReader> readers =
                    cluster.config().topologies().stream()
                            .map(kind -> new StatusReader(cluster, kind))
                            .toList();
            long lag = show(readers);
            while (watchSeconds != null) {
                Thread.sleep(Duration.ofSeconds(watchSeconds));
                lag = show(readers);
            }
            return maxLag != null && lag > maxLag ? BEHIND : 0;
        }
    }

    private long show(List<StatusReader> readers) throws InterruptedException {
        long lag = 0;
        for (StatusReader reader : readers) {
            lag += show(reader).lag();
        }
        return lag;
    }

    private void require(boolean condition, String finding) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), finding);
        }
    }

    private PipelineStatus show(StatusReader reader) throws InterruptedException {
        PipelineStatus status = reader.read(Duration.ofSeconds(measureSeconds));
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                json
                        ? JsonMapper.shared().writeValueAsString(status) + System.lineSeparator()
                        : text(status));
        out.flush();
        return status;
    }

    private static String text(PipelineStatus status) {
        StringBuilder text = new StringBuilder();
        text.append(
                "%s: %s, %,d waiting, %s pending%n"
                        .formatted(
                                status.group(),
                                state(status),
                                status.lag(),
                                known(status.pending())));
        boolean readsDocuments = status.topology().equals(TopologyKind.EXTRACTION.text());
        PipelineStatus.Rates rates = status.rates();
        if (rates != null) {
            text.append(
                    "per second: %.1f %s in, %.1f %s, %.1f rejected (over %.1f s)%n"
                            .formatted(
                                    rates.documents(),
                                    readsDocuments ? "documents" : "records",
                                    rates.extractions(),
                                    readsDocuments ? "extracted" : "answered",
                                    rates.rejected(),
                                    rates.seconds()));
        }
        TextTable partitions =
                new TextTable("TOPIC", "PARTITION", "TAKEN", "END", "LAG", "PENDING", "MEMBER");
        for (PipelineStatus.Partition one : status.partitions()) {
            partitions.add(
                    one.topic(),
                    one.partition(),
                    one.committed() == null ? "-" : one.committed(),
                    one.end(),
                    one.lag(),
                    known(one.pending()),
                    one.member() == null ? "-" : one.member());
        }
        text.append(partitions.text());
        if (!status.members().isEmpty()) {
            TextTable members = new TextTable("MEMBER", "CLIENT", "HOST", "PARTITIONS");
            for (PipelineStatus.Member one : status.members()) {
                members.add(one.instance(), one.clientId(), one.host(), read(one));
            }
            text.append(members.text());
        }
        return text.toString();
    }

    // Several topics are told apart, one needs no name.
    private static String read(PipelineStatus.Member member) {
        boolean isOne = member.partitions().size() == 1;
        return member.partitions().entrySet().stream()
                .map(each ->
                        (isOne ? "" : each.getKey() + " ")
                                + each.getValue().stream()
                                        .map(String::valueOf)
                                        .collect(Collectors.joining(",")))
                .collect(Collectors.joining("  "));
    }

    private static String state(PipelineStatus status) {
        return switch (status.state()) {
            case "NONE" -> "has never run here";
            case "EMPTY" -> "no instance is running";
            case "STABLE" -> "running";
            default -> status.state();
        };
    }

    private static String known(Long count) {
        return count == null ? "?" : "%,d".formatted(count);
    }
}

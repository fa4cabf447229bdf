package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.admin.Cluster;
import dev.talaria.pipeline.admin.DeadLetters;
import dev.talaria.pipeline.admin.RejectedEntry;
import dev.talaria.pipeline.admin.RejectedFilter;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import tools.jackson.databind.json.JsonMapper;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/// Sends rejected documents again.
@Command(
        name = "replay",
        description = {
            "Send rejected documents to the topic they came from: the bytes, key and headers they"
                    + " came with.",
            "Stopped at any moment, the same command goes on: each document is sent once. What an"
                    + " earlier replay sent is not sent again, unless --again is given.",
            "Exit codes: 0 done, 1 failed, or some are not there or cannot be sent."
        },
        footer = {
            "",
            "Examples:",
            "  talaria dlq replay --class UnknownSchema --dry-run --config talaria.yaml",
            "  talaria dlq replay --schema invoice@2 --since 1d --config talaria.yaml",
            "  talaria dlq replay --all --config talaria.yaml"
        })
final class DlqReplayCommand implements Callable<Integer> {

    private static final int NOT_ALL = 1;

    @Mixin private StandardOptions standard;
    @Mixin private ClusterArguments arguments;
    @Mixin private RejectedArguments rejected;

    @Parameters(
            paramLabel = "DOCUMENT",
            arity = "0..*",
            description = "Only these: ids, or partition-offset as 'dlq list' has it.")
    private List<String> documents = new ArrayList<>();

    @Option(names = "--all", description = "All of them, where nothing else says which.")
    private boolean all;

    @Option(
            names = "--to",
            paramLabel = "TOPIC",
            description = "Send them there (default: where each came from).")
    private String to;

    @Option(names = "--again", description = "Also those that were sent again before.")
    private boolean again;

    @Option(names = "--dry-run", description = "Send nothing: say what would be sent.")
    private boolean dryRun;

    @Option(names = "--json", description = "Write the totals as JSON.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        RejectedFilter filter = rejected.filter(documents);
        if (filter.isEverything() != all) {
            throw new ParameterException(
                    spec.commandLine(),
                    all
                            ? "--all and a choice: give one of them"
                            : "say which: documents, --stage, --class, --schema, --since, --until,"
                                    + " or --all");
        }
        Set<String> unseen = new LinkedHashSet<>(documents);
        try (Cluster cluster = arguments.cluster()) {
            DeadLetters.Replayed replayed =
                    new DeadLetters(cluster)
                            .replay(
                                    entry -> {
                                        unseen.removeIf(one -> RejectedFilter.names(one, entry));
                                        return filter.test(entry);
                                    },
                                    new DeadLetters.ReplayOptions(
                                            Optional.ofNullable(to), again, dryRun),
                                    this::tell);
            return Math.max(told(replayed), toldOf(unseen, cluster));
        }
    }

    private int toldOf(Set<String> unseen, Cluster cluster) {
        PrintWriter err = spec.commandLine().getErr();
        unseen.forEach(one -> err.println(RejectedArguments.notThere(cluster, one)));
        return unseen.isEmpty() ? 0 : NOT_ALL;
    }

    private void tell(RejectedEntry entry) {
        if (dryRun && !json) {
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%s  %s  to %s%n",
                            entry.position(),
                            TextTable.printable(entry.document()),
                            to == null ? entry.sourceTopic().orElse("?") : to);
        }
    }

    private int told(DeadLetters.Replayed replayed) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(replayed));
        } else {
            out.printf(
                    "%,d documents %s%s%n",
                    replayed.sent(),
                    dryRun ? "would be sent" : "sent again",
                    replayed.before() == 0
                            ? ""
                            : "; %,d were sent again before (--again sends them once more)"
                                    .formatted(replayed.before()));
        }
        out.flush();
        replayed.impossible()
                .forEach(problem -> spec.commandLine().getErr().println("talaria: " + problem));
        return replayed.impossible().isEmpty() ? 0 : NOT_ALL;
    }
}

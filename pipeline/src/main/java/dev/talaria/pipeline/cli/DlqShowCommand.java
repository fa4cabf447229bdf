package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.admin.Cluster;
import dev.talaria.pipeline.admin.DeadLetters;
import dev.talaria.pipeline.admin.RecordText;
import dev.talaria.pipeline.admin.RejectedEntry;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// Everything about rejected documents.
@Command(
        name = "show",
        description =
                "Show everything of rejected documents: why, the model's last output, all headers,"
                        + " and the document itself.",
        footer = {
            "",
            "Examples:",
            "  talaria dlq show invoice-17 --config talaria.yaml",
            "  talaria dlq show 3-1024 --config talaria.yaml       # partition 3, offset 1024"
        })
final class DlqShowCommand implements Callable<Integer> {

    private static final int NONE = 1;

    @Mixin private StandardOptions standard;
    @Mixin private ClusterArguments arguments;
    @Mixin private RejectedArguments rejected;

    @Parameters(
            paramLabel = "DOCUMENT",
            arity = "1..*",
            description =
                    "Its id, or its place on the topic of rejected documents: partition-offset, or"
                            + " what 'dlq list' calls POSITION.")
    private List<String> documents;

    @Option(names = "--json", description = "One JSON object a line, with everything of a record.")
    private boolean json;

    @Spec private CommandSpec spec;

    private long shown;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (Cluster cluster = arguments.cluster()) {
            new DeadLetters(cluster)
                    .list(
                            rejected.filter(documents),
                            (entry, replayed) -> {
                                shown++;
                                if (json) {
                                    out.println(RecordText.json(entry.record()));
                                } else {
                                    print(entry, replayed, out);
                                }
                            });
            out.flush();
            if (shown == 0) {
                spec.commandLine()
                        .getErr()
                        .println(RejectedArguments.notThere(cluster, String.join(", ", documents)));
            }
            return shown == 0 ? NONE : 0;
        }
    }

    private static void print(RejectedEntry entry, boolean replayed, PrintWriter out) {
        out.printf(
                "document  %s%nposition  %s%ntime      %s%nrejected  at stage %s, %s%nreplayed "
                        + " %s%n",
                TextTable.printable(entry.document()),
                entry.position(),
                entry.time(),
                TextTable.printable(entry.stage()),
                TextTable.printable(entry.errorClass()),
                replayed ? "yes" : "no");
        out.println(TextTable.printable(entry.message()));
        out.println("headers");
        for (Map.Entry<String, String> header : RecordText.headers(entry.record())) {
            out.printf(
                    "  %s: %s%n",
                    TextTable.printable(header.getKey()), TextTable.printable(header.getValue()));
        }
        out.println("value");
        out.println(TextTable.shown(RecordText.value(entry.record())));
        out.println();
    }
}

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
import picocli.CommandLine.Spec;

import tools.jackson.databind.json.JsonMapper;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/// Lists rejected documents.
@Command(
        name = "list",
        description = {
            "List rejected documents with their reasons, oldest of each partition first.",
            "REPLAYED says whether 'dlq replay' has sent the document again."
        },
        footer = {
            "",
            "Examples:",
            "  talaria dlq list --stage validation --since 2h --config talaria.yaml",
            "  talaria dlq list --summary --config talaria.yaml",
            "  talaria dlq list --schema invoice --json --config talaria.yaml | jq -r '.[].message'"
        })
final class DlqListCommand implements Callable<Integer> {

    private static final int MESSAGE_WIDTH = 100;

    @Mixin private StandardOptions standard;
    @Mixin private ClusterArguments arguments;
    @Mixin private RejectedArguments rejected;

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            defaultValue = "1000",
            description = "At most N, of those that are meant (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--summary", description = "Count them by stage, class and schema.")
    private boolean summary;

    @Option(names = "--json", description = "Write the table as JSON.")
    private boolean json;

    @Spec private CommandSpec spec;

    /// A rejected document in the list.
    private record Row(
            String position,
            String time,
            String document,
            String stage,
            String errorClass,
            String schema,
            boolean replayed,
            String message) {}

    /// How many there are of a kind.
    private record Kind(String stage, String errorClass, String schema, long count) {}

    @Override
    public Integer call() throws InterruptedException {
        if (limit < 0) {
            throw new ParameterException(spec.commandLine(), "--limit = " + limit + " is below 0");
        }
        RejectedFilter filter = rejected.filter(List.of());
        try (Cluster cluster = arguments.cluster()) {
            DeadLetters letters = new DeadLetters(cluster);
            if (summary) {
                count(letters, filter);
            } else {
                list(letters, filter);
            }
            return 0;
        }
    }

    private void list(DeadLetters letters, RejectedFilter filter) throws InterruptedException {
        List<Row> rows = new ArrayList<>();
        long[] all = new long[1];
        letters.list(
                filter,
                (entry, replayed) -> {
                    all[0]++;
                    if (rows.size() < limit) {
                        rows.add(row(entry, replayed));
                    }
                });
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(rows));
        } else {
            out.print(text(rows));
        }
        out.flush();
        if (all[0] > rows.size()) {
            spec.commandLine()
                    .getErr()
                    .printf("%,d more; --limit shows them%n", all[0] - rows.size());
        }
    }

    private static Row row(RejectedEntry entry, boolean replayed) {
        return new Row(
                entry.position(),
                entry.time().toString(),
                entry.document(),
                entry.stage(),
                entry.errorClass(),
                entry.schema(),
                replayed,
                entry.message());
    }

    private static String text(List<Row> rows) {
        TextTable table =
                new TextTable(
                        "POSITION",
                        "TIME",
                        "DOCUMENT",
                        "STAGE",
                        "CLASS",
                        "SCHEMA",
                        "REPLAYED",
                        "MESSAGE");
        for (Row row : rows) {
            table.add(
                    row.position(),
                    row.time(),
                    row.document(),
                    row.stage(),
                    row.errorClass(),
                    row.schema().isEmpty() ? "-" : row.schema(),
                    row.replayed() ? "yes" : "no",
                    shortened(row.message()));
        }
        return table.text();
    }

    private static String shortened(String message) {
        return message.length() <= MESSAGE_WIDTH
                ? message
                : message.substring(0, MESSAGE_WIDTH - 1) + "…";
    }

    private void count(DeadLetters letters, RejectedFilter filter) throws InterruptedException {
        Map<List<String>, Long> counts = new TreeMap<>(DlqListCommand::compare);
        letters.list(
                filter,
                (entry, _) ->
                        counts.merge(
                                List.of(entry.stage(), entry.errorClass(), entry.schema()),
                                1L,
                                Long::sum));
        List<Kind> kinds = new ArrayList<>();
        counts.forEach(
                (kind, count) -> kinds.add(new Kind(kind.get(0), kind.get(1), kind.get(2), count)));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(kinds));
        } else {
            TextTable table = new TextTable("STAGE", "CLASS", "SCHEMA", "COUNT");
            for (Kind kind : kinds) {
                table.add(
                        kind.stage(),
                        kind.errorClass(),
                        kind.schema().isEmpty() ? "-" : kind.schema(),
                        kind.count());
            }
            out.print(table.text());
        }
        out.flush();
    }

    private static int compare(List<String> a, List<String> b) {
        return String.join("\u0000", a).compareTo(String.join("\u0000", b));
    }
}

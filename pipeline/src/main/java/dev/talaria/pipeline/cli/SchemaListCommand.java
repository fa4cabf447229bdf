package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.admin.Cluster;
import dev.talaria.pipeline.admin.SchemaTopic;
import dev.talaria.pipeline.task.Registration;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import tools.jackson.databind.json.JsonMapper;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/// Lists what is registered.
@Command(
        name = "list",
        description = {
            "List what is registered, and whether the pipeline can use it.",
            "Exit code 0, whatever is refused."
        },
        footer = {
            "",
            "Examples:",
            "  talaria schema list --config talaria.yaml",
            "  talaria schema list --config talaria.yaml --json | jq -r '.[] |"
                    + " select(.usable|not).message'"
        })
final class SchemaListCommand implements Callable<Integer> {

    private static final int SHA256_SHOWN = 12;

    @Mixin private StandardOptions standard;
    @Mixin private ClusterArguments arguments;

    @Option(names = "--json", description = "Write the table as JSON.")
    private boolean json;

    @Spec private CommandSpec spec;

    /// A registered schema.
    private record Row(
            String name,
            boolean usable,
            boolean forced,
            String registered,
            String sha256,
            String message) {}

    @Override
    public Integer call() throws InterruptedException {
        SchemaRefusals.keepLogQuiet();
        try (Cluster cluster = arguments.cluster()) {
            print(rows(SchemaTopic.read(cluster)));
            return 0;
        }
    }

    private static List<Row> rows(SchemaTopic topic) {
        TreeMap<String, SchemaTopic.Entry> entries = new TreeMap<>(topic.entries());
        List<Row> rows = new ArrayList<>();
        for (Registration one : topic.registered()) {
            SchemaTopic.Entry entry = entries.remove(one.name());
            rows.add(
                    switch (one) {
                        case Registration.Usable usable -> row(entry, true, usable.sha256(), "");
                        case Registration.Refused refused ->
                                row(entry, false, "", refused.message());
                    });
        }
        // Keys that are no names of schemas.
        for (String name : new TreeSet<>(entries.keySet())) {
            rows.add(
                    row(
                            entries.get(name),
                            false,
                            "",
                            "the key is neither id@version nor task:id@version, so this is not"
                                + " read"));
        }
        return rows;
    }

    private static Row row(SchemaTopic.Entry entry, boolean usable, String sha256, String message) {
        return new Row(
                entry.name(), usable, entry.forced(), entry.time().toString(), sha256, message);
    }

    private void print(List<Row> rows) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(rows));
        } else {
            TextTable table = new TextTable("NAME", "USABLE", "REGISTERED", "SHA-256", "REASON");
            for (Row row : rows) {
                table.add(
                        row.name(),
                        row.usable() ? row.forced() ? "forced" : "yes" : "no",
                        row.registered(),
                        row.sha256().isEmpty() ? "-" : row.sha256().substring(0, SHA256_SHOWN),
                        row.message());
            }
            out.print(table.text());
        }
        out.flush();
    }
}

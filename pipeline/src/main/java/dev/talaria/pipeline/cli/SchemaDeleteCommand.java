package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.admin.Cluster;
import dev.talaria.pipeline.admin.SchemaTopic;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// Takes schemas off the topic.
@Command(
        name = "delete",
        description = {
            "Delete registered schemas; documents that name them are rejected from then on.",
            "Where another registered schema refers to one, nothing is deleted and the exit code is"
                    + " 3; --force deletes it nevertheless."
        },
        footer = {"", "Example:", "  talaria schema delete invoice@1 --config talaria.yaml"})
final class SchemaDeleteCommand implements Callable<Integer> {

    @Mixin private StandardOptions standard;
    @Mixin private ClusterArguments arguments;

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "id@version.")
    private List<String> names;

    @Option(names = "--force", description = "Although others refer to it.")
    private boolean force;

    @Option(names = "--dry-run", description = "Judge it, and delete nothing.")
    private boolean dryRun;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        SchemaRefusals.keepLogQuiet();
        try (Cluster cluster = arguments.cluster()) {
            SchemaTopic topic = SchemaTopic.read(cluster);
            Map<String, @Nullable String> deleted = new LinkedHashMap<>();
            for (String name : names) {
                if (!topic.entries().containsKey(name)) {
                    throw new CommandException(
                            "topic %s: '%s' is not registered; 'talaria schema list' shows what is"
                                    .formatted(cluster.config().topics().schemas(), name));
                }
                deleted.put(name, null);
            }
            if (SchemaRefusals.isRefused(
                    topic.judge(deleted, force),
                    deleted,
                    cluster.config().task().grammar(),
                    force,
                    spec.commandLine().getErr())) {
                return SchemaPutCommand.REFUSED;
            }
            if (!dryRun) {
                topic.put(deleted, force);
            }
            PrintWriter out = spec.commandLine().getOut();
            names.forEach(
                    name -> out.printf("%s %s%n", name, dryRun ? "would be deleted" : "deleted"));
            out.flush();
            return 0;
        }
    }
}

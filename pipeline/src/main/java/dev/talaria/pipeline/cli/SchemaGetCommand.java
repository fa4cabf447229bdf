package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.admin.Cluster;
import dev.talaria.pipeline.admin.SchemaTopic;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/// Prints a registered schema.
@Command(
        name = "get",
        description =
                "Print a registered schema, byte for byte as it was registered; of an id, the"
                        + " highest version that can be used.",
        footer = {
            "",
            "Examples:",
            "  talaria schema get invoice@1 --config talaria.yaml > invoice@1.json",
            "  talaria schema get invoice --config talaria.yaml | talaria schema check /dev/stdin"
        })
final class SchemaGetCommand implements Callable<Integer> {

    @Mixin private StandardOptions standard;
    @Mixin private ClusterArguments arguments;

    @Parameters(paramLabel = "NAME", description = "id@version, or id.")
    private String name;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        SchemaRefusals.keepLogQuiet();
        try (Cluster cluster = arguments.cluster()) {
            SchemaTopic topic = SchemaTopic.read(cluster);
            SchemaTopic.Entry entry =
                    topic.find(name)
                            .orElseThrow(() ->
                                    new CommandException(
                                            "topic %s: '%s' is not registered; there are %s"
                                                    .formatted(
                                                            cluster.config().topics().schemas(),
                                                            name,
                                                            topic.entries().isEmpty()
                                                                    ? "none"
                                                                    : String.join(
                                                                            ", ",
                                                                            new TreeSet<>(
                                                                                    topic.entries()
                                                                                            .keySet())))));
            PrintWriter out = spec.commandLine().getOut();
            out.print(entry.text());
            out.flush();
            return 0;
        }
    }
}

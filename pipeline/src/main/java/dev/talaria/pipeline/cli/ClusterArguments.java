package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.admin.Cluster;
import dev.talaria.pipeline.config.PipelineConfig;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Which cluster, and which pipeline on it, as it is typed.
final class ClusterArguments {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "YAML or properties file with the settings, as 'run' has it; TALARIA_…"
                            + " variables override it.")
    private Path file;

    @Option(
            names = {"-b", "--bootstrap-servers"},
            paramLabel = "HOST:PORT",
            description =
                    "Brokers to begin with; overrides the file, and is enough where everything else"
                            + " is as usual.")
    private String bootstrapServers;

    /// The settings.
    PipelineConfig config() {
        return config(Map.of());
    }

    /// The settings, some of them typed as options of the command's own.
    PipelineConfig config(Map<String, String> typed) {
        Map<String, String> all = new TreeMap<>(typed);
        if (bootstrapServers != null) {
            all.put("kafka.bootstrap.servers", bootstrapServers);
        }
        return PipelineConfig.load(Optional.ofNullable(file), System.getenv(), all);
    }

    /// The cluster; the caller closes it.
    Cluster cluster() {
        return new Cluster(config());
    }
}

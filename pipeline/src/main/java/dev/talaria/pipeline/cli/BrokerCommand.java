package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.app.Cleanup;
import dev.talaria.pipeline.broker.EmbeddedBroker;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/// A Kafka broker for development, until it is asked to stop.
@Command(
        name = "broker",
        description = {
            "Run a Kafka broker in this process until Ctrl-C: one node, on this machine only, for"
                    + " trying things out.",
            "Its address is the one line on standard output. Without --data all is gone at the end."
        },
        footer = {
            "",
            "Examples:",
            "  talaria broker --port 9092 --data ~/.talaria/broker",
            "  talaria topics create --bootstrap-servers localhost:9092"
        })
final class BrokerCommand implements Callable<Integer> {

    private static final int HIGHEST_PORT = 65_535;

    @Mixin private StandardOptions standard;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "9092",
            description = "Where clients connect; 0 for a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Keep topics and records there, for the next start.")
    private Path data;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (port < 0 || port > HIGHEST_PORT) {
            throw new ParameterException(
                    spec.commandLine(), "--port = " + port + " is not within 0 to " + HIGHEST_PORT);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (Cleanup cleanup = new Cleanup()) {
            Path folder = data == null ? cleanup.temporaryFolder("talaria-broker-") : data;
            EmbeddedBroker broker =
                    cleanup.add(
                            port == 0
                                    ? EmbeddedBroker.start(folder)
                                    : EmbeddedBroker.start(folder, port));
            out.println(broker.bootstrapServers());
            out.flush();
            new CountDownLatch(1).await();
            return 0;
        }
    }
}

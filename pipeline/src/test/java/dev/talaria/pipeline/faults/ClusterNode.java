package dev.talaria.pipeline.faults;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;

import org.apache.kafka.common.utils.Time;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/// One broker of a cluster as a process of its own; a file has its settings.
///
/// It ends cleanly when its input does.
final class ClusterNode {

    private ClusterNode() {}

    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(arguments[0]))) {
            properties.load(reader);
        }
        KafkaRaftServer server =
                new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        server.startup();
        System.out.println("@ready");
        while (System.in.read() >= 0) {
            // Until the end of the input.
            continue;
        }
        server.shutdown();
        server.awaitShutdown();
        System.exit(0);
    }
}

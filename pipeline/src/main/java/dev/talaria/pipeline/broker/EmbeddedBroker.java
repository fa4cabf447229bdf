package dev.talaria.pipeline.broker;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;

/// A Kafka broker in this JVM: one node, KRaft, on free ports of the loopback interface.
///
/// For trying things out and for tests. Its data lies in the folder it is given; a folder that a
/// broker was in before is taken up where it was left. Nothing is deleted, records of any age
/// neither, unless a topic says otherwise.
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final String HOST = "127.0.0.1";
    private static final int PORT_ATTEMPTS = 5;

    // Everything a cluster would keep three times, once.
    private static final List<String> ONES =
            List.of(
                    "offsets.topic.replication.factor",
                    "offsets.topic.num.partitions",
                    "transaction.state.log.replication.factor",
                    "transaction.state.log.min.isr",
                    "transaction.state.log.num.partitions",
                    "share.coordinator.state.topic.replication.factor",
                    "share.coordinator.state.topic.min.isr",
                    "default.replication.factor");

    private final KafkaRaftServer server;
    private final String bootstrapServers;
    private boolean closed;

    private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /// How clients get in.
    ///
    /// @param protocol of their listener, as Kafka calls it
    /// @param properties of the broker that this takes
    /// @param formatting what its folder is formatted with besides
    record Access(String protocol, Map<String, String> properties, List<String> formatting) {
        static final Access FREE = new Access("PLAINTEXT", Map.of(), List.of());
    }

    /// Starts a broker and returns when it serves clients.
    ///
    /// @throws IllegalStateException where it cannot be started
    public static EmbeddedBroker start(Path folder) {
        return start(folder, Ports::free);
    }

    static EmbeddedBroker start(Path folder, Access access) {
        return start(folder, Ports::free, access);
    }

    /// As above, on that port for clients.
    ///
    /// @throws IllegalStateException also where someone else listens there
    public static EmbeddedBroker start(Path folder, int port) {
        keepJvm();
        try {
            Ports ports = new Ports(port, Ports.free().controller());
            if (!ports.areFree()) {
                throw new PortTakenException(null);
            }
            return startOn(folder, ports, Access.FREE);
        } catch (PortTakenException e) {
            throw new IllegalStateException(
                    "embedded broker: port %d of %s is taken; stop what listens there, or choose another"
                            .formatted(port, HOST),
                    e);
        }
    }

    // Between finding a free port and listening on it, another process may take it.
    static EmbeddedBroker start(Path folder, Supplier<Ports> ports) {
        return start(folder, ports, Access.FREE);
    }

    private static EmbeddedBroker start(Path folder, Supplier<Ports> ports, Access access) {
        keepJvm();
        List<Throwable> lost = new ArrayList<>();
        while (lost.size() < PORT_ATTEMPTS) {
            Ports chosen = ports.get();
            try {
                // A start that fails takes seconds; looking first takes none.
                if (!chosen.areFree()) {
                    throw new PortTakenException(null);
                }
                return startOn(folder, chosen, access);
            } catch (PortTakenException e) {
                LOG.debug("a port was taken, trying others", e);
                lost.add(e);
            }
        }
        throw new IllegalStateException(
                "embedded broker: no free port on "
                        + HOST
                        + " in "
                        + PORT_ATTEMPTS
                        + " attempts; stop what takes them",
                lost.getLast());
    }

    /// `host:port` for clients of this machine.
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /// Stops the broker and returns when it has ended.
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            server.shutdown();
            server.awaitShutdown();
        }
    }

    // A server that cannot go on ends its process; this process is not the server's to end.
    private static void keepJvm() {
        Exit.Procedure raise =
                (status, message) -> {
                    throw new IllegalStateException(
                            "embedded broker: it wants to end with status " + status);
                };
        Exit.setExitProcedure(raise);
        Exit.setHaltProcedure(raise);
    }

    static EmbeddedBroker startOn(Path folder, Ports ports) throws PortTakenException {
        return startOn(folder, ports, Access.FREE);
    }

    private static EmbeddedBroker startOn(Path folder, Ports ports, Access access)
            throws PortTakenException {
        Properties properties = properties(folder, ports, access);
        format(folder, properties, access);
        KafkaRaftServer server =
                new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            server.awaitShutdown();
            // The server logs why and then ends; the ports themselves tell.
            if (!ports.areFree()) {
                throw new PortTakenException(e);
            }
            throw new IllegalStateException(
                    "embedded broker in " + folder + ": " + e + "; see the cause", e);
        }
        return new EmbeddedBroker(server, HOST + ":" + ports.client());
    }

    private static Properties properties(Path folder, Ports ports, Access access) {
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put(
                "listeners",
                "CLIENTS://%s:%d,CONTROLLER://%s:%d"
                        .formatted(HOST, ports.client(), HOST, ports.controller()));
        properties.put("advertised.listeners", "CLIENTS://" + HOST + ":" + ports.client());
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("inter.broker.listener.name", "CLIENTS");
        properties.put(
                "listener.security.protocol.map",
                "CLIENTS:" + access.protocol() + ",CONTROLLER:PLAINTEXT");
        properties.put("controller.quorum.voters", "1@" + HOST + ":" + ports.controller());
        properties.put("log.dirs", data(folder).toString());
        ONES.forEach(name -> properties.put(name, "1"));
        properties.put("group.initial.rebalance.delay.ms", "0");
        // Half a minute after its start a broker deletes what is older than a week, as records with
        // times of their own may be when they come.
        properties.put("log.retention.ms", "-1");
        properties.put("log.cleaner.dedupe.buffer.size", "2097152");
        properties.put("num.network.threads", "2");
        properties.put("num.io.threads", "2");
        properties.put("controlled.shutdown.enable", "false");
        properties.put("auto.create.topics.enable", "false");
        properties.put("message.max.bytes", "10485760");
        properties.putAll(access.properties());
        return properties;
    }

    private static Path data(Path folder) {
        return folder.resolve("data");
    }

    private static void format(Path folder, Properties properties, Access access) {
        if (Files.exists(data(folder).resolve("meta.properties"))) {
            return;
        }
        Path file = folder.resolve("server.properties");
        try {
            Files.createDirectories(folder);
            try (PrintStream out = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
                properties.forEach((name, value) -> out.println(name + "=" + escaped(value)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("embedded broker: " + file + " cannot be written", e);
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "format",
                                "-t",
                                Uuid.randomUuid().toString(),
                                "-c",
                                file.toString()));
        arguments.addAll(access.formatting());
        int result =
                StorageTool.execute(
                        arguments.toArray(String[]::new),
                        new PrintStream(said, true, StandardCharsets.UTF_8));
        if (result != 0) {
            throw new IllegalStateException(
                    "embedded broker: %s cannot be formatted: %s; use an empty folder"
                            .formatted(folder, said.toString(StandardCharsets.UTF_8).strip()));
        }
    }

    // A properties file reads backslashes, as Windows paths have them, as escapes.
    private static String escaped(Object value) {
        return value.toString().replace("\\", "\\\\");
    }

    /// Where the broker listens.
    record Ports(int client, int controller) {

        // Both sockets are open at once: asked one after the other, the system may name one twice.
        static Ports free() {
            try (ServerSocket client = new ServerSocket(0, 1, InetAddress.getByName(HOST));
                    ServerSocket controller = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
                return new Ports(client.getLocalPort(), controller.getLocalPort());
            } catch (IOException e) {
                throw new UncheckedIOException("embedded broker: no free port on " + HOST, e);
            }
        }

        boolean areFree() {
            return isFree(client) && isFree(controller);
        }

        private static boolean isFree(int port) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(HOST, port));
                return true;
            } catch (IOException e) {
                LOG.debug("port {} is taken", port, e);
                return false;
            }
        }
    }

    /// Someone else listens there.
    static final class PortTakenException extends Exception {

        private static final long serialVersionUID = 1L;

        PortTakenException(Throwable cause) {
            super(cause);
        }
    }
}

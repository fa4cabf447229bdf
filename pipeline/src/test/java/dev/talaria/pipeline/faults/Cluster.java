package dev.talaria.pipeline.faults;

import kafka.tools.StorageTool;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Three brokers, which are their own controllers, each a process; clients reach each by way of a
/// line of its own. Everything is kept three times and acknowledged by two.
final class Cluster implements AutoCloseable {

    static final int NODES = 3;

    private static final String HOST = "127.0.0.1";
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(20);

    private final Path folder;
    private final List<Integer> ports;
    private final List<PausableProxy> lines = new ArrayList<>();
    private final List<ChildJvm> nodes = new ArrayList<>();
    private Admin admin;

    private Cluster(Path folder, List<Integer> ports) {
        this.folder = folder;
        this.ports = ports;
    }

    /// Starts a new one in an empty folder, and returns when it serves clients.
    static Cluster start(Path folder) throws Exception {
        Cluster cluster = new Cluster(folder, freePorts(3 * NODES));
        try {
            String id = Uuid.randomUuid().toString();
            for (int node = 0; node < NODES; node++) {
                cluster.lines.add(new PausableProxy(cluster.clientPort(node)));
                cluster.format(node, id);
            }
            for (int node = 0; node < NODES; node++) {
                cluster.nodes.add(cluster.begin(node));
            }
            for (int node = 0; node < NODES; node++) {
                cluster.requireReady(node);
            }
            cluster.admin = Admin.create(cluster.adminSettings());
            return cluster;
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    String bootstrapServers() {
        return lines.stream()
                .map(line -> HOST + ":" + line.port())
                .collect(Collectors.joining(","));
    }

    Admin admin() {
        return admin;
    }

    PausableProxy line(int node) {
        return lines.get(node);
    }

    /// `kill -9`, or a clean stop.
    void stop(int node, boolean kills) throws Exception {
        ChildJvm process = nodes.get(node);
        if (kills) {
            process.kill();
        } else {
            process.endInput();
            process.end(STOP);
        }
    }

    /// Starts a stopped node in its folder and waits until it serves, and is in sync again.
    void restart(int node) throws Exception {
        nodes.set(node, begin(node));
        requireReady(node);
        long end = System.nanoTime() + START.toNanos();
        while (outOfSync() > 0 && System.nanoTime() < end) {
            Thread.sleep(100);
        }
    }

    /// Every partition gets another of its replicas as its leader.
    void moveLeaders() throws Exception {
        Map<TopicPartition, Optional<NewPartitionReassignment>> orders = new HashMap<>();
        for (TopicDescription topic : topics()) {
            for (TopicPartitionInfo partition : topic.partitions()) {
                List<Integer> order =
                        new ArrayList<>(partition.replicas().stream().map(n -> n.id()).toList());
                Collections.rotate(order, 1);
                orders.put(
                        new TopicPartition(topic.name(), partition.partition()),
                        Optional.of(new NewPartitionReassignment(order)));
            }
        }
        admin.alterPartitionReassignments(orders).all().get();
        while (!admin.listPartitionReassignments().reassignments().get().isEmpty()) {
            Thread.sleep(50);
        }
        admin.electLeaders(ElectionType.PREFERRED, orders.keySet()).partitions().get();
    }

    @Override
    public void close() throws IOException {
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
        for (ChildJvm node : nodes) {
            node.close();
        }
        for (PausableProxy line : lines) {
            line.close();
        }
    }

    private Iterable<TopicDescription> topics() throws InterruptedException, ExecutionException {
        Set<String> names =
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
        return admin.describeTopics(names).allTopicNames().get().values();
    }

    private int outOfSync() throws InterruptedException {
        try {
            int count = 0;
            for (TopicDescription topic : topics()) {
                for (TopicPartitionInfo partition : topic.partitions()) {
                    count += partition.isr().size() < partition.replicas().size() ? 1 : 0;
                }
            }
            return count;
        } catch (ExecutionException e) {
            // Brokers that are just coming back do not know everything yet.
            return 1;
        }
    }

    private Map<String, Object> adminSettings() {
        return Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                IntStream.range(0, NODES)
                        .mapToObj(node -> HOST + ":" + lines.get(node).port())
                        .collect(Collectors.joining(",")));
    }

    private ChildJvm begin(int node) throws IOException {
        return ChildJvm.start(
                ClusterNode.class,
                folder.resolve("node-" + node + ".log"),
                List.of("-Xmx320m", "-Dlogback.configurationFile=" + quietLog()),
                List.of(properties(node).toString()));
    }

    private static String quietLog() {
        return Cluster.class.getResource("/faults-logback.xml").toString();
    }

    private void requireReady(int node) throws InterruptedException {
        if (!nodes.get(node).await("@ready", START)) {
            throw new IllegalStateException(
                    "broker %d did not start; see %s"
                            .formatted(node, folder.resolve("node-" + node + ".log")));
        }
    }

    private Path properties(int node) {
        return folder.resolve("node-" + node + ".properties");
    }

    private int clientPort(int node) {
        return ports.get(node * 3);
    }

    private int internalPort(int node) {
        return ports.get(node * 3 + 1);
    }

    private int controllerPort(int node) {
        return ports.get(node * 3 + 2);
    }

    private void format(int node, String clusterId) throws IOException {
        Files.createDirectories(folder);
        List<String> lines = new ArrayList<>();
        settings(node).forEach((name, value) -> lines.add(name + "=" + value));
        Files.write(properties(node), lines);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int result =
                StorageTool.execute(
                        new String[] {"format", "-t", clusterId, "-c", properties(node).toString()},
                        new PrintStream(said, true, StandardCharsets.UTF_8));
        if (result != 0) {
            throw new IllegalStateException(said.toString(StandardCharsets.UTF_8));
        }
    }

    private Map<String, String> settings(int node) {
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(node + 1));
        settings.put(
                "listeners",
                "CLIENT://%s:%d,INTERNAL://%s:%d,CONTROLLER://%s:%d"
                        .formatted(
                                HOST,
                                clientPort(node),
                                HOST,
                                internalPort(node),
                                HOST,
                                controllerPort(node)));
        settings.put(
                "advertised.listeners",
                "CLIENT://%s:%d,INTERNAL://%s:%d"
                        .formatted(HOST, lines.get(node).port(), HOST, internalPort(node)));
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("inter.broker.listener.name", "INTERNAL");
        settings.put(
                "listener.security.protocol.map",
                "CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put(
                "controller.quorum.voters",
                IntStream.range(0, NODES)
                        .mapToObj(other ->
                                "%d@%s:%d".formatted(other + 1, HOST, controllerPort(other)))
                        .collect(Collectors.joining(",")));
        settings.put("log.dirs", folder.resolve("data-" + node).toString());
        settings.putAll(
                Map.of(
                        "default.replication.factor", "3",
                        "min.insync.replicas", "2",
                        "offsets.topic.replication.factor", "3",
                        "offsets.topic.num.partitions", "3",
                        "transaction.state.log.replication.factor", "3",
                        "transaction.state.log.min.isr", "2",
                        "transaction.state.log.num.partitions", "3",
                        "group.initial.rebalance.delay.ms", "0",
                        "group.min.session.timeout.ms", "1000"));
        settings.putAll(
                Map.of(
                        "broker.session.timeout.ms", "4000",
                        "broker.heartbeat.interval.ms", "500",
                        "replica.lag.time.max.ms", "5000",
                        "transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000",
                        "log.cleaner.dedupe.buffer.size", "2097152",
                        "num.network.threads", "2",
                        "num.io.threads", "2",
                        "auto.create.topics.enable", "false"));
        // Retention goes by the records' own times, which are years old here: whatever is there
        // half a minute after a broker's start would be gone.
        settings.put("log.retention.ms", "-1");
        return settings;
    }

    // All sockets are open at once, so that no port is named twice.
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getByName(HOST)));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}

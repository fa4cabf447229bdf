package dev.talaria.pipeline.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// What goes wrong around instances of a pipeline: with the first two of them, with the brokers,
/// and with the lines between.
final class ClusterFaults {

    /// Two that run, and one that joins them.
    static final int MOST_INSTANCES = 3;

    private static final int SESSION_MILLIS = 4_000;
    private static final int MOST_PAUSE_MILLIS = 3_000;

    /// Of pipelines, so that they notice in seconds.
    static final Map<String, String> SETTINGS =
            Map.of(
                    "kafka.replication.factor", "3",
                    "kafka.session.timeout.ms", Integer.toString(SESSION_MILLIS),
                    "kafka.heartbeat.interval.ms", "1000",
                    "kafka.request.timeout.ms", "8000",
                    "kafka.producer.transaction.timeout.ms", "12000");

    private final Cluster cluster;
    private final Instances instances;
    private final Random random;

    ClusterFaults(Cluster cluster, Instances instances, Random random) {
        this.cluster = cluster;
        this.instances = instances;
        this.random = random;
    }

    /// Has it happen, and returns when it is over.
    void inject(Fault fault) throws Exception {
        switch (fault) {
            case PIPELINE_KILLED -> killInstance();
            case BROKER_RESTARTED -> restartBroker();
            case LEADERS_MOVED -> cluster.moveLeaders();
            case NETWORK_PAUSED -> disturbNetwork();
            case REBALANCED -> rebalance();
            case CONSUMER_SLOW -> standStill();
            case DISK_FULL, CLOCK_JUMPED, INPUT_DISORDERED ->
                    throw new IllegalArgumentException(fault + " is not one of the cluster's");
        }
    }

    private void killInstance() throws Exception {
        int instance = random.nextInt(2);
        instances.kill(instance);
        if (random.nextBoolean()) {
            pause(1_500);
        }
        start(instance);
    }

    private void restartBroker() throws Exception {
        int node = random.nextInt(Cluster.NODES);
        cluster.stop(node, random.nextInt(3) > 0);
        pause(1_000);
        cluster.restart(node);
    }

    private void disturbNetwork() throws Exception {
        boolean cuts = random.nextInt(3) == 0;
        boolean isWhole = random.nextBoolean();
        int only = random.nextInt(Cluster.NODES);
        List<PausableProxy> lines = new ArrayList<>();
        for (int node = 0; node < Cluster.NODES; node++) {
            if (isWhole || node == only) {
                lines.add(cluster.line(node));
            }
        }
        lines.forEach(PausableProxy::pause);
        pause(MOST_PAUSE_MILLIS);
        if (cuts) {
            lines.forEach(PausableProxy::cut);
        }
        lines.forEach(PausableProxy::resume);
    }

    private void rebalance() throws Exception {
        start(2);
        pause(1_000);
        if (random.nextInt(3) == 0) {
            instances.kill(2);
        } else {
            instances.stop(2);
        }
    }

    private void standStill() throws Exception {
        ChildJvm process = instances.running(random.nextInt(2));
        process.signal("STOP");
        Thread.sleep(SESSION_MILLIS + random.nextInt(1_500));
        process.signal("CONT");
    }

    private void start(int instance) throws Exception {
        instances.start(instance);
        instances.awaitRunning(instance);
    }

    private void pause(int mostMillis) throws InterruptedException {
        Thread.sleep(random.nextInt(mostMillis));
    }
}

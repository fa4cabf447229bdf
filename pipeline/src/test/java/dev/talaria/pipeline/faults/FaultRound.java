package dev.talaria.pipeline.faults;

import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.app.Topics;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.topology.TopicNames;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Future;

/// One pipeline from its first document to its last answer, with faults in between.
///
/// All that happens follows from the seed; when exactly, from the machine.
final class FaultRound implements AutoCloseable {

    private static final int PARTITIONS = 4;
    private static final long DAY_MILLIS = 86_400_000L;
    private static final long TIME = 1_700_000_000_000L;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Cluster cluster;
    private final StateDisk disk;
    private final Path states;
    private final Path notes;
    private final Random random;
    private final FaultDocuments documents;
    private final TopicNames topics;
    private final Instances instances;
    private final ClusterFaults around;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();
    private final Map<Fault, Integer> injected = new TreeMap<>();
    private int first;
    private int next;
    private int end;

    /// @param name of the run, part of its topics' names
    /// @param options of the pipeline's JVMs
    FaultRound(
            String name,
            Cluster cluster,
            StateDisk disk,
            Path logs,
            FaultDocuments documents,
            Random random,
            List<String> options)
            throws Exception {
        this.cluster = cluster;
        this.disk = disk;
        this.random = random;
        this.documents = documents;
        Map<String, String> settings = settings(name);
        PipelineConfig config = PipelineConfig.of(settings);
        this.topics = config.topics();
        Path folder = Files.createDirectories(logs.resolve(name));
        this.notes = folder.resolve("faults.log");
        this.states = disk.folder().resolve(name);
        this.instances = new Instances(PipelineProcess.class, settings, folder, states, options);
        this.around = new ClusterFaults(cluster, instances, random);
        try (Topics checked = new Topics(config)) {
            checked.ensure();
        }
        this.producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                cluster.bootstrapServers(),
                                ProducerConfig.LINGER_MS_CONFIG,
                                5),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        producer.send(
                        new ProducerRecord<>(
                                topics.schemas(),
                                Samples.bytes("note@1"),
                                Samples.bytes(Samples.NOTE_SCHEMA)))
                .get();
    }

    private Map<String, String> settings(String name) {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap.servers", cluster.bootstrapServers());
        settings.put("application.id", "app-" + name);
        settings.put("topics.documents", "documents-" + name);
        settings.put("topics.extractions", "extractions-" + name);
        settings.put("topics.rejected", "rejected-" + name);
        settings.put("topics.schemas", "schemas-" + name);
        settings.put("topics.create", "true");
        settings.put("topics.partitions", Integer.toString(PARTITIONS));
        settings.put("state.dir", disk.folder().toString());
        settings.put("stream.threads", "2");
        settings.put("in.flight.max", "12");
        settings.put("stop.timeout.seconds", "15");
        settings.putAll(ClusterFaults.SETTINGS);
        return settings;
    }

    /// Has documents `[from, to)` answered while these faults happen, one after the other.
    ///
    /// @param first of the documents that may be sent again
    /// @return whether all were answered; not, where no answer came for as long as the patience is
    boolean run(int first, int from, int to, List<Fault> faults) throws Exception {
        this.first = first;
        next = from;
        end = to;
        int batch = faults.isEmpty() ? to - from : Math.ceilDiv(to - from, faults.size());
        start(0);
        if (faults.isEmpty()) {
            send(batch);
        } else {
            start(1);
        }
        for (Fault fault : faults) {
            send(batch);
            pause(800);
            note(fault + " from here");
            inject(fault);
            note(fault + " to here");
            injected.merge(fault, 1, Integer::sum);
            instances.keepUp();
        }
        for (Future<RecordMetadata> record : sent) {
            record.get();
        }
        note("the last answers are waited for");
        boolean isWhole = awaitAnswers();
        note(isWhole ? "all there" : "not all there");
        if (faults.isEmpty()) {
            instances.stop(0);
        }
        return isWhole;
    }

    /// What was done so far.
    Map<Fault, Integer> injected() {
        return injected;
    }

    /// How often an instance had ended by itself and was started again.
    int restarts() {
        return instances.restarts();
    }

    /// A reader of everything there is now.
    AnswerLog log() {
        AnswerLog log = new AnswerLog(cluster.bootstrapServers(), topics, PARTITIONS);
        log.readToEnd();
        return log;
    }

    // What the rounds leave behind together would fill the disk.
    @Override
    public void close() throws IOException {
        instances.close();
        producer.close(Duration.ZERO);
        disk.free();
        disk.forget(states);
    }

    // Beside the logs of the instances, with times as they have them.
    private void note(String event) throws IOException {
        Files.writeString(
                notes,
                LocalTime.now().truncatedTo(ChronoUnit.MILLIS) + " " + event + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private void start(int instance) throws Exception {
        instances.start(instance);
        instances.awaitRunning(instance);
    }

    // However slow the machine: as long as answers come, they are waited for.
    private boolean awaitAnswers() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        int missing = Integer.MAX_VALUE;
        try (AnswerLog log = log()) {
            while (log.documents().size() < sent.size() || !log.unanswered().isEmpty()) {
                int now = sent.size() - log.documents().size() + log.unanswered().size();
                if (now < missing) {
                    missing = now;
                    deadline = System.nanoTime() + PATIENCE.toNanos();
                }
                if (System.nanoTime() - deadline > 0) {
                    return false;
                }
                log.poll();
                instances.keepUp();
            }
        }
        return true;
    }

    private void send(int count) {
        int to = Math.min(end, next + count);
        for (; next < to; next++) {
            send(next, TIME + next);
        }
    }

    private void send(int number, long timestamp) {
        sent.add(producer.send(documents.record(topics.documents(), number, timestamp)));
    }

    private void inject(Fault fault) throws Exception {
        switch (fault) {
            case PIPELINE_KILLED,
                    BROKER_RESTARTED,
                    LEADERS_MOVED,
                    NETWORK_PAUSED,
                    REBALANCED,
                    CONSUMER_SLOW ->
                    around.inject(fault);
            case DISK_FULL -> fillDisk();
            case CLOCK_JUMPED -> jump();
            case INPUT_DISORDERED -> disorder();
        }
    }

    private void fillDisk() throws Exception {
        boolean kills = random.nextBoolean();
        int instance = random.nextInt(2);
        disk.fill();
        if (kills) {
            instances.kill(instance);
            instances.start(instance);
        }
        Thread.sleep(1_000 + random.nextInt(2_000));
        disk.free();
        instances.keepUp();
        instances.awaitRunning(instance);
    }

    private void jump() throws Exception {
        long ahead = (long) ((random.nextDouble() * 2 - 1) * DAY_MILLIS);
        instances.running(random.nextInt(2)).tell("clock " + ahead);
        for (int i = 0; i < 3; i++) {
            send(sentBefore(), TIME + (long) (random.nextGaussian() * 30 * DAY_MILLIS));
        }
    }

    private void disorder() {
        List<Integer> burst = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = sentBefore();
            burst.addAll(Collections.nCopies(2 + random.nextInt(2), number));
        }
        Collections.shuffle(burst, random);
        burst.forEach(number -> send(number, TIME - random.nextInt(1_000_000)));
    }

    private int sentBefore() {
        return first + random.nextInt(next - first);
    }

    private void pause(int mostMillis) throws InterruptedException {
        Thread.sleep(random.nextInt(mostMillis));
    }
}

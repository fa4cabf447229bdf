package dev.talaria.pipeline.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The instances of one pipeline, each a process with a folder of its own; one that ends by itself
/// is started again, as whoever supervises processes would.
final class Instances implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofMinutes(1);

    private final Class<?> main;
    private final Map<String, String> settings;
    private final Path logs;
    private final Path states;
    private final List<String> options;
    private final ChildJvm[] processes;
    private final boolean[] isWanted;
    private int restarts;

    /// @param main class of their processes
    /// @param options of the JVMs
    Instances(
            Class<?> main,
            Map<String, String> settings,
            Path logs,
            Path states,
            List<String> options) {
        this.main = main;
        this.settings = settings;
        this.logs = logs;
        this.states = states;
        this.options = options;
        this.processes = new ChildJvm[ClusterFaults.MOST_INSTANCES];
        this.isWanted = new boolean[ClusterFaults.MOST_INSTANCES];
    }

    void start(int instance) throws IOException {
        isWanted[instance] = true;
        Map<String, String> own = new TreeMap<>(settings);
        own.put("instance.id", "instance-" + instance);
        own.put("state.dir", states.resolve("state-" + instance).toString());
        Path file = logs.resolve("instance-%d.properties".formatted(instance));
        List<String> lines = new ArrayList<>();
        own.forEach((name, value) -> lines.add(name + "=" + value));
        Files.write(file, lines);
        processes[instance] =
                ChildJvm.start(
                        main,
                        logs.resolve("instance-%d.log".formatted(instance)),
                        options,
                        List.of(file.toString()));
    }

    /// Waits until it has its partitions, or has ended, or the patience has.
    boolean awaitRunning(int instance) throws InterruptedException {
        return processes[instance].await("@running", START);
    }

    /// One that runs: started again where it had ended by itself.
    ChildJvm running(int instance) throws IOException, InterruptedException {
        keepUp();
        awaitRunning(instance);
        return processes[instance];
    }

    void kill(int instance) throws InterruptedException {
        isWanted[instance] = false;
        processes[instance].kill();
    }

    /// Asks it to stop, and waits for that.
    void stop(int instance) throws InterruptedException {
        isWanted[instance] = false;
        processes[instance].tell("stop");
        processes[instance].end(STOP);
    }

    /// Starts again what has ended by itself.
    void keepUp() throws IOException {
        for (int instance = 0; instance < processes.length; instance++) {
            if (isWanted[instance] && !processes[instance].isAlive()) {
                restarts++;
                start(instance);
            }
        }
    }

    /// How often one had ended by itself.
    int restarts() {
        return restarts;
    }

    @Override
    public void close() {
        for (ChildJvm process : processes) {
            if (process != null) {
                process.close();
            }
        }
    }
}

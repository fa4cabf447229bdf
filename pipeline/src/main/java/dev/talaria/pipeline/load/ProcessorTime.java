package dev.talaria.pipeline.load;

import com.sun.management.OperatingSystemMXBean;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/// What the threads of this process have computed in a time, by what they are there for.
///
/// @param nanos of processor time
record ProcessorTime(Map<Part, Long> nanos) {

    /// What a thread is there for.
    enum Part {
        TOPOLOGY("topology: stream threads, their Kafka clients and RocksDB"),
        MODEL("model: engine and what is around it"),
        BROKER("broker"),
        CLIENTS("benchmark: sender and reader"),
        JVM("JVM: garbage collection and compilers");

        private final String text;

        Part(String text) {
            this.text = text;
        }

        /// For people.
        String text() {
            return text;
        }
    }

    private static final Path TASKS = Path.of("/proc/self/task");
    private static final long NANOS_PER_TICK = 10_000_000;
    private static final int NAME_END_TO_USER_TIME = 12;

    ProcessorTime {
        nanos = Collections.unmodifiableMap(new EnumMap<>(nanos));
    }

    /// What every thread has computed until now.
    ///
    /// @param threads by their number
    /// @param rocksDbNanos of threads that are not Java's
    /// @param processNanos of the whole process
    record Reading(Map<Long, ThreadTime> threads, long rocksDbNanos, long processNanos) {}

    /// @param part it works for
    /// @param nanos until now
    record ThreadTime(Part part, long nanos) {}

    /// Reads the clocks.
    ///
    /// @param applicationId that the names of the topology's threads have in them
    static Reading read(String applicationId) {
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        Map<Long, ThreadTime> threads = new HashMap<>();
        for (long id : bean.getAllThreadIds()) {
            ThreadInfo thread = bean.getThreadInfo(id);
            long nanos = bean.getThreadCpuTime(id);
            if (thread != null && nanos >= 0) {
                threads.put(id, new ThreadTime(part(thread.getThreadName(), applicationId), nanos));
            }
        }
        return new Reading(threads, rocksDb(), process());
    }

    /// Between two readings. What a thread computed that has ended meanwhile is nobody's, and
    /// counted as the JVM's.
    static ProcessorTime between(Reading then, Reading now) {
        Map<Part, Long> nanos = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            nanos.put(part, 0L);
        }
        now.threads()
                .forEach((id, time) -> {
                    ThreadTime before = then.threads().get(id);
                    long earlier = before == null ? 0 : before.nanos();
                    nanos.merge(time.part(), time.nanos() - earlier, Long::sum);
                });
        nanos.merge(Part.TOPOLOGY, now.rocksDbNanos() - then.rocksDbNanos(), Long::sum);
        long known = nanos.values().stream().mapToLong(Long::longValue).sum();
        nanos.put(Part.JVM, Math.max(0, now.processNanos() - then.processNanos() - known));
        return new ProcessorTime(nanos);
    }

    private static Part part(String thread, String applicationId) {
        if (thread.contains(applicationId)) {
            return Part.TOPOLOGY;
        }
        if (thread.startsWith("talaria-") || thread.startsWith("scripted")) {
            return Part.MODEL;
        }
        return thread.contains(Feed.NAME) || thread.equals("main") ? Part.CLIENTS : Part.BROKER;
    }

    private static long process() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    // Its threads are not Java's. Where the system does not tell of them they count as the JVM's.
    private static long rocksDb() {
        long ticks = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                ticks += rocksDbTicks(task.resolve("stat"));
            }
        } catch (IOException _) {
            return 0;
        }
        return ticks * NANOS_PER_TICK;
    }

    private static long rocksDbTicks(Path stat) throws IOException {
        String line;
        try {
            line = Files.readString(stat);
        } catch (NoSuchFileException _) {
            return 0;
        }
        if (!line.contains("(rocksdb:")) {
            return 0;
        }
        String[] fields = line.substring(line.lastIndexOf(')')).split(" ");
        return Long.parseLong(fields[NAME_END_TO_USER_TIME])
                + Long.parseLong(fields[NAME_END_TO_USER_TIME + 1]);
    }

    /// Both together.
    ProcessorTime plus(ProcessorTime other) {
        Map<Part, Long> sum = new EnumMap<>(Part.class);
        nanos.forEach((part, time) -> sum.put(part, time + other.nanos.get(part)));
        return new ProcessorTime(sum);
    }

    /// Of all parts.
    long total() {
        return nanos.values().stream().mapToLong(Long::longValue).sum();
    }

    /// A part's share of all, 0 to 1.
    double share(Part part) {
        return total() == 0 ? 0 : (double) nanos.get(part) / total();
    }
}

package dev.talaria.pipeline.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// A Java process of this class path: told things line by line, and killed where that is the test.
///
/// What it says goes to a log; lines that begin with `@` are signals that can be waited for.
final class ChildJvm implements AutoCloseable {

    private final Process process;
    private final Set<String> signals = new HashSet<>();
    private final Thread reader;

    private ChildJvm(Process process, Path log) {
        this.process = process;
        this.reader = Thread.ofPlatform().daemon().name("child-log").start(() -> read(log));
    }

    /// Starts a main class.
    static ChildJvm start(Class<?> main, Path log, List<String> options, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return new ChildJvm(new ProcessBuilder(command).redirectErrorStream(true).start(), log);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Waits for a signal; false where it did not come in time, or the process has ended before.
    synchronized boolean await(String signal, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!signals.contains(signal)) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0 || !process.isAlive() && !reader.isAlive()) {
                return signals.contains(signal);
            }
            wait(Math.min(left, 200));
        }
        return true;
    }

    /// Tells it a line; whether it is still there to hear it.
    boolean tell(String line) {
        try {
            Writer in = process.outputWriter(StandardCharsets.UTF_8);
            in.write(line + "\n");
            in.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// Sends it a signal of the system's.
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    /// Ends its input.
    void endInput() throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).close();
    }

    /// `kill -9`.
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /// Waits for its end, and kills it where that takes too long.
    void end(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
        }
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
        process.onExit().join();
    }

    private void read(Path log) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                Writer writer =
                        Files.newBufferedWriter(
                                log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                writer.write(line + "\n");
                writer.flush();
                if (line.startsWith("@")) {
                    note(line);
                }
            }
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private synchronized void note(String signal) {
        signals.add(signal);
        notifyAll();
    }
}

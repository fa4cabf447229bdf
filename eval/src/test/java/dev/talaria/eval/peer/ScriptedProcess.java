package dev.talaria.eval.peer;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// A child process that answers every question with the next lines of its script, and ends when it
/// has none left or its input ends.
final class ScriptedProcess extends Process {

    private static final int PIPE_BYTES = 1 << 16;

    private final PipedOutputStream questions = new PipedOutputStream();
    private final PipedInputStream answers = new PipedInputStream(PIPE_BYTES);
    private final InputStream errors;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    /// @param errors of its error stream
    /// @param exitCode it ends with
    /// @param script what it writes after each question, several lines or none
    ScriptedProcess(String errors, int exitCode, String... script) throws IOException {
        this.errors = new ByteArrayInputStream(errors.getBytes(StandardCharsets.UTF_8));
        PipedInputStream input = new PipedInputStream(questions, PIPE_BYTES);
        PipedOutputStream output = new PipedOutputStream(answers);
        Queue<String> lines = new ArrayDeque<>(List.of(script));
        Thread.ofVirtual().start(() -> live(input, output, lines, exitCode));
    }

    private void live(InputStream input, OutputStream output, Queue<String> script, int exitCode) {
        try (BufferedReader in =
                        new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
                output) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                heard.add(line);
                if (script.isEmpty()) {
                    break;
                }
                output.write(script.remove().getBytes(StandardCharsets.UTF_8));
                output.flush();
            }
            exit.complete(exitCode);
        } catch (IOException e) {
            exit.completeExceptionally(e);
        }
    }

    /// What it was asked so far.
    List<String> heard() {
        return heard;
    }

    @Override
    public OutputStream getOutputStream() {
        return questions;
    }

    @Override
    public InputStream getInputStream() {
        return answers;
    }

    @Override
    public InputStream getErrorStream() {
        return errors;
    }

    @Override
    public int waitFor() {
        return exit.join();
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) {
        exit.orTimeout(timeout, unit).join();
        return true;
    }

    @Override
    public int exitValue() {
        if (!exit.isDone()) {
            throw new IllegalThreadStateException("it has not ended");
        }
        return exit.join();
    }

    @Override
    public boolean isAlive() {
        return !exit.isDone();
    }

    @Override
    public void destroy() {
        exit.complete(143);
    }
}

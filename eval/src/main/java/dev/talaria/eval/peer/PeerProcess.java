package dev.talaria.eval.peer;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A process that answers questions, one line of JSON each: `{"id":1,"do":"prompt",…}` to its
/// standard input, `{"id":1,…}` or `{"id":1,"error":"…"}` from its standard output. It works only
/// between question and answer.
///
/// Other lines on its standard output are passed over: libraries write there. The last of its error
/// stream is kept, to be shown where it dies. It ends when its input does. Used by one thread.
final class PeerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int KEPT_LINES = 8;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Process process;
    private final Writer questions;
    private final BufferedReader answers;
    private final Thread errors;
    private final ArrayDeque<String> lastErrors = new ArrayDeque<>();
    private long asked;

    /// @param process whose streams belong to this object from now on
    PeerProcess(Process process) {
        this.process = process;
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.errors =
                Thread.ofPlatform().daemon().name("talaria-peer-errors").start(this::keepErrors);
    }

    /// Starts a program.
    ///
    /// @throws PeerException where it cannot be started
    static PeerProcess start(List<String> command, Path folder) {
        try {
            return new PeerProcess(new ProcessBuilder(command).directory(folder.toFile()).start());
        } catch (IOException e) {
            throw new PeerException(
                    command.getFirst() + ": cannot be started: " + e.getMessage(), e);
        }
    }

    /// Asks and waits for the answer.
    ///
    /// @throws PeerException where the process answers with an error, or ends
    JsonNode ask(String what, Map<String, Object> arguments) {
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("id", ++asked);
        question.put("do", what);
        question.putAll(arguments);
        try {
            questions.write(JSON.writeValueAsString(question) + "\n");
            questions.flush();
            return answer(what);
        } catch (IOException e) {
            throw new PeerException(ended(what), e);
        }
    }

    private JsonNode answer(String what) throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            JsonNode node = object(line);
            if (node != null && node.path("id").asLong(0) == asked) {
                if (node.has("error")) {
                    throw new PeerException(
                            "the peer, asked to %s: %s"
                                    .formatted(what, node.path("error").asString()));
                }
                return node;
            }
        }
        throw new PeerException(ended(what));
    }

    private static JsonNode object(String line) {
        if (!line.startsWith("{")) {
            return null;
        }
        try {
            return JSON.readTree(line);
        } catch (JacksonException e) {
            return null;
        }
    }

    private String ended(String what) {
        try {
            process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            errors.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String code = process.isAlive() ? "closed its output" : "ended with " + process.exitValue();
        synchronized (lastErrors) {
            return "the peer %s when asked to %s%s"
                    .formatted(
                            code,
                            what,
                            lastErrors.isEmpty() ? "" : ": " + String.join(" / ", lastErrors));
        }
    }

    private void keepErrors() {
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (lastErrors) {
                    if (lastErrors.size() == KEPT_LINES) {
                        lastErrors.removeFirst();
                    }
                    lastErrors.addLast(line.strip());
                }
            }
        } catch (IOException e) {
            synchronized (lastErrors) {
                lastErrors.addLast("its error stream broke off: " + e.getMessage());
            }
        }
    }

    /// Ends the process: by the end of its input, and by force where that does not do.
    @Override
    public void close() {
        try {
            questions.close();
        } catch (IOException e) {
            // It has ended already, which is what is wanted.
            process.destroy();
        }
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

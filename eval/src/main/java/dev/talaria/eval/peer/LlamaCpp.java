package dev.talaria.eval.peer;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// llama.cpp on a model file, by way of the npm package `node-llama-cpp`, which brings it compiled:
/// on the processor alone, never on a GPU.
///
/// It computes in a process of its own, and only while one of the methods here waits for it. What
/// it times is what our own bench does: wall time of forward passes with the same numbers of rows,
/// without sampling. Used by one thread.
public final class LlamaCpp implements AutoCloseable {

    /// Its name on the command line.
    public static final String NAME = "llama.cpp";

    private static final String SCRIPT = "llama-cpp.mjs";

    /// What was compared with.
    ///
    /// @param engine `llama.cpp`
    /// @param build the release it was compiled from
    /// @param distribution the npm package and its version
    /// @param node the version of Node
    /// @param features of the processor that it says it uses
    /// @param threads that computed
    public record Description(
            String engine,
            String build,
            String distribution,
            String node,
            String features,
            int threads) {}

    private final PeerProcess process;
    private final Description description;

    private LlamaCpp(PeerProcess process, Description description) {
        this.process = process;
        this.description = description;
    }

    /// Fetches the package where the folder does not have it yet, starts it, and loads the model.
    ///
    /// @param model a GGUF file
    /// @param cache where the package is kept
    /// @param progress is told what is downloaded and what is waited for
    /// @throws PeerException where Node is absent, the package cannot be fetched, or the model not
    ///   loaded
    public static LlamaCpp start(Path model, int threads, Path cache, Consumer<String> progress) {
        Node node = Node.find(System.getenv("PATH"));
        Path folder = new NodePackage(cache).installed(node, progress);
        progress.accept(NAME + ": loading " + model);
        PeerProcess process = PeerProcess.start(command(node), folder);
        return load(process, model, threads, node.version());
    }

    /// How Node is told to run the script.
    static List<String> command(Node node) {
        return List.of(node.program().toString(), "--input-type=module", "--eval", script());
    }

    // Handed over as text: what it imports is then looked up in the folder it is started in.
    private static String script() {
        try (InputStream resource = LlamaCpp.class.getResourceAsStream(SCRIPT)) {
            if (resource == null) {
                throw new PeerException("the class path lacks " + SCRIPT + "; build again");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new PeerException(SCRIPT + " cannot be read: " + e.getMessage(), e);
        }
    }

    /// Has a process load the model.
    static LlamaCpp load(PeerProcess process, Path model, int threads, String node) {
        try {
            JsonNode answer =
                    process.ask(
                            "load",
                            Map.of("model", model.toAbsolutePath().toString(), "threads", threads));
            Description description =
                    new Description(
                            NAME,
                            answer.path("build").asString(),
                            NodePackage.NAME + " " + NodePackage.VERSION,
                            node,
                            answer.path("features").asString().strip(),
                            threads);
            return new LlamaCpp(process, description);
        } catch (RuntimeException | Error e) {
            process.close();
            throw e;
        }
    }

    /// What it says of itself.
    public Description description() {
        return description;
    }

    /// Seconds for reading a prompt of so many tokens, to the logits of its last.
    public double promptSeconds(int tokens) {
        return seconds(process.ask("prompt", Map.of("tokens", tokens)));
    }

    /// Seconds for so many steps in which each of several sequences writes one token.
    ///
    /// @param context tokens each has read before, which is not timed
    public double decodeSeconds(int sequences, int context, int steps) {
        return seconds(
                process.ask(
                        "decode",
                        Map.of("sequences", sequences, "context", context, "steps", steps)));
    }

    /// The most probable token after a prompt of so many tokens, which are those our own bench
    /// reads: token `i` is `i` modulo 251.
    public int nextToken(int tokens) {
        int token = process.ask("next", Map.of("tokens", tokens)).path("token").asInt(-1);
        if (token < 0) {
            throw new PeerException(NAME + ": answered without a token");
        }
        return token;
    }

    /// How it is asked for documents.
    ///
    /// @param sequences that are read and written side by side
    /// @param looksUp whether it guesses tokens from its input, and verifies them in one pass
    public record Setting(int sequences, boolean looksUp) {

        private static final String LOOKS_UP = "+lookup";

        public Setting {
            if (sequences < 1) {
                throw new IllegalArgumentException(sequences + " sequences are below 1");
            }
        }

        /// Reads `8`, or `8+lookup`.
        ///
        /// @throws IllegalArgumentException where the text has another form
        public static Setting parse(String text) {
            boolean looksUp = text.endsWith(LOOKS_UP);
            String number = looksUp ? text.substring(0, text.length() - LOOKS_UP.length()) : text;
            if (!number.matches("[1-9][0-9]{0,2}")) {
                throw new IllegalArgumentException(
                        "'%s': write a number of sequences, or one with %s, as in 8%s"
                                .formatted(text, LOOKS_UP, LOOKS_UP));
            }
            return new Setting(Integer.parseInt(number), looksUp);
        }

        @Override
        public String toString() {
            return sequences + (looksUp ? LOOKS_UP : "");
        }
    }

    /// What it wrote for a document.
    ///
    /// @param text the value, or what there was of it when the tokens were used up
    /// @param read tokens of the prompt that its sequence did not have yet
    /// @param written tokens
    public record DocumentAnswer(String text, int read, int written) {}

    /// Answers to several prompts.
    ///
    /// @param seconds from the first that was begun to the last that was finished
    /// @param answers in the order of the prompts
    public record DocumentAnswers(double seconds, List<DocumentAnswer> answers) {}

    /// Extractions under a schema, by its own grammar for JSON schemas, at temperature 0. Its
    /// sequences keep the prompts' common beginning, which is read before the time begins; of the
    /// other tokens each reads those it does not have.
    ///
    /// @param prompts tokens of each
    /// @param shared tokens of a common beginning
    /// @param schema a JSON Schema
    /// @param longest prompt and answer together
    public DocumentAnswers extract(
            Setting setting,
            List<int[]> prompts,
            int[] shared,
            String schema,
            int mostTokens,
            int longest) {
        JsonNode answer =
                process.ask(
                        "documents",
                        Map.of(
                                "sequences",
                                setting.sequences(),
                                "looksUp",
                                setting.looksUp(),
                                "prompts",
                                prompts,
                                "shared",
                                shared,
                                "schema",
                                schema,
                                "mostTokens",
                                mostTokens,
                                "longest",
                                longest));
        List<DocumentAnswer> answers =
                answer.path("results")
                        .valueStream()
                        .map(each ->
                                new DocumentAnswer(
                                        each.path("text").asString(""),
                                        each.path("read").asInt(0),
                                        each.path("written").asInt(0)))
                        .toList();
        if (answers.size() != prompts.size()) {
            throw new PeerException(
                    "%s: answered %d of %d documents"
                            .formatted(NAME, answers.size(), prompts.size()));
        }
        return new DocumentAnswers(seconds(answer), answers);
    }

    private static double seconds(JsonNode answer) {
        double seconds = answer.path("seconds").asDouble(0);
        if (!(seconds > 0)) {
            throw new PeerException(NAME + ": answered without a time: " + answer);
        }
        return seconds;
    }

    /// Ends the process.
    @Override
    public void close() {
        process.close();
    }
}

package dev.talaria.eval.bench;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.embedded.FileCache;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Measures starts: from the moment a new process is asked for to its first token, phase by phase.
///
/// Each start is a Java process of its own with this one's options. One start comes before, which
/// writes the repacked weights where they are not there; then starts with the model's files in the
/// system's memory and, by turns, starts for which they were taken out of it.
final class StartBench {

    private static final int SHOWN_LINES = 5;
    private static final String CLASSES = "-XX:SharedArchiveFile=";

    private final Path model;
    private final OperatorConfig config;
    private final Consumer<String> progress;

    /// @param config with the folder of repacked weights, where they are to be kept
    /// @param progress is told what goes on
    StartBench(Path model, OperatorConfig config, Consumer<String> progress) {
        this.model = model;
        this.config = config;
        this.progress = progress;
    }

    /// The seconds of a start's phases, in their order.
    ///
    /// @param jvm until the program's first line
    /// @param open until the first weights are ready: headers, tokenizer, code of the kernels
    /// @param weights until the last are
    /// @param engine until requests are taken
    /// @param token until the first token is written
    record Phases(double jvm, double open, double weights, double engine, double token) {

        double total() {
            return jvm + open + weights + engine + token;
        }
    }

    /// What was measured.
    ///
    /// @param warm starts with the files in the system's memory
    /// @param cold starts without; empty where the system cannot be asked to forget them
    record Starts(List<Phases> warm, List<Phases> cold) {}

    /// @throws IOException where the process cannot be started, or ends without having said when
    Starts run(int rounds) throws IOException {
        progress.accept("a start that is not measured");
        Phases first = start();
        progress.accept("it took %.2f s".formatted(first.total()));
        List<Phases> warm = new ArrayList<>();
        List<Phases> cold = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            if (forget()) {
                cold.add(start());
                tell("cold", round, rounds, cold.getLast());
            }
            warm.add(start());
            tell("warm", round, rounds, warm.getLast());
        }
        return new Starts(warm, cold);
    }

    private void tell(String kind, int round, int rounds, Phases start) {
        progress.accept("%s, round %d of %d: %.2f s".formatted(kind, round, rounds, start.total()));
    }

    private boolean forget() throws IOException {
        boolean isForgotten = true;
        for (Path folder :
                Stream.concat(Stream.of(model), config.repackCache().stream()).toList()) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    isForgotten &= FileCache.forget(file);
                }
            }
        }
        return isForgotten;
    }

    private Phases start() throws IOException {
        long asked = System.currentTimeMillis();
        Process process = new ProcessBuilder(command()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = process.inputReader()) {
            lines.lines().forEach(said::add);
        }
        return said.stream()
                .filter(line -> line.startsWith(StartProbe.MARK))
                .findFirst()
                .map(line -> phases(asked, line.substring(StartProbe.MARK.length())))
                .orElseThrow(() ->
                        new IOException(
                                "the process that was started said no times: " + end(said)));
    }

    // The last that was said, without the places a failure came by.
    private static String end(List<String> lines) {
        List<String> told = lines.stream().filter(line -> !line.startsWith("\t")).toList();
        return String.join(
                " / ", told.subList(Math.max(0, told.size() - SHOWN_LINES), told.size()));
    }

    private static Phases phases(long asked, String json) {
        JsonNode times = JsonMapper.shared().readTree(json);
        long entered = times.path("entered").asLong();
        long first = times.path("firstWeights").asLong();
        long last = times.path("lastWeights").asLong();
        long opened = times.path("opened").asLong();
        long written = times.path("written").asLong();
        return new Phases(
                (entered - asked) / 1e3,
                (first - entered) / 1e3,
                (last - first) / 1e3,
                (opened - last) / 1e3,
                (written - opened) / 1e3);
    }

    // A start has its own classes: those of the first are there for the next.
    private static String ofItsOwn(String argument) {
        return argument.startsWith(CLASSES) ? argument + ".start" : argument;
    }

    // This process' own options, without what debuggers and tests have added.
    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument ->
                        !argument.startsWith("-agentlib") && !argument.startsWith("-javaagent"))
                .map(StartBench::ofItsOwn)
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(StartProbe.class.getName());
        command.addAll(
                List.of(
                        model.toAbsolutePath().toString(),
                        config.kernels(),
                        Integer.toString(config.threads())));
        config.repackCache()
                .map(folder -> folder.toAbsolutePath().toString())
                .ifPresent(command::add);
        return command;
    }
}

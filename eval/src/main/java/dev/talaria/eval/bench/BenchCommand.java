package dev.talaria.eval.bench;

import dev.talaria.eval.peer.LlamaCpp;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.OperatorVersion;
import dev.talaria.inference.embedded.CacheFolder;
import dev.talaria.inference.embedded.EmbeddedModel;
import dev.talaria.inference.embedded.LoadProgress;
import dev.talaria.inference.embedded.ModelBench;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/// Speed of a model on this machine, beside the machine's own limits.
@Command(
        name = "talaria bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measure how fast a model reads prompts and decodes, beside this machine's memory"
                    + " bandwidth and float32 peak, measured in the same run; or, with --documents,"
                    + " how many documents a minute it extracts.",
            "The table goes to standard output, progress to the error stream."
        })
final class BenchCommand implements Callable<Integer> {

    private static final String STANDARD_OUTPUT = "-";
    private static final long LARGE = 256L << 20;

    // Of passes, which documents are not measured by.
    private static final List<String> PASSES =
            List.of("--prompt", "--decode", "--sequences", "--context", "--stages");

    // Besides these.
    private static final List<String> NOT_OF_STARTS = List.of("--documents", "--vs", "--json");

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description =
                    "A GGUF file or a Hugging Face folder; the miniature model that comes along"
                            + " if left out.")
    private Path model;

    @Option(
            names = "--prompt",
            paramLabel = "TOKENS",
            defaultValue = "512",
            description = "Tokens of the prompt, 0 for none (default: ${DEFAULT-VALUE}).")
    private int promptTokens;

    @Option(
            names = "--decode",
            paramLabel = "TOKENS",
            defaultValue = "64",
            description = "Tokens each sequence writes, 0 for none (default: ${DEFAULT-VALUE}).")
    private int decodeTokens;

    @Option(
            names = "--sequences",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,2,4,8,16,32",
            description = "How many decode together (default: ${DEFAULT-VALUE}).")
    private List<Integer> sequences;

    @Option(
            names = "--context",
            paramLabel = "TOKENS",
            defaultValue = "1",
            description =
                    "Tokens every sequence has read before it writes (default:"
                            + " ${DEFAULT-VALUE}).")
    private int contextTokens;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "Everything is measured so many times in turn; shares are of the best"
                            + " (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--kernels",
            defaultValue = "auto",
            description = "auto, amx, vnni, avx2, vector or scalar (default: ${DEFAULT-VALUE}).")
    private String kernels;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Compute threads (default: all processors).")
    private Integer threads;

    @Option(
            names = "--repack-cache",
            paramLabel = "FOLDER",
            description =
                    "Keep the weights there in the order the kernels read them, for the next"
                            + " start.")
    private Path repackCache;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "Write the result as JSON there as well; '-' prints it instead of the table.")
    private String json;

    @Option(
            names = "--stages",
            description =
                    "Print as well where the time of the fastest round went, stage by stage of the"
                            + " forward pass.")
    private boolean stages;

    @Option(
            names = "--vs",
            paramLabel = "ENGINE",
            description =
                    "Measure another engine on the same file in the same run: llama.cpp, by way"
                            + " of the npm package node-llama-cpp. Needs Node; what is missing is"
                            + " downloaded once to the cache folder.")
    private String peer;

    @Option(
            names = "--start",
            description =
                    "Measure starts instead: from a new process to its first token, with the"
                            + " model's files in the system's memory and without. Give"
                            + " --repack-cache to read the weights from there.")
    private boolean start;

    @ArgGroup(exclusive = false, heading = "%nDocuments a minute:%n")
    private DocumentArguments documents;

    @Spec private CommandSpec spec;

    private final List<StageTable> stageTables = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        BenchPlan plan = plan();
        OperatorConfig config = config();
        checkPeer();
        checkDocuments();
        checkStart();
        Path output = output();
        Path file = model == null ? EmbeddedModel.file() : model;
        if (!Files.exists(file)) {
            throw wrong(file + ": there is no such file; check the path", null);
        }
        if (stages && STANDARD_OUTPUT.equals(json)) {
            throw wrong("--stages: they are no part of the JSON; name a file with --json", null);
        }
        if (start) {
            StartBench.Starts starts = new StartBench(file, config, this::progress).run(rounds);
            spec.commandLine().getOut().println(new StartTable(starts));
            return 0;
        }
        if (documents != null) {
            DocumentReport report = measureDocuments(file, config);
            tell(output, report.json(), report.table());
            return 0;
        }
        BenchReport report = withPeer(file, config, other -> measure(file, config, plan, other));
        tell(output, report.json(), report.table());
        stageTables.forEach(spec.commandLine().getOut()::println);
        return 0;
    }

    private void tell(Path output, String asJson, String asTable) throws IOException {
        if (output != null) {
            Files.writeString(output, asJson + System.lineSeparator());
        }
        spec.commandLine().getOut().println(STANDARD_OUTPUT.equals(json) ? asJson : asTable);
    }

    private interface Measurement<T> {
        T beside(Optional<LlamaCpp> peer) throws IOException;
    }

    // The peer first: what it lacks is found before our model is loaded.
    private <T> T withPeer(Path file, OperatorConfig config, Measurement<T> measurement)
            throws IOException {
        if (peer == null) {
            return measurement.beside(Optional.empty());
        }
        try (LlamaCpp other =
                LlamaCpp.start(file, config.threads(), CacheFolder.path(), this::progress)) {
            return measurement.beside(Optional.of(other));
        }
    }

    private DocumentReport measureDocuments(Path file, OperatorConfig config) throws IOException {
        DocumentLoad load = documents.load(rounds);
        DocumentBench bench =
                new DocumentBench(
                        file, config, load, documents.peerSettings(), loading(), this::progress);
        return withPeer(file, config, bench::measure);
    }

    private BenchReport measure(
            Path file, OperatorConfig config, BenchPlan plan, Optional<LlamaCpp> other)
            throws IOException {
        progress("loading " + file);
        try (ModelBench bench = ModelBench.open(file, config, loading())) {
            BenchPlan.Fitted fitted = plan.fit(bench::longest);
            fitted.notes().forEach(this::progress);
            if (fitted.measures().isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", fitted.notes()));
            }
            return run(file, config, bench, fitted, other);
        }
    }

    private BenchReport run(
            Path file,
            OperatorConfig config,
            ModelBench bench,
            BenchPlan.Fitted fitted,
            Optional<LlamaCpp> other)
            throws IOException {
        String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        OwnModel own = new OwnModel(bench);
        StageRecorder recorder = new StageRecorder(own, own::stages);
        Optional<Comparison.Agreement> agreement = other.map(it -> agreement(bench, it));
        BenchRun.Timings timings =
                new BenchRun(
                                recorder,
                                other.map(PeerContestant::new),
                                () ->
                                        new Ceiling(
                                                bench.readBytesPerSecond(),
                                                bench.multiplyAddsPerSecond()),
                                WarmUp.ofThisJvm()::run,
                                this::progress)
                        .run(fitted.measures(), rounds);
        MeasuredCeilings ceilings = MeasuredCeilings.of(timings.ceilings());
        if (stages) {
            timings.own()
                    .keySet()
                    .forEach(each ->
                            stageTables.add(
                                    new StageTable(each, recorder.fastest(each), ceilings.best())));
        }
        return new BenchReport(
                BenchReport.FORMAT,
                OperatorVersion.current(),
                started,
                Machine.here(),
                MeasuredModel.of(file, bench),
                config.threads(),
                rounds,
                ceilings,
                figures(own, timings, ceilings.best()),
                other.map(it ->
                        Comparison.of(
                                it.description(),
                                agreement.orElseThrow(),
                                timings.own(),
                                timings.peer())),
                fitted.notes());
    }

    private Comparison.Agreement agreement(ModelBench bench, LlamaCpp other) {
        Comparison.Agreement agreement =
                Comparison.Agreement.of(bench::nextToken, other::nextToken, bench.longest(1));
        progress(
                "%s finds the same next token after %d of %d prompts"
                        .formatted(LlamaCpp.NAME, agreement.same(), agreement.prompts()));
        return agreement;
    }

    private static List<Figure> figures(OwnModel own, BenchRun.Timings timings, Ceiling ceiling) {
        return timings.own().entrySet().stream()
                .map(each ->
                        Figure.of(
                                each.getKey(),
                                own.work(each.getKey()),
                                each.getValue(),
                                timings.beside().get(each.getKey()),
                                ceiling))
                .toList();
    }

    // One line of the terminal, written over; a small model is there before it could be read.
    private LoadProgress loading() {
        if (System.console() == null || !System.console().isTerminal()) {
            return LoadProgress.SILENT;
        }
        PrintWriter err = spec.commandLine().getErr();
        return (bytes, ofBytes) -> {
            if (ofBytes >= LARGE) {
                err.printf("\r… %,d of %,d MB ", bytes >> 20, ofBytes >> 20);
                err.print(bytes == ofBytes ? "\r\033[K" : "");
                err.flush();
            }
        };
    }

    private void progress(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("… " + line);
        err.flush();
    }

    // Found out before a run of many minutes, not after it.
    private Path output() {
        if (json == null || json.equals(STANDARD_OUTPUT)) {
            return null;
        }
        Path file = Path.of(json).toAbsolutePath();
        if (Files.isDirectory(file) || !Files.isDirectory(file.getParent())) {
            throw wrong(
                    "--json: %s: no file can be written there; name one in an existing folder"
                            .formatted(json),
                    null);
        }
        return file;
    }

    private void checkPeer() {
        if (peer != null && !peer.equals(LlamaCpp.NAME)) {
            throw wrong(
                    "--vs: '%s' is no engine to compare with; there is %s"
                            .formatted(peer, LlamaCpp.NAME),
                    null);
        }
    }

    private void checkDocuments() {
        if (documents == null) {
            return;
        }
        for (String option : PASSES) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw wrong(option + ": is of measuring passes; leave it or --documents out", null);
            }
        }
        try {
            documents.check();
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage(), e);
        }
    }

    private void checkStart() {
        for (String option : Stream.concat(PASSES.stream(), NOT_OF_STARTS.stream()).toList()) {
            if (start && spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw wrong(option + ": is no part of --start; leave one of them out", null);
            }
        }
    }

    private BenchPlan plan() {
        try {
            return new BenchPlan(promptTokens, decodeTokens, sequences, contextTokens, rounds);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage(), e);
        }
    }

    private OperatorConfig config() {
        OperatorConfig usual = OperatorConfig.DEFAULT;
        if (threads != null && threads < 1) {
            throw wrong("--threads: " + threads + " is below 1", null);
        }
        return new OperatorConfig(
                usual.model(),
                kernels,
                threads == null ? usual.threads() : threads,
                usual.maxSequences(),
                usual.contextTokens(),
                usual.kvCacheBytes(),
                usual.serving(),
                Optional.ofNullable(repackCache));
    }

    private ParameterException wrong(String message, Throwable cause) {
        return new ParameterException(spec.commandLine(), message, cause);
    }
}

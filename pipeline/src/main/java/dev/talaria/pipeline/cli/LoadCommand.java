package dev.talaria.pipeline.cli;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.app.Cleanup;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.load.LoadPlan;
import dev.talaria.pipeline.load.LoadReport;
import dev.talaria.pipeline.load.LoadResult;
import dev.talaria.pipeline.load.LoadRun;
import dev.talaria.pipeline.load.ScriptedAnswers;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/// How many documents a second the pipeline carries.
@Command(
        name = "load",
        description = {
            "Measure how many documents a second the pipeline carries, exactly once, with a broker"
                    + " in this process; and where the processors' time goes.",
            "Without --model an operator answers that takes no time, so that the pipeline itself is"
                    + " measured. Sending and reading the documents take of the same processors.",
            "Exit code 0 where every document was answered exactly once, and as fast as"
                    + " --at-least asks."
        },
        footer = {
            "",
            "Examples:",
            "  talaria load --at-least 5000",
            "  talaria load --set stream.threads=2 --set topics.partitions=16",
            "  talaria load --model m7.gguf --bytes 256 --documents 16 --rounds 1"
        })
final class LoadCommand implements Callable<Integer> {

    private static final String SERVERS = "kafka.bootstrap.servers";
    private static final int SCRIPTED_WARM_UP = 150_000;
    private static final int SCRIPTED_DOCUMENTS = 60_000;
    private static final int SCRIPTED_LEAD = 10_000;
    private static final int MODEL_WARM_UP = 4;
    private static final int MODEL_DOCUMENTS = 64;
    private static final int MODEL_LEAD = 256;

    @Mixin private StandardOptions standard;

    @Option(
            names = "--model",
            paramLabel = "PATH",
            arity = "0..1",
            fallbackValue = "",
            description =
                    "Answer with a model: a GGUF file or a Hugging Face folder, or the miniature"
                            + " model where no path is given.")
    private String model;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            defaultValue = "1024",
            description = "Bytes of a document (default: ${DEFAULT-VALUE}).")
    private int bytes;

    @Option(
            names = "--documents",
            paramLabel = "N",
            description = "Documents of a round (default: 60000; 64 with a model).")
    private Integer documents;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Documents before the first round (default: 150000; 4 with a model).")
    private Integer warmUp;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds that are timed (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--at-least",
            paramLabel = "N",
            defaultValue = "0",
            description = "Fail where a round carries fewer documents a second.")
    private double atLeast;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of the pipeline, as 'talaria config' lists them.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        LoadPlan plan = plan();
        Map<String, String> chosen = chosen();
        LoadRun.requireKnown(chosen);
        PrintWriter out = spec.commandLine().getOut();
        try (Cleanup cleanup = new Cleanup()) {
            Path folder = cleanup.temporaryFolder("talaria-load-");
            PipelineConfig config = LoadRun.start(folder, chosen, cleanup);
            InferenceOperator operator = cleanup.add(operator(config));
            out.printf(
                    "%s; %d processors, %d partitions, %d stream threads, documents of %,d bytes%n",
                    operator.model().description(),
                    Runtime.getRuntime().availableProcessors(),
                    config.creation().partitions(),
                    config.flow().streamThreads(),
                    plan.documentBytes());
            LoadResult result =
                    LoadRun.measure(config, plan, operator, model == null, line -> say(out, line));
            say(out, LoadReport.text(result).stripTrailing());
            return result.isExact() && isFastEnough(result, out) ? 0 : 1;
        }
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }

    private boolean isFastEnough(LoadResult result, PrintWriter out) {
        if (result.slowest() >= atLeast) {
            return true;
        }
        out.printf(
                "too slow: %,.0f documents/s in the slowest round, where --at-least asks for"
                    + " %,.0f%n",
                result.slowest(), atLeast);
        return false;
    }

    private LoadPlan plan() {
        boolean isScripted = model == null;
        int measured = isScripted ? SCRIPTED_DOCUMENTS : MODEL_DOCUMENTS;
        int before = isScripted ? SCRIPTED_WARM_UP : MODEL_WARM_UP;
        try {
            return new LoadPlan(
                    bytes,
                    warmUp == null ? before : warmUp,
                    documents == null ? measured : documents,
                    rounds,
                    isScripted ? SCRIPTED_LEAD : MODEL_LEAD);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }

    private Map<String, String> chosen() {
        if (settings.containsKey(SERVERS)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--set %s: the load has a broker of its own; leave it out".formatted(SERVERS));
        }
        Map<String, String> chosen = new TreeMap<>(settings);
        if (model != null && !model.isEmpty()) {
            chosen.put("inference.model", model);
        }
        return chosen;
    }

    private InferenceOperator operator(PipelineConfig config) {
        if (model == null) {
            return ScriptedAnswers.operator();
        }
        return OperatorStart.around(
                OperatorStart.open(config.operator(), spec.commandLine().getErr()),
                config.answering());
    }
}

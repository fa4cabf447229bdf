package dev.talaria.eval.cli;

import dev.talaria.eval.report.RunReport;
import dev.talaria.eval.suite.Dataset;
import dev.talaria.eval.suite.EvaluatedModel;
import dev.talaria.eval.suite.Evaluation;
import dev.talaria.eval.suite.EvaluationPlan;
import dev.talaria.eval.suite.OutputFolder;
import dev.talaria.eval.suite.Progress;
import dev.talaria.eval.suite.Replay;
import dev.talaria.eval.suite.ReportWriter;
import dev.talaria.eval.suite.RowSelection;
import dev.talaria.eval.suite.Suite;
import dev.talaria.eval.suite.Summary;
import dev.talaria.eval.suite.SummaryTable;
import dev.talaria.eval.suite.TrialResult;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.OperatorVersion;
import dev.talaria.inference.embedded.EmbeddedOperator;
import dev.talaria.inference.embedded.LoadProgress;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.LongStream;

/// What all suites are told: the model, the rows, the seeds, where the results go; and the run
/// itself.
final class RunArguments {

    static final String VERBOSE = "--verbose";

    private static final int FORMAT = 1;

    @Mixin private ModelArguments model;

    @Option(
            names = "--dataset",
            required = true,
            paramLabel = "PATH",
            description =
                    "The rows: a Parquet, JSON, JSONL, CSV or Arrow file, or a folder of them as"
                            + " downloaded from Hugging Face.")
    private Path dataset;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            description = "Of a folder, only the files of this split: train, test, validation.")
    private String split;

    @Option(
            names = "--rows",
            paramLabel = "RANGES",
            description = "Only these rows, counted from 0: 0-9,15,40-.")
    private String rows;

    @Option(names = "--limit", paramLabel = "N", description = "Only the first N of the rows.")
    private Long limit;

    @Option(
            names = "--seeds",
            paramLabel = "N|LIST",
            defaultValue = "1",
            description =
                    "How often every row is asked: a number of seeds, counted from --seed; or the"
                            + " seeds themselves, with commas (default: ${DEFAULT-VALUE}).")
    private String seeds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "The first seed (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--replay",
            paramLabel = "FILE",
            description =
                    "Judge recorded outputs instead of asking a model: lines {\"row\": n, \"text\":"
                            + " …}.")
    private Path replay;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description =
                    "Where results.jsonl, summary.json and report.html go. A run that was broken"
                            + " off is continued with the same options.")
    private Path output;

    @Option(names = "--restart", description = "Remove what --output holds, and begin anew.")
    private boolean restart;

    @Option(names = VERBOSE, description = "Add the stack trace to a failure.")
    private boolean verbose;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    /// The exit code: 0 where the run came to its end, whatever the verdicts.
    int run(Suite suite) throws IOException {
        check();
        return run(suite, suite.read(dataset, Optional.ofNullable(split), selection()));
    }

    /// The same, where what the suite is depends on the rows.
    int run(Function<Dataset, Suite> suites) throws IOException {
        check();
        Dataset data = Dataset.read(dataset, Optional.ofNullable(split), selection());
        return run(suites.apply(data), data);
    }

    private void check() {
        if (replay != null && model.isGiven()) {
            throw wrong("--replay asks no model; leave out --model");
        }
    }

    private int run(Suite suite, Dataset data) throws IOException {
        List<Long> seedList = seedList();
        OperatorConfig config = model.config(spec);
        ObjectNode identity = identity(suite, data);
        if (replay != null) {
            return replay(suite, data, identity);
        }
        EvaluationPlan plan = EvaluationPlan.asking(suite, data, seedList, suite.modes());
        try (EmbeddedOperator operator = EmbeddedOperator.open(config, loading())) {
            ObjectNode options = (ObjectNode) identity.get("options");
            seedList.forEach(options.putArray("seeds")::add);
            options.put("kvType", config.serving().kvType());
            describe(identity.putObject("model"), operator.model());
            EvaluatedModel asked = new EvaluatedModel(operator, operator.model());
            // Enough that the batch stays full while the oldest answer is still being written.
            int together = 4 * config.maxSequences();
            return run(suite, plan, identity, Optional.of(asked), together);
        }
    }

    private int replay(Suite suite, Dataset data, ObjectNode identity) throws IOException {
        Replay recorded = Replay.read(replay);
        identity.putObject("replay").put("path", recorded.name()).put("sha256", recorded.sha256());
        EvaluationPlan plan = EvaluationPlan.replaying(suite, data, recorded);
        return run(suite, plan, identity, Optional.empty(), 1);
    }

    private int run(
            Suite suite,
            EvaluationPlan plan,
            ObjectNode identity,
            Optional<EvaluatedModel> asked,
            int together)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        plan.notes().forEach(note -> err.println("… " + note));
        OutputFolder folder = new OutputFolder(output);
        folder.open(identity, restart);
        Progress progress = ProgressLine.on(err);
        List<TrialResult> results = new Evaluation(plan, asked, together, progress).run(output);
        ObjectNode summary = identity.put("version", OperatorVersion.current());
        plan.notes().forEach(summary.putArray("notes")::add);
        summary.set("modes", Summary.modes(suite, results));
        folder.write(summary);
        report().write(output);
        out.println(SummaryTable.of(summary.get("modes")));
        out.println("written to " + output);
        return 0;
    }

    private LoadProgress loading() {
        return ProgressLine.loading(spec.commandLine().getErr());
    }

    private static ReportWriter report() {
        return RunReport::write;
    }

    // What a run is of; it is continued by one of the same.
    private ObjectNode identity(Suite suite, Dataset data) {
        ObjectNode identity = JsonNodeFactory.instance.objectNode();
        identity.put("format", FORMAT).put("suite", suite.name());
        ObjectNode read = identity.putObject("dataset");
        read.put("path", data.name()).put("split", split).put("sha256", data.sha256());
        read.put("rows", data.rows().size());
        ObjectNode options = identity.putObject("options");
        suite.options().forEach(options::put);
        options.put("rows", rows).put("limit", limit);
        return identity;
    }

    private static void describe(ObjectNode node, ModelDescription description) {
        node.put("name", description.name()).put("sha256", description.sha256());
        node.put("quantization", description.quantization());
        node.put("contextTokens", description.contextTokens());
        node.put("description", description.description());
    }

    private RowSelection selection() {
        try {
            return new RowSelection(
                    rows == null ? List.of() : RowSelection.ranges(rows),
                    limit == null ? Long.MAX_VALUE : limit);
        } catch (IllegalArgumentException e) {
            throw wrong("--rows, --limit: " + e.getMessage());
        }
    }

    private List<Long> seedList() {
        try {
            if (seeds.contains(",")) {
                return Arrays.stream(seeds.split(","))
                        .map(String::strip)
                        .map(Long::valueOf)
                        .distinct()
                        .toList();
            }
            int count = Integer.parseInt(seeds.strip());
            if (count >= 1) {
                return LongStream.range(seed, seed + count).boxed().toList();
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw wrong("--seeds: '%s' is no number from 1 and no list such as 1,2,3".formatted(seeds));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}

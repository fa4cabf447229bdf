package dev.talaria.pipeline.cli;

import dev.talaria.datasets.filter.FilterException;
import dev.talaria.datasets.filter.RowFilter;
import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.ValueType;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.OperatorVersion;
import dev.talaria.inference.chunked.ChunkOptions;
import dev.talaria.inference.chunked.ChunkingOperator;
import dev.talaria.inference.embedded.EmbeddedOperator;
import dev.talaria.pipeline.app.Topics;
import dev.talaria.pipeline.batch.BatchException;
import dev.talaria.pipeline.batch.BatchInput;
import dev.talaria.pipeline.batch.BatchJob;
import dev.talaria.pipeline.batch.BatchProgress;
import dev.talaria.pipeline.batch.BatchRun;
import dev.talaria.pipeline.batch.DryRun;
import dev.talaria.pipeline.batch.JobReport;
import dev.talaria.pipeline.batch.JobSession;
import dev.talaria.pipeline.batch.OutputRows;
import dev.talaria.pipeline.batch.Split;
import dev.talaria.pipeline.batch.SplitPlan;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.jobs.JobPublisher;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/// Files of documents in, files of extractions out.
@Command(
        name = "batch",
        description = {
            "Extract from files: records (Parquet, Arrow, JSON lines, JSON, CSV) or folders of"
                    + " documents (text, HTML, PDF, Word), without a broker.",
            "What is done is committed as it goes: stopped at any moment, the same command goes on"
                + " where it was. At the end there is one file with a row for each extraction, and"
                + " one with the rejected rows and why. Standard output has the totals as one line"
                + " of JSON.",
            "Exit codes: 0 done, 1 failed or stopped, 2 wrong usage, 4 done with rejected rows"
                    + " where --fail-on-rejected is given."
        })
final class BatchCommand implements Callable<Integer> {

    private static final int WITH_REJECTED = 4;
    private static final List<String> TEXTS = List.of("text", "document", "body", "content");
    private static final List<String> IDS =
            List.of("id", "doc_id", "document_id", "_id", "key", "path", "file");
    private static final List<String> OUTPUTS =
            List.of("parquet", "arrow", "arrows", "jsonl", "jsonl.gz", "jsonl.zst");

    @Mixin private StandardOptions standard;

    @Option(
            names = {"-i", "--input"},
            required = true,
            paramLabel = "PATH",
            description =
                    "A file of records, a folder of them, a document, or a folder of documents.")
    private Path input;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description =
                    "The file to write; its ending says the format: .parquet, .arrow, .jsonl. With"
                            + " --parts a folder.")
    private Path output;

    @Option(
            names = "--read",
            paramLabel = "KIND",
            description =
                    "Where a folder holds both: records or documents (default: what is there).")
    private String read;

    @Option(
            names = "--schema",
            paramLabel = "FILE",
            description = "A JSON Schema that every extraction must satisfy.")
    private Path schema;

    @Option(
            names = "--schema-column",
            paramLabel = "NAME",
            description = "Or a column that holds each row's JSON Schema.")
    private String schemaColumn;

    @Option(
            names = "--text-column",
            paramLabel = "NAME",
            description =
                    "The column with the document: text, or the bytes of a PDF or Word document"
                            + " (default: text, document, body or content, or the only text"
                            + " column).")
    private String textColumn;

    @Option(
            names = "--file-column",
            paramLabel = "NAME",
            description =
                    "Or a column that names a file with the document, as rejected documents of a"
                            + " folder have it.")
    private String fileColumn;

    @Option(
            names = "--files",
            paramLabel = "FOLDER",
            description = "The folder that these names begin in (default: that of the input file).")
    private Path files;

    @Option(
            names = "--id-column",
            paramLabel = "NAME",
            description =
                    "The column by which messages call a row (default: id, doc_id, path, … or its"
                            + " number).")
    private String idColumn;

    @Option(
            names = "--columns",
            paramLabel = "NAMES",
            split = ",",
            description =
                    "The input's columns that the output repeats: a,b,c (default: all but the"
                            + " document, its schema and bytes).")
    private List<String> columns;

    @Option(
            names = "--where",
            paramLabel = "FILTER",
            description =
                    "Only rows that satisfy it: comparisons, and, or, not, is null, like, in, as in"
                            + " \"pages < 5 and lang = 'en'\".")
    private String where;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Only the first N rows, of those that satisfy the filter.")
    private Long limit;

    @Option(
            names = "--rejected",
            paramLabel = "FILE",
            description =
                    "Where rows without an extraction go, with the reason, in the format of the"
                            + " output (default: OUTPUT.rejected.ENDING). It can be given as"
                            + " --input again.")
    private Path rejected;

    @Option(names = "--parts", description = "Leave the parts as they were committed, in a folder.")
    private boolean parts;

    @Option(
            names = "--format",
            paramLabel = "ENDING",
            description = "With --parts: parquet, arrow or jsonl (default: parquet).")
    private String format;

    @Option(
            names = "--no-typed-columns",
            description = "No columns for the members of the schema's object, the JSON alone.")
    private boolean untyped;

    @Option(
            names = "--timings",
            description = "Columns that differ from run to run: cached tokens and latency.")
    private boolean timings;

    @Option(
            names = "--commit-rows",
            paramLabel = "N",
            defaultValue = "64",
            description =
                    "Commit after so many rows, and at the end of every row group of the input"
                            + " (default: ${DEFAULT-VALUE}).")
    private int commitRows;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "16",
            description = "Documents that decode together (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--instruction",
            paramLabel = "TEXT",
            defaultValue = ExtractionTask.DEFAULT_INSTRUCTION,
            description = "The line before each document (default: ${DEFAULT-VALUE}).")
    private String instruction;

    @Option(
            names = "--max-attempts",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "Answers in all; one that fails validation is fed back with its errors"
                            + " (default: ${DEFAULT-VALUE}).")
    private int maxAttempts;

    @Option(
            names = "--max-chunks",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Ask a document that is longer than the model's window in up to N parts, and"
                            + " merge what they say; 1 rejects it (default: ${DEFAULT-VALUE}).")
    private int maxChunks;

    @Option(
            names = "--enforce",
            paramLabel = "HOW",
            defaultValue = "strict",
            description =
                    "strict refuses a schema with keywords that no mask enforces, hybrid leaves"
                            + " these to validation (default: ${DEFAULT-VALUE}).")
    private String enforce;

    @Option(
            names = "--dry-run",
            description =
                    "Write nothing: count tokens, tell how many rows fit, and answer a few to tell"
                            + " how long all will take.")
    private boolean dryRun;

    @Option(names = "--restart", description = "Begin anew, whatever was done.")
    private boolean restart;

    @Option(names = "--overwrite", description = "Replace an output that is there.")
    private boolean overwrite;

    @Option(
            names = "--distribute",
            description =
                    "Publish the splits for 'talaria run --jobs' on any number of machines that"
                            + " share the file system, and wait for them. Needs --config.")
    private boolean distribute;

    @Option(
            names = "--detach",
            description =
                    "With --distribute: do not wait; the same command without it waits and makes"
                            + " the output.")
    private boolean detach;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "With --distribute: the settings that the workers run with.")
    private Path config;

    @Option(names = "--fail-on-rejected", description = "Exit with 4 where rows were rejected.")
    private boolean failOnRejected;

    @Mixin private EngineArguments engine;

    @Mixin private SamplingArguments sampling;

    @Mixin private GrammarArguments grammar;

    @Spec private CommandSpec spec;

    private final OperatorOpener opener;

    /// Loads the model; tests have another.
    @FunctionalInterface
    interface OperatorOpener {
        InferenceOperator open(OperatorConfig config, PrintWriter err);
    }

    BatchCommand() {
        this(OperatorStart::open);
    }

    BatchCommand(OperatorOpener opener) {
        this.opener = opener;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        checkOptions();
        if (distribute) {
            return distribute(PipelineConfig.load(config, System.getenv()));
        }
        OperatorConfig operatorConfig = engine.config(batch);
        BatchJob.Kind kind = BatchInput.kind(absolute(input), said());
        try (RecordSource source = BatchInput.open(absolute(input), kind, commitRows)) {
            BatchJob draft = job(source, kind, operatorConfig);
            checkOutput();
            if (!dryRun) {
                JobSession.requireRoom(draft, start());
            }
            InferenceOperator model = opener.open(operatorConfig, spec.commandLine().getErr());
            try (InferenceOperator operator = splitting(model)) {
                BatchJob job = answeredBy(draft, operator);
                return dryRun ? estimate(job, source, model, operator) : run(job, source, operator);
            }
        } catch (BatchException e) {
            throw new CommandException(e.getMessage(), e);
        }
    }

    private InferenceOperator splitting(InferenceOperator model) {
        return maxChunks > 1 && model instanceof EmbeddedOperator embedded
                ? new ChunkingOperator(
                        model,
                        embedded.meter(),
                        new ChunkOptions(maxChunks, ChunkOptions.DEFAULT.overlapTokens()))
                : model;
    }

    // ---- What is asked ---------------------------------------------------------------------

    private void checkOptions() {
        require(commitRows >= 1, "--commit-rows = %d is below 1".formatted(commitRows));
        require(batch >= 1, "--batch = %d is below 1".formatted(batch));
        require(maxChunks >= 1, "--max-chunks = %d is below 1".formatted(maxChunks));
        require(
                maxChunks == 1 || !distribute,
                "--max-chunks is not for --distribute; split the documents before");
        require(maxAttempts >= 1, "--max-attempts = %d is below 1".formatted(maxAttempts));
        require(limit == null || limit >= 0, "--limit = " + limit + " is below 0");
        require(
                schema == null != (schemaColumn == null),
                "give --schema FILE, or --schema-column NAME where each row has its own");
        require(
                enforce.equals("strict") || enforce.equals("hybrid"),
                "--enforce = '%s' is neither strict nor hybrid".formatted(enforce));
        require(
                format == null || parts,
                "--format is for --parts; the ending of --output says the format of a file");
        require(
                fileColumn == null || textColumn == null,
                "--text-column and --file-column both say where the document is; leave one out");
        require(
                distribute == (config != null),
                "--distribute and --config go together: the settings name the broker");
        require(!detach || distribute, "--detach is for --distribute");
        require(!dryRun || !distribute, "--dry-run is no job to distribute; leave one out");
        require(
                OUTPUTS.contains(ending()),
                "%s: an output ends in one of .%s".formatted(output, String.join(", .", OUTPUTS)));
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private String ending() {
        if (parts) {
            return format == null ? "parquet" : format;
        }
        String name = String.valueOf(output.getFileName());
        return OUTPUTS.stream().filter(one -> name.endsWith("." + one)).findFirst().orElse("");
    }

    private Optional<BatchJob.Kind> said() {
        if (read == null) {
            return Optional.empty();
        }
        return switch (read) {
            case "records" -> Optional.of(BatchJob.Kind.RECORDS);
            case "documents" -> Optional.of(BatchJob.Kind.DOCUMENTS);
            default ->
                    throw new ParameterException(
                            spec.commandLine(),
                            "--read = '%s' is neither records nor documents".formatted(read));
        };
    }

    private void checkOutput() {
        Path folder = absolute(output).getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new CommandException(folder + ": there is no such folder; create it first");
        }
        if (!Files.isWritable(folder)) {
            throw new CommandException(folder + ": cannot be written; check its permissions");
        }
        if (Files.isDirectory(input) && absolute(output).startsWith(absolute(input))) {
            throw new CommandException(
                    output + ": lies in the folder that is read; write elsewhere");
        }
        if (!parts && Files.isDirectory(output)) {
            throw new CommandException(
                    output + ": is a folder; name a file, or give --parts for a folder of parts");
        }
    }

    private BatchJob job(RecordSource source, BatchJob.Kind kind, OperatorConfig config)
            throws IOException {
        RecordType type = source.type();
        Optional<RowFilter> filter = filter(type);
        BatchJob.Selection selection =
                new BatchJob.Selection(
                        kind == BatchJob.Kind.DOCUMENTS || fileColumn != null
                                ? Optional.empty()
                                : Optional.of(textColumn(type)),
                        kind == BatchJob.Kind.DOCUMENTS
                                ? Optional.of("path")
                                : existing(type, "--file-column", fileColumn),
                        Optional.ofNullable(files).map(path -> absolute(path).toString()),
                        schemaColumn(type),
                        idColumn(type),
                        kept(type, kind),
                        Optional.ofNullable(where),
                        SplitPlan.rows(source, filter, Optional.ofNullable(limit)));
        return new BatchJob(
                OperatorVersion.current(),
                new BatchJob.Input(
                        absolute(input).toString(), kind, BatchInput.sha256(absolute(input), kind)),
                selection,
                question(),
                new BatchJob.Engine(
                        Optional.empty(),
                        config.serving().kvType(),
                        config.contextTokens(),
                        maxChunks),
                new BatchJob.Output(
                        absolute(output).toString(),
                        absolute(rejectedPath()).toString(),
                        parts,
                        ending(),
                        !untyped,
                        timings,
                        commitRows));
    }

    private BatchJob.Question question() throws IOException {
        try {
            return new BatchJob.Question(
                    schema == null ? Optional.empty() : Optional.of(schemaText()),
                    instruction,
                    sampling.options(),
                    maxAttempts,
                    enforce,
                    grammar.orderName(),
                    grammar.spellingName(),
                    grammar.whitespaceMax());
        } catch (InvalidSchemaException e) {
            throw new CommandException(schema + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private String schemaText() throws IOException {
        String text = ModelPaths.text(schema);
        NetworkntValidator.of(text);
        return text;
    }

    private Optional<RowFilter> filter(RecordType type) {
        try {
            return Optional.ofNullable(where).map(text -> RowFilter.of(text, type));
        } catch (FilterException e) {
            throw new ParameterException(spec.commandLine(), "--where, " + e.getMessage(), e);
        }
    }

    private Path rejectedPath() {
        if (rejected != null) {
            return rejected;
        }
        String name = String.valueOf(output.getFileName());
        return output.resolveSibling(
                parts
                        ? name + ".rejected"
                        : name.substring(0, name.length() - ending().length())
                                + "rejected."
                                + ending());
    }

    private Optional<String> existing(RecordType type, String option, String column) {
        if (column != null && type.field(column) == null) {
            throw new CommandException(
                    "%s: there is no column '%s'; there are %s (%s)"
                            .formatted(input, column, String.join(", ", type.names()), option));
        }
        return Optional.ofNullable(column);
    }

    private String textColumn(RecordType type) {
        Optional<String> named = existing(type, "--text-column", textColumn);
        if (named.isPresent()) {
            return requireReadable(type, named.get());
        }
        Optional<String> usual =
                TEXTS.stream().filter(name -> isText(type.field(name))).findFirst();
        List<String> texts =
                type.fields().stream()
                        .filter(field -> isText(field) && !OutputRows.isReserved(field.name()))
                        .map(Field::name)
                        .toList();
        if (usual.isEmpty() && texts.size() != 1) {
            throw new CommandException(
                    "%s: which column has the document? Say so with --text-column; there are %s"
                            .formatted(input, String.join(", ", type.names())));
        }
        return usual.orElseGet(texts::getFirst);
    }

    private static boolean isText(Field field) {
        return field != null && field.type() instanceof ValueType.Text;
    }

    private String requireReadable(RecordType type, String column) {
        ValueType of = type.field(column).type();
        if (!(of instanceof ValueType.Text
                || of instanceof ValueType.Json
                || of instanceof ValueType.Binary
                || of instanceof ValueType.Null)) {
            throw new CommandException(
                    "%s: column '%s' is %s, no text and no bytes; name another with --text-column"
                            .formatted(input, column, of));
        }
        return column;
    }

    private Optional<String> schemaColumn(RecordType type) {
        Optional<String> column = existing(type, "--schema-column", schemaColumn);
        if (column.isPresent()) {
            ValueType of = type.field(column.get()).type();
            if (!(of instanceof ValueType.Text || of instanceof ValueType.Json)) {
                throw new CommandException(
                        "%s: column '%s' is %s; schemas have to be texts, since reading them as records loses what is not there"
                                .formatted(input, column.get(), of));
            }
        }
        return column;
    }

    private Optional<String> idColumn(RecordType type) {
        return existing(type, "--id-column", idColumn)
                .or(() -> IDS.stream().filter(name -> type.field(name) != null).findFirst());
    }

    private List<String> kept(RecordType type, BatchJob.Kind kind) {
        if (columns != null) {
            for (String column : columns) {
                existing(type, "--columns", column);
                if (OutputRows.isReserved(column)) {
                    throw new CommandException(
                            "--columns: '%s' is a name of the output's own; leave it out, or rename it in the input"
                                    .formatted(column));
                }
            }
            return columns;
        }
        List<String> kept = new ArrayList<>();
        for (Field field : type.fields()) {
            boolean isDocument =
                    kind == BatchJob.Kind.RECORDS
                            && fileColumn == null
                            && field.name().equals(textColumn(type));
            if (!isDocument
                    && !field.name().equals(schemaColumn)
                    && !(field.type() instanceof ValueType.Binary)
                    && !OutputRows.isReserved(field.name())) {
                kept.add(field.name());
            }
        }
        return kept;
    }

    private static BatchJob answeredBy(BatchJob job, InferenceOperator operator) {
        return new BatchJob(
                job.version(),
                job.input(),
                job.selection(),
                job.question(),
                new BatchJob.Engine(
                        Optional.of(operator.model().sha256()),
                        job.engine().kvType(),
                        job.engine().contextTokens(),
                        job.engine().maxChunks()),
                job.output());
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    // ---- What is done ----------------------------------------------------------------------

    private int run(BatchJob job, RecordSource source, InferenceOperator operator)
            throws IOException {
        return session(
                job,
                source,
                (session, progress) -> {
                    session.folder().tidy(session.folder().records());
                    try (BatchRun run =
                            new BatchRun(
                                    job,
                                    session.folder(),
                                    source,
                                    operator,
                                    inFlight(),
                                    progress)) {
                        run.run(session.open());
                    }
                    return true;
                });
    }

    private int distribute(PipelineConfig settings) throws IOException, InterruptedException {
        try (Topics topics = new Topics(settings)) {
            topics.ensureOfJobs();
        }
        BatchJob.Kind kind = BatchInput.kind(absolute(input), said());
        try (RecordSource source = BatchInput.open(absolute(input), kind, commitRows)) {
            BatchJob job = job(source, kind, settings.operator());
            checkOutput();
            return session(
                    job, source, (session, progress) -> publish(settings, session, progress));
        } catch (BatchException e) {
            throw new CommandException(e.getMessage(), e);
        }
    }

    private boolean publish(PipelineConfig settings, JobSession session, BatchProgress progress)
            throws IOException, InterruptedException {
        List<Split> open = session.open();
        try (JobPublisher publisher = new JobPublisher(settings, session.folder())) {
            publisher.publish(open);
            spec.commandLine()
                    .getErr()
                    .printf(
                            "%,d splits published to %s; 'talaria run --jobs' takes them%n",
                            open.size(), settings.jobTopics().splits());
            if (!detach) {
                publisher.await(open, progress);
            }
        }
        return !detach;
    }

    private JobSession.Start start() {
        return new JobSession.Start(restart, overwrite);
    }

    /// The work of a session; whether the output is to be made now.
    private interface Work {
        boolean run(JobSession session, BatchProgress progress)
                throws IOException, InterruptedException;
    }

    private int session(BatchJob job, RecordSource source, Work work) throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        try (JobSession session = JobSession.open(job, source, start())) {
            if (session.finished().isPresent()) {
                err.printf("%s: was finished before; nothing to do%n", output);
                return told(session.finished().get());
            }
            JobReport.Totals before = session.totals();
            if (session.isResumed()) {
                err.printf(
                        "going on after %,d of %,d rows, committed before%n",
                        before.rows(), job.selection().rows());
            }
            return isWorked(job, session, before.rows(), work) ? told(session.finish()) : 0;
        } catch (FileSystemException e) {
            throw new CommandException(
                    "%s: %s; what is committed is kept: put it right and give the same command again"
                            .formatted(e.getFile(), reason(e)),
                    e);
        } catch (IOException e) {
            throw new CommandException(
                    "%s: %s; what is committed is kept: put it right (a full disk?) and give the same command again"
                            .formatted(output, e.getMessage()),
                    e);
        }
    }

    private static String reason(FileSystemException e) {
        return e instanceof AccessDeniedException
                ? "permission denied"
                : e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    }

    private boolean isWorked(BatchJob job, JobSession session, long done, Work work)
            throws IOException {
        ProgressLine progress =
                new ProgressLine(
                        spec.commandLine().getErr(),
                        System.console() != null && System.console().isTerminal(),
                        System::nanoTime,
                        job.selection().rows(),
                        done);
        Thread farewell = new Thread(() -> stopped(progress), "farewell");
        Runtime.getRuntime().addShutdownHook(farewell);
        try {
            return work.run(session, progress);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted; the same command goes on", e);
        } finally {
            progress.end();
            forget(farewell);
        }
    }

    private void stopped(ProgressLine progress) {
        progress.end();
        PrintWriter err = spec.commandLine().getErr();
        err.printf("talaria: stopped; what is committed is kept, the same command goes on%n");
        err.flush();
    }

    private static void forget(Thread farewell) {
        try {
            Runtime.getRuntime().removeShutdownHook(farewell);
        } catch (IllegalStateException _) {
            // The process is being stopped, and says so.
        }
    }

    // Twice as many as decode together: answers are written in order, and one may take long.
    private int inFlight() {
        return Math.multiplyExact(2, batch);
    }

    private int told(JobReport report) {
        JobReport.Totals totals = report.totals();
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
                "%,d documents: %,d extracted to %s, %,d rejected%s; %,d tokens read, %,d"
                        + " written%n",
                totals.documents(),
                totals.extracted(),
                output,
                totals.rejected(),
                totals.rejected() == 0 ? "" : " to " + rejectedPath(),
                totals.promptTokens(),
                totals.completionTokens());
        spec.commandLine().getOut().println(JsonMapper.shared().writeValueAsString(totals));
        spec.commandLine().getOut().flush();
        return failOnRejected && totals.rejected() > 0 ? WITH_REJECTED : 0;
    }

    private int estimate(
            BatchJob job, RecordSource source, InferenceOperator model, InferenceOperator operator)
            throws IOException {
        if (!(model instanceof EmbeddedOperator embedded)) {
            throw new CommandException("--dry-run: this operator has no tokens to count");
        }
        DryRun.PromptMeter meter =
                maxChunks > 1 ? embedded.meter()::promptTokens : embedded::promptTokens;
        DryRun.Estimate estimate = new DryRun(job, source, operator, meter).run();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "rows       %,d, of which %,d are wanted%n", estimate.rows(), estimate.documents());
        out.printf(
                "fit        %,d; %,d do not%s%n",
                estimate.fitting(),
                estimate.documents() - estimate.fitting(),
                reasons(estimate.refused()));
        out.printf(
                "tokens     %,d to read, %,d at most for one; about %,d to write%n",
                estimate.promptTokens(), estimate.longestPrompt(), estimate.completionTokens());
        out.printf(
                "time       about %s, as %d documents took%n",
                ProgressLine.duration(estimate.time()), estimate.sampled());
        out.flush();
        return 0;
    }

    private static String reasons(Map<String, Long> refused) {
        return refused.isEmpty()
                ? ""
                : refused.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(one -> one.getKey() + " " + one.getValue())
                        .collect(Collectors.joining(", ", " (", ")"));
    }
}

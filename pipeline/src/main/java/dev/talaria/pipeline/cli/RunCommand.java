package dev.talaria.pipeline.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.OperatorListener;
import dev.talaria.inference.TextGenerator;
import dev.talaria.pipeline.app.Cleanup;
import dev.talaria.pipeline.app.Operations;
import dev.talaria.pipeline.app.Pipeline;
import dev.talaria.pipeline.app.Topics;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.jobs.JobWorker;
import dev.talaria.pipeline.topology.DialogueTopics;
import dev.talaria.pipeline.topology.TopologyKind;

import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/// The pipeline on a cluster, until it is asked to stop.
@Command(
        name = "run",
        description = {
            "Extract on a Kafka cluster until SIGINT or SIGTERM.",
            "Settings come from the file and TALARIA_… variables; 'talaria config' lists them."
        },
        footer = {
            "",
            "Examples:",
            "  talaria run --config talaria.yaml",
            "  TALARIA_TOPICS_CREATE=true talaria run --bootstrap-servers localhost:9092"
        })
final class RunCommand implements Callable<Integer> {

    // As logback.xml reads it.
    private static final String LOG_LEVEL = "TALARIA_LOG";

    @Mixin private StandardOptions standard;

    @Mixin private ClusterArguments arguments;

    @Option(
            names = "--jobs",
            description =
                    "Work on the splits that batch --distribute publishes, instead of documents.")
    private boolean jobs;

    @Spec private CommandSpec spec;

    // What is closed after the pipeline gets so much longer.
    private static final Duration AFTERWARDS = Duration.ofSeconds(5);

    private final OperatorSource operators;

    /// Opens an operator for a run.
    interface OperatorSource {

        InferenceOperator open(OperatorConfig config, PrintWriter err, OperatorListener listener);
    }

    RunCommand() {
        this(OperatorStart::open);
    }

    /// The run on another operator.
    RunCommand(OperatorSource operators) {
        this.operators = operators;
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        logProgress();
        PipelineConfig config = arguments.config();
        config.observation().logFormat().use();
        OperatorStart.requireModel(config.operator());
        try (Cleanup cleanup = new Cleanup(config.stop().timeout().plus(AFTERWARDS))) {
            Operations operations = cleanup.add(Operations.open(config));
            operations
                    .address()
                    .ifPresent(
                            at -> out.printf("health at %s/live and /ready, %s/metrics%n", at, at));
            ensureTopics(config);
            InferenceOperator model =
                    operators.open(
                            config.operator(),
                            spec.commandLine().getErr(),
                            operations.operatorListener());
            // A batch job's answers depend on the job alone.
            InferenceOperator operator =
                    cleanup.add(jobs ? model : OperatorStart.around(model, config.answering()));
            out.println(operator.model().description());
            operations.watch(operator);
            if (jobs) {
                return workOnJobs(config, operator, operations, cleanup);
            }
            Pipeline pipeline =
                    cleanup.add(
                            Pipeline.start(
                                    config,
                                    operator,
                                    generator(model),
                                    operations.trafficListener(),
                                    operations::dialogueListener));
            cleanup.add(operations.watch(pipeline, config));
            cleanup.add(operations::stopping);
            config.topologies().forEach(kind -> out.println(ways(kind, config)));
            out.printf("at %s; stop with Ctrl-C%n", config.bootstrapServers());
            pipeline.awaitEnd();
            Optional<String> failure = pipeline.failure();
            if (failure.isPresent()) {
                throw new CommandException(failure.get());
            }
            return 0;
        }
    }

    private static TextGenerator generator(InferenceOperator model) {
        if (model instanceof TextGenerator generator) {
            return generator;
        }
        return (request, onText) ->
                CompletableFuture.failedFuture(
                        new IllegalStateException(
                                "this operator only extracts; it writes no text"));
    }

    private static String ways(TopologyKind kind, PipelineConfig config) {
        DialogueTopics dialogue = config.dialogueTopics();
        String rejected = config.topics().rejected();
        return switch (kind) {
            case EXTRACTION ->
                    "%s: %s to %s and %s"
                            .formatted(
                                    config.applicationId(),
                                    config.topics().documents(),
                                    config.topics().extractions(),
                                    rejected);
            case CHAT ->
                    "%s-chat: %s to %s, %s and %s"
                            .formatted(
                                    config.applicationId(),
                                    dialogue.requests(),
                                    dialogue.answers(),
                                    dialogue.tokens(),
                                    rejected);
            case TOOLS ->
                    "%s-tools: %s to %s, with %s to %s, and %s"
                            .formatted(
                                    config.applicationId(),
                                    dialogue.conversations(),
                                    dialogue.toolCalls(),
                                    dialogue.toolResults(),
                                    dialogue.answers(),
                                    rejected);
        };
    }

    private void ensureTopics(PipelineConfig config) throws InterruptedException {
        try (Topics topics = new Topics(config)) {
            if (jobs) {
                topics.ensureOfJobs();
            } else {
                topics.ensure();
            }
        }
    }

    private int workOnJobs(
            PipelineConfig config,
            InferenceOperator operator,
            Operations operations,
            Cleanup cleanup) {
        JobWorker worker = cleanup.add(new JobWorker(config, operator));
        operations.watchJobs();
        cleanup.add(operations::stopping);
        spec.commandLine()
                .getOut()
                .printf(
                        "%s-jobs: splits of %s at %s; stop with Ctrl-C%n",
                        config.applicationId(),
                        config.jobTopics().splits(),
                        config.bootstrapServers());
        worker.run();
        return 0;
    }

    // A long-running command tells its log what happens; the others keep the terminal to
    // themselves.
    private static void logProgress() {
        if (System.getenv(LOG_LEVEL) == null
                && LoggerFactory.getLogger("dev.talaria") instanceof Logger talaria) {
            talaria.setLevel(Level.INFO);
        }
    }
}

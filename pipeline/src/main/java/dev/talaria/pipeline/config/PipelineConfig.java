package dev.talaria.pipeline.config;

import static java.util.Objects.requireNonNull;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.ServingOptions;
import dev.talaria.inference.chunked.ChunkOptions;
import dev.talaria.pipeline.dialogue.ToolLimits;
import dev.talaria.pipeline.log.LogFormat;
import dev.talaria.pipeline.processor.Ordering;
import dev.talaria.pipeline.task.TaskDefaults;
import dev.talaria.pipeline.topology.DialogueTopics;
import dev.talaria.pipeline.topology.JobTopics;
import dev.talaria.pipeline.topology.TopicNames;
import dev.talaria.pipeline.topology.TopologyKind;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.Spelling;
import dev.talaria.schemas.task.Penalties;
import dev.talaria.schemas.task.SamplingOptions;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Everything a pipeline is told, checked, for its whole life.
///
/// @param bootstrapServers brokers to begin with
/// @param applicationId consumer group, transactions and changelog are named after it
/// @param topics read and written
/// @param topologies what it does
/// @param dialogueTopics of chat and of function calling
/// @param tools what a conversation may take
/// @param jobTopics of distributed batch jobs
/// @param replayedTopic which rejected documents were sent again, compacted
/// @param creation whether and how missing topics are created
/// @param task of documents that leave it open
/// @param operator the model and its engine
/// @param answering what is done around the model
/// @param flow how much is under way at once
/// @param stateDir folder of the pending store
/// @param instanceId names this instance; empty for one kept in the state folder
/// @param stop how it ends
/// @param observation who may look at it, and what is shown
/// @param kafka what goes to the Kafka clients besides
public record PipelineConfig(
        String bootstrapServers,
        String applicationId,
        TopicNames topics,
        Set<TopologyKind> topologies,
        DialogueTopics dialogueTopics,
        ToolLimits tools,
        JobTopics jobTopics,
        String replayedTopic,
        TopicCreation creation,
        TaskDefaults task,
        OperatorConfig operator,
        Answering answering,
        Flow flow,
        Path stateDir,
        Optional<String> instanceId,
        Stop stop,
        Observation observation,
        Map<String, String> kafka) {

    /// @param missing whether missing topics are created
    /// @param partitions of each
    /// @param replication of each; 0 for the broker's default
    public record TopicCreation(boolean missing, int partitions, int replication) {}

    /// @param resultsBytes the most that kept answers may take; 0 keeps none
    /// @param resultsFolder where they are kept
    /// @param chunks how long documents are split
    public record Answering(long resultsBytes, Path resultsFolder, ChunkOptions chunks) {}

    /// @param inFlightMax documents with the model at once
    /// @param documentMaxBytes the most one record may take
    /// @param streamThreads that read and write records
    /// @param ordering of the answers
    public record Flow(
            int inFlightMax, int documentMaxBytes, int streamThreads, Ordering ordering) {}

    /// @param timeout the longest a clean stop may take
    /// @param leavesGroup whether others get the partitions at once
    public record Stop(Duration timeout, boolean leavesGroup) {}

    /// @param port of health and metrics; 0 for any, empty for none
    /// @param address the port is listened on
    /// @param stallSeconds how long something may make no progress
    /// @param mostSchemas schemas with figures of their own
    /// @param logFormat how a line of the log looks
    /// @param logsDocuments whether the log has what documents say
    public record Observation(
            Optional<Integer> port,
            String address,
            int stallSeconds,
            int mostSchemas,
            LogFormat logFormat,
            boolean logsDocuments) {}

    /// One row of the table of settings, for people.
    public record Row(String name, String type, String fallback, String text) {}

    private static final int BATCHES_IN_FLIGHT = 2;
    private static final String CHANGE = "; change the setting";
    private static final String HIDDEN = "[hidden]";

    public PipelineConfig {
        requireNonNull(bootstrapServers, "bootstrapServers");
        requireNonNull(applicationId, "applicationId");
        requireNonNull(topics, "topics");
        topologies = Collections.unmodifiableSet(EnumSet.copyOf(topologies));
        requireNonNull(dialogueTopics, "dialogueTopics");
        requireNonNull(tools, "tools");
        requireNonNull(jobTopics, "jobTopics");
        requireNonNull(replayedTopic, "replayedTopic");
        requireNonNull(creation, "creation");
        requireNonNull(task, "task");
        requireNonNull(operator, "operator");
        requireNonNull(answering, "answering");
        requireNonNull(flow, "flow");
        requireNonNull(stateDir, "stateDir");
        requireNonNull(instanceId, "instanceId");
        requireNonNull(stop, "stop");
        requireNonNull(observation, "observation");
        kafka = Map.copyOf(kafka);
    }

    /// Reads a YAML or properties file; environment variables override what it says.
    ///
    /// @throws ConfigException where a setting is unknown, of another type or out of range; it has
    ///   all that is wrong
    public static PipelineConfig load(Path file, Map<String, String> environment) {
        return load(Optional.of(file), environment, Map.of());
    }

    /// As above, of a file that may be left out, and with settings of the command line that
    /// override both.
    ///
    /// @param typed by name; what is given is known
    /// @throws ConfigException as above
    public static PipelineConfig load(
            Optional<Path> file, Map<String, String> environment, Map<String, String> typed) {
        return of(settings(file, environment, typed));
    }

    static Settings settings(
            Optional<Path> file, Map<String, String> environment, Map<String, String> typed) {
        Settings settings = new Settings();
        file.ifPresent(named -> ConfigFile.read(named, settings));
        settings.putEnvironment(environment);
        typed.forEach((name, value) -> settings.override(name, value, "command line: " + name));
        return settings;
    }

    /// From settings by name.
    ///
    /// @throws ConfigException as [#load]
    public static PipelineConfig of(Map<String, String> values) {
        Settings settings = new Settings();
        values.forEach((name, value) -> settings.put(name, value, "settings"));
        return of(settings);
    }

    /// A text without the passwords and keys that are set for the Kafka clients.
    public String withoutSecrets(String text) {
        String clean = text;
        for (String secret : KafkaSettings.secrets(kafka)) {
            clean = clean.replace(secret, HIDDEN);
        }
        return clean;
    }

    /// Everything but secrets.
    @Override
    public String toString() {
        Map<String, String> shown = new TreeMap<>(kafka);
        shown.replaceAll((name, value) -> KafkaSettings.isSecret(name) ? HIDDEN : value);
        return "PipelineConfig[%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, kafka=%s]"
                .formatted(
                        bootstrapServers,
                        applicationId,
                        topics,
                        topologies,
                        dialogueTopics,
                        tools,
                        jobTopics,
                        replayedTopic,
                        creation,
                        task,
                        operator,
                        answering,
                        flow,
                        stateDir,
                        instanceId,
                        stop,
                        observation,
                        shown);
    }

    /// The table of all settings.
    public static List<Row> table() {
        return ConfigKeys.all().stream()
                .map(key ->
                        new Row(
                                key.name(),
                                key.type().name(),
                                key.fallback().orElse(""),
                                key.text()))
                .toList();
    }

    static PipelineConfig of(Settings settings) {
        String bootstrap = bootstrap(settings);
        String applicationId = settings.value(ConfigKeys.APPLICATION_ID);
        Set<TopologyKind> topologies = settings.value(ConfigKeys.TOPOLOGIES);
        TopicNames topics = topics(settings);
        JobTopics jobTopics =
                new JobTopics(
                        settings.value(ConfigKeys.TOPIC_JOBS),
                        settings.value(ConfigKeys.TOPIC_JOBS_DONE));
        DialogueTopics dialogueTopics = dialogueTopics(settings);
        String replayedTopic = settings.value(ConfigKeys.TOPIC_REPLAYED);
        requireDifferent(settings, topics, dialogueTopics, jobTopics, replayedTopic);
        ToolLimits tools =
                new ToolLimits(
                        settings.value(ConfigKeys.TOOLS_ROUNDS_MAX),
                        settings.value(ConfigKeys.TOOLS_CALLS_MAX),
                        Duration.ofSeconds(settings.value(ConfigKeys.TOOLS_TIMEOUT_SECONDS)),
                        settings.value(ConfigKeys.TOOLS_CONVERSATION_MAX_BYTES));
        TopicCreation creation =
                new TopicCreation(
                        settings.value(ConfigKeys.TOPICS_CREATE),
                        settings.value(ConfigKeys.TOPICS_PARTITIONS),
                        settings.value(ConfigKeys.TOPICS_REPLICATION));
        TaskDefaults task = settings.part("task", CHANGE, PipelineConfig::task);
        OperatorConfig operator = settings.part("inference", CHANGE, PipelineConfig::operator);
        Flow flow =
                settings.part(
                        "flow",
                        CHANGE,
                        all -> flow(all, operator == null ? OperatorConfig.DEFAULT : operator));
        Path stateDir = settings.part("state.dir", CHANGE, PipelineConfig::stateDir);
        Answering answering =
                settings.part(
                        "answering",
                        CHANGE,
                        all ->
                                answering(
                                        all,
                                        stateDir == null ? Path.of("") : stateDir,
                                        applicationId));
        Optional<String> instanceId = settings.find(ConfigKeys.INSTANCE_ID);
        Stop stop = stop(settings);
        Observation observation = observation(settings);
        Map<String, String> kafka = settings.kafka();
        KafkaSettings.check(settings, kafka);
        if (!settings.problems().isEmpty()) {
            throw new ConfigException(settings.problems());
        }
        return new PipelineConfig(
                bootstrap,
                applicationId,
                topics,
                topologies,
                dialogueTopics,
                tools,
                jobTopics,
                replayedTopic,
                creation,
                task,
                operator,
                answering,
                flow,
                stateDir,
                instanceId,
                stop,
                observation,
                kafka);
    }

    private static String bootstrap(Settings settings) {
        Optional<String> bootstrap =
                settings.find(ConfigKeys.BOOTSTRAP).filter(text -> !text.isBlank());
        if (bootstrap.isEmpty()) {
            settings.report(
                    new Problem(
                            settings.place(ConfigKeys.BOOTSTRAP.name()),
                            "it is not set; name the brokers, for example localhost:9092"));
        }
        return bootstrap.orElse("");
    }

    private static void requireDifferent(
            Settings settings,
            TopicNames topics,
            DialogueTopics dialogueTopics,
            JobTopics jobTopics,
            String replayedTopic) {
        List<String> names = new ArrayList<>(topics.all());
        names.addAll(dialogueTopics.all());
        names.addAll(jobTopics.all());
        names.add(replayedTopic);
        if (Set.copyOf(names).size() < names.size()) {
            settings.report(
                    new Problem(
                            "topics",
                            "two of %s are the same; give each its own name".formatted(names)));
        }
    }

    private static Path stateDir(Settings settings) {
        return settings.find(ConfigKeys.STATE_DIR)
                .map(Path::of)
                .orElseGet(PipelineConfig::homeState);
    }

    private static Stop stop(Settings settings) {
        return new Stop(
                Duration.ofSeconds(settings.value(ConfigKeys.STOP_TIMEOUT_SECONDS)),
                settings.value(ConfigKeys.STOP_LEAVE_GROUP));
    }

    private static Observation observation(Settings settings) {
        return new Observation(
                settings.find(ConfigKeys.HTTP_PORT),
                settings.value(ConfigKeys.HTTP_ADDRESS),
                settings.value(ConfigKeys.HEALTH_STALL_SECONDS),
                settings.value(ConfigKeys.METRICS_SCHEMAS_MAX),
                settings.value(ConfigKeys.LOG_FORMAT),
                settings.value(ConfigKeys.LOG_DOCUMENTS));
    }

    private static Path homeState() {
        return Path.of(System.getProperty("user.home"), ".talaria", "state");
    }

    private static TopicNames topics(Settings settings) {
        return new TopicNames(
                settings.value(ConfigKeys.TOPIC_DOCUMENTS),
                settings.value(ConfigKeys.TOPIC_EXTRACTIONS),
                settings.value(ConfigKeys.TOPIC_REJECTED),
                settings.value(ConfigKeys.TOPIC_SCHEMAS));
    }

    private static DialogueTopics dialogueTopics(Settings settings) {
        return new DialogueTopics(
                settings.value(ConfigKeys.TOPIC_REQUESTS),
                settings.value(ConfigKeys.TOPIC_ANSWERS),
                settings.value(ConfigKeys.TOPIC_TOKENS),
                settings.value(ConfigKeys.TOPIC_CONVERSATIONS),
                settings.value(ConfigKeys.TOPIC_TOOL_CALLS),
                settings.value(ConfigKeys.TOPIC_TOOL_RESULTS));
    }

    private static Answering answering(Settings settings, Path stateDir, String applicationId) {
        return new Answering(
                settings.value(ConfigKeys.RESULTS_BYTES),
                settings.find(ConfigKeys.RESULTS_DIR)
                        .filter(folder -> !folder.isBlank())
                        .map(Path::of)
                        .orElseGet(() -> stateDir.resolve("results").resolve(applicationId)),
                new ChunkOptions(
                        settings.value(ConfigKeys.CHUNKS_MAX),
                        settings.value(ConfigKeys.CHUNKS_OVERLAP_TOKENS)));
    }

    private static Flow flow(Settings settings, OperatorConfig operator) {
        int inFlight = settings.value(ConfigKeys.IN_FLIGHT_MAX);
        return new Flow(
                inFlight > 0
                        ? inFlight
                        : Math.multiplyExact(BATCHES_IN_FLIGHT, operator.maxSequences()),
                settings.value(ConfigKeys.DOCUMENTS_MAX_BYTES),
                settings.value(ConfigKeys.STREAM_THREADS),
                settings.value(ConfigKeys.ANSWER_ORDERING));
    }

    private static TaskDefaults task(Settings settings) {
        return new TaskDefaults(
                settings.find(ConfigKeys.TASK_DEFAULT),
                settings.find(ConfigKeys.SCHEMA_DEFAULT),
                settings.value(ConfigKeys.TASK_INSTRUCTION),
                sampling(settings),
                settings.value(ConfigKeys.TASK_MAX_ATTEMPTS),
                grammar(settings));
    }

    private static GrammarOptions grammar(Settings settings) {
        return new GrammarOptions(
                settings.value(ConfigKeys.TASK_ENFORCE),
                settings.value(ConfigKeys.TASK_ORDER),
                Spelling.named(
                        settings.value(ConfigKeys.TASK_SPELLING),
                        settings.value(ConfigKeys.TASK_WHITESPACE_MAX)));
    }

    private static SamplingOptions sampling(Settings settings) {
        return new SamplingOptions(
                        settings.value(ConfigKeys.TASK_TEMPERATURE),
                        settings.value(ConfigKeys.TASK_TOP_K),
                        settings.value(ConfigKeys.TASK_TOP_P),
                        settings.value(ConfigKeys.TASK_SEED),
                        settings.value(ConfigKeys.TASK_MAX_TOKENS))
                .withMinP(settings.value(ConfigKeys.TASK_MIN_P))
                .withPenalties(
                        new Penalties(
                                settings.value(ConfigKeys.TASK_REPETITION_PENALTY),
                                settings.value(ConfigKeys.TASK_FREQUENCY_PENALTY),
                                settings.value(ConfigKeys.TASK_PRESENCE_PENALTY)));
    }

    private static OperatorConfig operator(Settings settings) {
        int threads = settings.value(ConfigKeys.INFERENCE_THREADS);
        Optional<Path> model = settings.find(ConfigKeys.INFERENCE_MODEL).map(Path::of);
        return new OperatorConfig(
                model,
                settings.value(ConfigKeys.INFERENCE_KERNELS),
                threads > 0 ? threads : Runtime.getRuntime().availableProcessors(),
                settings.value(ConfigKeys.INFERENCE_BATCH_MAX),
                settings.value(ConfigKeys.INFERENCE_CONTEXT_TOKENS),
                settings.value(ConfigKeys.INFERENCE_KV_BYTES),
                serving(settings),
                settings.find(ConfigKeys.INFERENCE_REPACK_CACHE)
                        .filter(folder -> !folder.isBlank())
                        .map(Path::of));
    }

    private static ServingOptions serving(Settings settings) {
        return new ServingOptions(
                settings.value(ConfigKeys.INFERENCE_KV_TYPE),
                settings.value(ConfigKeys.INFERENCE_PREFILL_CHUNK_TOKENS),
                settings.value(ConfigKeys.INFERENCE_PREFIX_CACHE),
                settings.value(ConfigKeys.INFERENCE_FORCED_TOKENS),
                settings.value(ConfigKeys.INFERENCE_DRAFT_TOKENS),
                Duration.ofSeconds(settings.value(ConfigKeys.INFERENCE_TIMEOUT_SECONDS)),
                Duration.ofSeconds(settings.value(ConfigKeys.INFERENCE_STOP_SECONDS)));
    }
}

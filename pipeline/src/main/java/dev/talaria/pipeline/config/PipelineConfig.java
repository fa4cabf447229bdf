package dev.talaria.pipeline.config;

import static java.util.Objects.requireNonNull;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.ServingOptions;
import dev.talaria.pipeline.task.TaskDefaults;
import dev.talaria.pipeline.topology.JobTopics;
import dev.talaria.pipeline.topology.TopicNames;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.Spelling;
import dev.talaria.schemas.task.Penalties;
import dev.talaria.schemas.task.SamplingOptions;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything a pipeline is told, checked, for its whole life.
///
/// @param bootstrapServers brokers to begin with
/// @param applicationId consumer group, transactions and changelog are named after it
/// @param topics read and written
/// @param jobTopics of distributed batch jobs
/// @param creation whether and how missing topics are created
/// @param task of documents that leave it open
/// @param operator the model and its engine
/// @param flow how much is under way at once
/// @param stateDir folder of the pending store
/// @param instanceId names this instance; empty for one kept in the state folder
/// @param stopTimeoutSeconds the longest a clean stop may take
/// @param kafka what goes to the Kafka clients besides
public record PipelineConfig(
        String bootstrapServers,
        String applicationId,
        TopicNames topics,
        JobTopics jobTopics,
        TopicCreation creation,
        TaskDefaults task,
        OperatorConfig operator,
        Flow flow,
        Path stateDir,
        Optional<String> instanceId,
        int stopTimeoutSeconds,
        Map<String, String> kafka) {

    /// @param missing whether missing topics are created
    /// @param partitions of each
    /// @param replication of each; 0 for the broker's default
    public record TopicCreation(boolean missing, int partitions, int replication) {}

    /// @param inFlightMax documents with the model at once
    /// @param documentMaxBytes the most one record may take
    /// @param streamThreads that read and write records
    public record Flow(int inFlightMax, int documentMaxBytes, int streamThreads) {}

    /// One row of the table of settings, for people.
    public record Row(String name, String type, String fallback, String text) {}

    private static final int BATCHES_IN_FLIGHT = 2;
    private static final List<String> RESERVED =
            List.of(
                    "application.id",
                    "group.instance.id",
                    "processing.guarantee",
                    "state.dir",
                    "num.stream.threads",
                    "key.serializer",
                    "value.serializer",
                    "key.deserializer",
                    "value.deserializer");

    public PipelineConfig {
        requireNonNull(bootstrapServers, "bootstrapServers");
        requireNonNull(applicationId, "applicationId");
        requireNonNull(topics, "topics");
        requireNonNull(jobTopics, "jobTopics");
        requireNonNull(creation, "creation");
        requireNonNull(task, "task");
        requireNonNull(operator, "operator");
        requireNonNull(flow, "flow");
        requireNonNull(stateDir, "stateDir");
        requireNonNull(instanceId, "instanceId");
        kafka = Map.copyOf(kafka);
    }

    /// Reads a YAML or properties file; environment variables override what it says.
    ///
    /// @throws ConfigException where a setting is unknown, of another type or out of range
    public static PipelineConfig load(Path file, Map<String, String> environment) {
        Settings settings = new Settings();
        ConfigFile.read(file, (name, value) -> settings.put(name, value, file.toString()));
        settings.putEnvironment(environment);
        return of(settings);
    }

    /// From settings by name.
    ///
    /// @throws ConfigException as [#load]
    public static PipelineConfig of(Map<String, String> values) {
        Settings settings = new Settings();
        values.forEach((name, value) -> settings.put(name, value, "settings"));
        return of(settings);
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

    private static PipelineConfig of(Settings settings) {
        String bootstrap =
                settings.find(ConfigKeys.BOOTSTRAP)
                        .filter(text -> !text.isBlank())
                        .orElseThrow(() ->
                                new ConfigException(
                                        "kafka.bootstrap.servers: it is not set; name the"
                                                + " brokers, for example localhost:9092"));
        OperatorConfig operator = operator(settings);
        Map<String, String> kafka = settings.kafka();
        for (String name : RESERVED) {
            if (kafka.containsKey(name)) {
                throw new ConfigException(
                        "kafka.%s: Talaria sets it itself; remove it".formatted(name));
            }
        }
        return new PipelineConfig(
                bootstrap,
                settings.value(ConfigKeys.APPLICATION_ID),
                topics(settings),
                new JobTopics(
                        settings.value(ConfigKeys.TOPIC_JOBS),
                        settings.value(ConfigKeys.TOPIC_JOBS_DONE)),
                new TopicCreation(
                        settings.value(ConfigKeys.TOPICS_CREATE),
                        settings.value(ConfigKeys.TOPICS_PARTITIONS),
                        settings.value(ConfigKeys.TOPICS_REPLICATION)),
                task(settings),
                operator,
                flow(settings, operator),
                settings.find(ConfigKeys.STATE_DIR)
                        .map(Path::of)
                        .orElseGet(PipelineConfig::homeState),
                settings.find(ConfigKeys.INSTANCE_ID),
                settings.value(ConfigKeys.STOP_TIMEOUT_SECONDS),
                kafka);
    }

    private static Path homeState() {
        return Path.of(System.getProperty("user.home"), ".talaria", "state");
    }

    private static TopicNames topics(Settings settings) {
        TopicNames topics =
                new TopicNames(
                        settings.value(ConfigKeys.TOPIC_DOCUMENTS),
                        settings.value(ConfigKeys.TOPIC_EXTRACTIONS),
                        settings.value(ConfigKeys.TOPIC_REJECTED),
                        settings.value(ConfigKeys.TOPIC_SCHEMAS));
        if (topics.all().stream().distinct().count() < topics.all().size()) {
            throw new ConfigException(
                    "topics: two of %s are the same; give each its own name"
                            .formatted(topics.all()));
        }
        return topics;
    }

    private static Flow flow(Settings settings, OperatorConfig operator) {
        int inFlight = settings.value(ConfigKeys.IN_FLIGHT_MAX);
        return new Flow(
                inFlight > 0
                        ? inFlight
                        : Math.multiplyExact(BATCHES_IN_FLIGHT, operator.maxSequences()),
                settings.value(ConfigKeys.DOCUMENTS_MAX_BYTES),
                settings.value(ConfigKeys.STREAM_THREADS));
    }

    private static TaskDefaults task(Settings settings) {
        try {
            return new TaskDefaults(
                    settings.find(ConfigKeys.TASK_DEFAULT),
                    settings.find(ConfigKeys.SCHEMA_DEFAULT),
                    settings.value(ConfigKeys.TASK_INSTRUCTION),
                    sampling(settings),
                    settings.value(ConfigKeys.TASK_MAX_ATTEMPTS),
                    grammar(settings));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("task: " + e.getMessage() + "; change the setting", e);
        }
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
        try {
            return new ServingOptions(
                    settings.value(ConfigKeys.INFERENCE_KV_TYPE),
                    settings.value(ConfigKeys.INFERENCE_PREFILL_CHUNK_TOKENS),
                    settings.value(ConfigKeys.INFERENCE_PREFIX_CACHE),
                    settings.value(ConfigKeys.INFERENCE_FORCED_TOKENS),
                    settings.value(ConfigKeys.INFERENCE_DRAFT_TOKENS),
                    Duration.ofSeconds(settings.value(ConfigKeys.INFERENCE_TIMEOUT_SECONDS)),
                    Duration.ofSeconds(settings.value(ConfigKeys.INFERENCE_STOP_SECONDS)));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(e.getMessage() + "; change the setting", e);
        }
    }
}

package dev.talaria.pipeline.config;

import static dev.talaria.pipeline.config.ConfigType.BOOLEAN;
import static dev.talaria.pipeline.config.ConfigType.BYTES;
import static dev.talaria.pipeline.config.ConfigType.COUNT;
import static dev.talaria.pipeline.config.ConfigType.COUNT_OR_ZERO;
import static dev.talaria.pipeline.config.ConfigType.ENFORCEMENT;
import static dev.talaria.pipeline.config.ConfigType.NAME;
import static dev.talaria.pipeline.config.ConfigType.NUMBER;
import static dev.talaria.pipeline.config.ConfigType.ORDER;
import static dev.talaria.pipeline.config.ConfigType.ORDERING;
import static dev.talaria.pipeline.config.ConfigType.PORT;
import static dev.talaria.pipeline.config.ConfigType.SPELLING;
import static dev.talaria.pipeline.config.ConfigType.TEXT;
import static dev.talaria.pipeline.config.ConfigType.WHOLE;

import dev.talaria.inference.ServingOptions;
import dev.talaria.inference.chunked.ChunkOptions;
import dev.talaria.pipeline.log.LogFormat;
import dev.talaria.pipeline.processor.Ordering;
import dev.talaria.pipeline.topology.TopologyKind;
import dev.talaria.schemas.grammar.Enforcement;
import dev.talaria.schemas.grammar.PropertyOrder;
import dev.talaria.schemas.grammar.Spelling;
import dev.talaria.schemas.task.ExtractionTask;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Every setting there is: name, type, default and meaning, in the order people read them.
final class ConfigKeys {

    private static final List<ConfigKey<?>> TABLE = new ArrayList<>();

    /// Settings under this prefix go to the Kafka clients, the prefix removed.
    static final String KAFKA = "kafka.";

    static final ConfigKey<String> BOOTSTRAP =
            key(
                    "kafka.bootstrap.servers",
                    TEXT,
                    null,
                    "Brokers to begin with, host:port separated by commas; required.");
    static final ConfigKey<String> APPLICATION_ID =
            key(
                    "application.id",
                    NAME,
                    "talaria",
                    "Names the consumer group, the transactions and the changelog; instances with"
                            + " the same id share the work.");
    static final ConfigKey<Set<TopologyKind>> TOPOLOGIES =
            key(
                    "topologies",
                    ConfigType.TOPOLOGIES,
                    "extraction",
                    "What run does: extraction (documents to JSON), chat (requests to text), tools"
                            + " (conversations that call tools); separated by commas. Each is a"
                            + " group of its own, so instances may differ.");
    static final ConfigKey<String> TOPIC_DOCUMENTS =
            key("topics.documents", NAME, "talaria.documents", "Where documents are read.");
    static final ConfigKey<String> TOPIC_EXTRACTIONS =
            key(
                    "topics.extractions",
                    NAME,
                    "talaria.extractions",
                    "Where validated JSON is written.");
    static final ConfigKey<String> TOPIC_REJECTED =
            key(
                    "topics.rejected",
                    NAME,
                    "talaria.rejected",
                    "Where documents go that have no valid JSON, with the reason.");
    static final ConfigKey<String> TOPIC_SCHEMAS =
            key(
                    "topics.schemas",
                    NAME,
                    "talaria.schemas",
                    "Where schemas and tasks are registered: key id@version, value JSON Schema; key"
                            + " task:id@version, value a task; compacted.");
    static final ConfigKey<String> TOPIC_REQUESTS =
            key("topics.requests", NAME, "talaria.requests", "Where requests for text are read.");
    static final ConfigKey<String> TOPIC_ANSWERS =
            key(
                    "topics.answers",
                    NAME,
                    "talaria.answers",
                    "Where answers to requests are written, and those that end conversations.");
    static final ConfigKey<String> TOPIC_TOKENS =
            key(
                    "topics.tokens",
                    NAME,
                    "talaria.tokens",
                    "Where partial text is written, for requests that stream.");
    static final ConfigKey<String> TOPIC_CONVERSATIONS =
            key(
                    "topics.conversations",
                    NAME,
                    "talaria.conversations",
                    "Where requests with tools are read: key conversation id.");
    static final ConfigKey<String> TOPIC_TOOL_CALLS =
            key(
                    "topics.tool.calls",
                    NAME,
                    "talaria.tool-calls",
                    "Where validated calls of tools are written: key conversation id.");
    static final ConfigKey<String> TOPIC_TOOL_RESULTS =
            key(
                    "topics.tool.results",
                    NAME,
                    "talaria.tool-results",
                    "Where results of calls are read: key conversation id.");
    static final ConfigKey<Integer> TOOLS_ROUNDS_MAX =
            key(
                    "tools.rounds.max",
                    COUNT,
                    "8",
                    "Rounds of calls in one conversation; after the last the model has to answer.");
    static final ConfigKey<Integer> TOOLS_CALLS_MAX =
            key("tools.calls.max", COUNT, "16", "Calls in one round.");
    static final ConfigKey<Integer> TOOLS_TIMEOUT_SECONDS =
            key(
                    "tools.timeout.seconds",
                    COUNT,
                    "600",
                    "The longest a conversation may take, by the wall clock, from its request to"
                            + " its answer; then it is rejected and forgotten.");
    static final ConfigKey<Integer> TOOLS_CONVERSATION_MAX_BYTES =
            key(
                    "tools.conversation.max.bytes",
                    COUNT,
                    "2000000",
                    "The most that is remembered of a conversation: request, calls and results.");
    static final ConfigKey<String> TOPIC_JOBS =
            key(
                    "topics.jobs",
                    NAME,
                    "talaria.jobs",
                    "Where batch --distribute publishes splits, and run --jobs takes them.");
    static final ConfigKey<String> TOPIC_JOBS_DONE =
            key(
                    "topics.jobs.done",
                    NAME,
                    "talaria.jobs.done",
                    "Where run --jobs says which splits are done.");
    static final ConfigKey<String> TOPIC_REPLAYED =
            key(
                    "topics.replayed",
                    NAME,
                    "talaria.replayed",
                    "Where dlq replay notes which rejected documents it has sent again,"
                            + " compacted.");
    static final ConfigKey<Boolean> TOPICS_CREATE =
            key("topics.create", BOOLEAN, "false", "Whether missing topics are created at start.");
    static final ConfigKey<Integer> TOPICS_PARTITIONS =
            key("topics.partitions", COUNT, "8", "Partitions of the topics created at start.");
    static final ConfigKey<Integer> TOPICS_REPLICATION =
            key(
                    "topics.replication",
                    COUNT_OR_ZERO,
                    "0",
                    "Replicas of the topics created at start; 0 for the broker's default.");
    static final ConfigKey<String> SCHEMA_DEFAULT =
            key(
                    "schema.default",
                    TEXT,
                    null,
                    "Schema of documents that name none: id or id@version.");
    static final ConfigKey<String> TASK_DEFAULT =
            key(
                    "task.default",
                    TEXT,
                    null,
                    "Registered task of documents that name neither task nor schema: id or"
                            + " id@version; instead of schema.default.");
    static final ConfigKey<Integer> DOCUMENTS_MAX_BYTES =
            key(
                    "documents.max.bytes",
                    COUNT,
                    "1000000",
                    "The most that key, value and headers of a record may take together.");
    static final ConfigKey<String> TASK_INSTRUCTION =
            key(
                    "task.instruction",
                    TEXT,
                    ExtractionTask.DEFAULT_INSTRUCTION,
                    "What the model is told before each document.");
    static final ConfigKey<Integer> TASK_MAX_ATTEMPTS =
            key(
                    "task.max.attempts",
                    COUNT,
                    "2",
                    "Answers in all; one that fails validation is fed back with its errors.");
    static final ConfigKey<Enforcement> TASK_ENFORCE =
            key(
                    "task.enforce",
                    ENFORCEMENT,
                    "strict",
                    "strict refuses a schema with keywords that no mask enforces (schema check"
                        + " lists them); hybrid leaves these to validation and another attempt.");
    static final ConfigKey<PropertyOrder> TASK_ORDER =
            key(
                    "task.order",
                    ORDER,
                    "schema",
                    "The order of members: schema has them as the schema names them, any leaves it"
                            + " to the model.");
    static final ConfigKey<String> TASK_SPELLING =
            key(
                    "task.spelling",
                    SPELLING,
                    "single-space",
                    "White space in answers: single-space after every ',' and ':', as Hermes models"
                            + " write, compact for none, or flexible, as the model likes it up to"
                            + " task.whitespace.max.");
    static final ConfigKey<Integer> TASK_WHITESPACE_MAX =
            key(
                    "task.whitespace.max",
                    COUNT_OR_ZERO,
                    Integer.toString(Spelling.Flexible.USUAL),
                    "With task.spelling flexible: the most spaces, line breaks and tabs between two"
                            + " tokens of JSON, up to "
                            + Spelling.Flexible.LARGEST
                            + "; counts towards task.max.tokens.");
    static final ConfigKey<Integer> TASK_MAX_TOKENS =
            key("task.max.tokens", COUNT, "512", "The most tokens one answer may have.");
    static final ConfigKey<Float> TASK_TEMPERATURE =
            key("task.temperature", NUMBER, "0", "0 takes the most probable token every time.");
    static final ConfigKey<Integer> TASK_TOP_K =
            key("task.top.k", COUNT_OR_ZERO, "0", "Most probable tokens kept; 0 keeps all.");
    static final ConfigKey<Float> TASK_TOP_P =
            key("task.top.p", NUMBER, "1", "Probability kept; 1 keeps all.");
    static final ConfigKey<Float> TASK_MIN_P =
            key(
                    "task.min.p",
                    NUMBER,
                    "0",
                    "Tokens at least this share as probable as the most probable are kept; 0 keeps"
                            + " all.");
    static final ConfigKey<Float> TASK_REPETITION_PENALTY =
            key(
                    "task.repetition.penalty",
                    NUMBER,
                    "1",
                    "Divides the logits of tokens of prompt and answer; 1 is none.");
    static final ConfigKey<Float> TASK_FREQUENCY_PENALTY =
            key(
                    "task.frequency.penalty",
                    NUMBER,
                    "0",
                    "Taken off a token's logit for every time the answer has it, -2 to 2.");
    static final ConfigKey<Float> TASK_PRESENCE_PENALTY =
            key(
                    "task.presence.penalty",
                    NUMBER,
                    "0",
                    "Taken off a token's logit where the answer has it, -2 to 2.");
    static final ConfigKey<Long> TASK_SEED =
            key("task.seed", WHOLE, "0", "Of the sampling; means nothing at temperature 0.");
    static final ConfigKey<String> INFERENCE_MODEL =
            key(
                    "inference.model",
                    TEXT,
                    null,
                    "A GGUF file or a Hugging Face folder; the miniature model where unset.");
    static final ConfigKey<String> INFERENCE_REPACK_CACHE =
            key(
                    "inference.repack.cache",
                    TEXT,
                    null,
                    "A folder where weights are kept in the order the kernels read them, so that"
                            + " the next start reads them; takes the model's room once more. Where"
                            + " unset, weights are repacked at every start.");
    static final ConfigKey<String> INFERENCE_KERNELS =
            key("inference.kernels", TEXT, "auto", "auto, amx, vnni, avx2, vector or scalar.");
    static final ConfigKey<Integer> INFERENCE_THREADS =
            key(
                    "inference.threads",
                    COUNT_OR_ZERO,
                    "0",
                    "Compute threads; 0 for one per processor.");
    static final ConfigKey<Integer> INFERENCE_BATCH_MAX =
            key("inference.batch.max", COUNT, "16", "Documents that decode together.");
    static final ConfigKey<Integer> INFERENCE_CONTEXT_TOKENS =
            key(
                    "inference.context.tokens",
                    COUNT_OR_ZERO,
                    "0",
                    "The longest prompt and answer together; 0 for what the model was made for.");
    static final ConfigKey<Long> INFERENCE_KV_BYTES =
            key(
                    "inference.kv.bytes",
                    BYTES,
                    "0",
                    "The most the key-value cache may take, outside the heap; 0 for what"
                            + " inference.batch.max requests of the whole context take, but at most"
                            + " half of the memory that is free.");
    static final ConfigKey<String> INFERENCE_KV_TYPE =
            key(
                    "inference.kv.type",
                    TEXT,
                    ServingOptions.DEFAULT.kvType(),
                    "How keys and values are stored: f32 (exact), f16 or int8.");
    static final ConfigKey<Integer> INFERENCE_PREFILL_CHUNK_TOKENS =
            key(
                    "inference.prefill.chunk.tokens",
                    COUNT,
                    Integer.toString(ServingOptions.DEFAULT.prefillChunkTokens()),
                    "Prompt tokens that share a step with answers being written: more read faster,"
                            + " fewer keep answers flowing.");
    static final ConfigKey<Boolean> INFERENCE_PREFIX_CACHE =
            key(
                    "inference.prefix.cache",
                    BOOLEAN,
                    Boolean.toString(ServingOptions.DEFAULT.prefixCache()),
                    "Whether prompts that begin alike share what was computed of them, to the"
                            + " token where they part.");
    static final ConfigKey<Boolean> INFERENCE_FORCED_TOKENS =
            key(
                    "inference.forced.tokens",
                    BOOLEAN,
                    Boolean.toString(ServingOptions.DEFAULT.forcedTokens()),
                    "Whether tokens the schema leaves no choice about are taken together.");
    static final ConfigKey<Integer> INFERENCE_DRAFT_TOKENS =
            key(
                    "inference.draft.tokens",
                    COUNT_OR_ZERO,
                    Integer.toString(ServingOptions.DEFAULT.draftTokens()),
                    "Tokens guessed ahead from prompt and schema, then verified together; 0 for"
                            + " none.");
    static final ConfigKey<Integer> INFERENCE_TIMEOUT_SECONDS =
            key(
                    "inference.timeout.seconds",
                    COUNT_OR_ZERO,
                    "0",
                    "The longest one answer may take, waiting included; 0 for no limit.");
    static final ConfigKey<Integer> INFERENCE_STOP_SECONDS =
            key(
                    "inference.stop.seconds",
                    COUNT_OR_ZERO,
                    "0",
                    "How long answers under way may go on when the model is shut down.");
    static final ConfigKey<Long> RESULTS_BYTES =
            key(
                    "results.bytes",
                    BYTES,
                    "256M",
                    "The most that kept answers may take on disk, so that the same text and task is"
                            + " not computed again; 0 keeps none.");
    static final ConfigKey<String> RESULTS_DIR =
            key(
                    "results.dir",
                    TEXT,
                    null,
                    "Folder of kept answers, for one process at a time; results/ and application.id"
                            + " in state.dir where unset.");
    static final ConfigKey<Integer> CHUNKS_MAX =
            key(
                    "chunks.max",
                    COUNT,
                    Integer.toString(ChunkOptions.DEFAULT.most()),
                    "The most parts that a document is split into which is longer than the model's"
                            + " window; 1 splits none.");
    static final ConfigKey<Integer> CHUNKS_OVERLAP_TOKENS =
            key(
                    "chunks.overlap.tokens",
                    COUNT_OR_ZERO,
                    Integer.toString(ChunkOptions.DEFAULT.overlapTokens()),
                    "Tokens of a part's end that the next one begins with, at most.");
    static final ConfigKey<Integer> IN_FLIGHT_MAX =
            key(
                    "in.flight.max",
                    COUNT_OR_ZERO,
                    "0",
                    "Documents with the model at once; 0 for two batches. The rest waits on the"
                            + " topic.");
    static final ConfigKey<Ordering> ANSWER_ORDERING =
            key(
                    "ordering",
                    ORDERING,
                    "free",
                    "key gives the answers to documents of one key in the order of the documents,"
                            + " so that one waits for those before it; free gives each when it is"
                            + " done.");
    static final ConfigKey<Integer> STREAM_THREADS =
            key(
                    "stream.threads",
                    COUNT,
                    "1",
                    "Threads that read and write records; the model has its own.");
    static final ConfigKey<String> STATE_DIR =
            key(
                    "state.dir",
                    TEXT,
                    null,
                    "Folder of the pending store; .talaria/state in the home folder where unset.");
    static final ConfigKey<String> INSTANCE_ID =
            key(
                    "instance.id",
                    TEXT,
                    null,
                    "Names this instance among those of its application.id, so that it gets its"
                            + " partitions back at once after a restart; one kept in state.dir"
                            + " where unset.");
    static final ConfigKey<Integer> STOP_TIMEOUT_SECONDS =
            key(
                    "stop.timeout.seconds",
                    COUNT,
                    "20",
                    "The longest a clean stop may take: for half of it documents with the model are"
                            + " finished, then all others stay pending.");
    static final ConfigKey<Boolean> STOP_LEAVE_GROUP =
            key(
                    "stop.leave.group",
                    BOOLEAN,
                    "false",
                    "Whether a stop hands the partitions to other instances at once; false keeps"
                            + " them for a new start within kafka.session.timeout.ms, which then"
                            + " moves none.");

    static final ConfigKey<Integer> HTTP_PORT =
            key(
                    "http.port",
                    PORT,
                    null,
                    "Where /live, /ready and /metrics are answered; 0 for any free port, which is"
                            + " printed; not at all where unset.");
    static final ConfigKey<String> HTTP_ADDRESS =
            key(
                    "http.address",
                    TEXT,
                    "127.0.0.1",
                    "The address http.port is listened on; 0.0.0.0 for all of the machine, with"
                            + " nothing that asks who is there.");
    static final ConfigKey<Integer> HEALTH_STALL_SECONDS =
            key(
                    "health.stall.seconds",
                    COUNT,
                    "120",
                    "How long a stream thread or the model may be at work without getting any"
                            + " further before /live says so.");
    static final ConfigKey<Integer> METRICS_SCHEMAS_MAX =
            key(
                    "metrics.schemas.max",
                    COUNT,
                    "100",
                    "Schemas that get figures of their own in /metrics; the others share one.");

    static final ConfigKey<LogFormat> LOG_FORMAT =
            key(
                    "log.format",
                    ConfigType.LOG_FORMAT,
                    "text",
                    "How the log is written to the error stream: text, or json for one object a"
                            + " line.");
    static final ConfigKey<Boolean> LOG_DOCUMENTS =
            key(
                    "log.documents",
                    BOOLEAN,
                    "false",
                    "Whether the log has texts of documents, answers and reasons that may quote"
                            + " them.");

    private ConfigKeys() {}

    /// All keys, in the order above.
    static List<ConfigKey<?>> all() {
        return List.copyOf(TABLE);
    }

    private static <T> ConfigKey<T> key(
            String name, ConfigType<T> type, String fallback, String text) {
        ConfigKey<T> key = new ConfigKey<>(name, type, Optional.ofNullable(fallback), text);
        TABLE.add(key);
        return key;
    }
}

package dev.talaria.connectors.kafka;

import java.util.Set;

/// The names of the record headers that Talaria reads and writes; values are UTF-8.
///
/// [#SCHEMA], [#TASK] and [#CONTENT_TYPE] are read from documents, [#FORCE] from registrations. The
/// others are written on outputs; where a document already carries one of them, as a replayed one
/// does, the output's own value replaces it.
public final class HeaderNames {

    /// Which schema a document is for: `invoice` or `invoice@2`.
    public static final String SCHEMA = "x-schema";

    /// Which registered task a document is for: `receipts` or `receipts@2`.
    public static final String TASK = "x-task";

    /// On records that register a schema or a task: `true` registers it though it breaks readers.
    public static final String FORCE = "force";

    /// How a record's value is to be read.
    public static final String CONTENT_TYPE = "content-type";

    public static final String DOC_ID = "x-doc-id";
    public static final String SOURCE_TOPIC = "x-source-topic";
    public static final String SOURCE_PARTITION = "x-source-partition";
    public static final String SOURCE_OFFSET = "x-source-offset";

    /// The registered task of the document, where it has one.
    public static final String TASK_ID = "x-task-id";

    /// The version of that task.
    public static final String TASK_VERSION = "x-task-version";

    public static final String SCHEMA_ID = "x-schema-id";
    public static final String SCHEMA_VERSION = "x-schema-version";
    public static final String SCHEMA_SHA256 = "x-schema-sha256";
    public static final String MODEL = "x-model";
    public static final String MODEL_SHA256 = "x-model-sha256";
    public static final String QUANT = "x-quant";
    public static final String PROMPT_VERSION = "x-prompt-version";
    public static final String SEED = "x-seed";
    public static final String ATTEMPTS = "x-attempts";
    public static final String FINISH_REASON = "x-finish-reason";
    public static final String TOKENS_PROMPT = "x-tokens-prompt";
    public static final String TOKENS_COMPLETION = "x-tokens-completion";
    public static final String TOKENS_CACHED = "x-tokens-cached";
    public static final String LATENCY_MS = "x-latency-ms";
    public static final String OPERATOR_VERSION = "x-operator-version";

    /// `true` where the answer was computed for another document of the same text and task.
    public static final String CACHED = "x-cached";

    /// Where the document was asked in parts: how many, and their characters, as in
    /// `3;0-5321,5100-9900,9700-12000`.
    public static final String CHUNKS = "x-chunks";

    /// On rejected records: how far the document came, a
    /// [dev.talaria.schemas.extraction.RejectionStage].
    public static final String ERROR_STAGE = "x-error-stage";

    /// On rejected records: a short stable name of the failure.
    public static final String ERROR_CLASS = "x-error-class";

    /// On rejected records: place, finding and remedy.
    public static final String ERROR_MESSAGE = "x-error-message";

    /// On rejected records where the model wrote anything: the last of it.
    public static final String RAW_OUTPUT = "x-raw-output";

    /// On partial text: which attempt at the answer it belongs to, from 1; a later one begins anew.
    public static final String STREAM_ATTEMPT = "x-stream-attempt";

    /// On partial text: its place in that attempt, from 0.
    public static final String STREAM_INDEX = "x-stream-index";

    /// On the last partial text of an answer: why it ended.
    public static final String STREAM_END = "x-stream-end";

    /// On calls of tools: which round of calls of the conversation they belong to, from 1.
    public static final String ROUNDS = "x-rounds";

    /// Headers that only outputs of conversations carry.
    public static final Set<String> WRITTEN_IN_CONVERSATIONS =
            Set.of(STREAM_ATTEMPT, STREAM_INDEX, STREAM_END, ROUNDS);

    /// Every header that extractions and rejected records carry, and only outputs do.
    public static final Set<String> WRITTEN =
            Set.of(
                    DOC_ID,
                    SOURCE_TOPIC,
                    SOURCE_PARTITION,
                    SOURCE_OFFSET,
                    TASK_ID,
                    TASK_VERSION,
                    SCHEMA_ID,
                    SCHEMA_VERSION,
                    SCHEMA_SHA256,
                    MODEL,
                    MODEL_SHA256,
                    QUANT,
                    PROMPT_VERSION,
                    SEED,
                    ATTEMPTS,
                    FINISH_REASON,
                    TOKENS_PROMPT,
                    TOKENS_COMPLETION,
                    TOKENS_CACHED,
                    LATENCY_MS,
                    OPERATOR_VERSION,
                    CACHED,
                    CHUNKS,
                    ERROR_STAGE,
                    ERROR_CLASS,
                    ERROR_MESSAGE,
                    RAW_OUTPUT);

    private HeaderNames() {}
}

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

    /// Every header that only outputs carry.
    public static final Set<String> WRITTEN =
            Set.of(
                    DOC_ID,
                    SOURCE_TOPIC,
                    SOURCE_PARTITION,
                    SOURCE_OFFSET,
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

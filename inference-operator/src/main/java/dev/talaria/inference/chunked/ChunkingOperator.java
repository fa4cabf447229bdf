package dev.talaria.inference.chunked;

import dev.talaria.inference.EngineActivity;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.KeptAnswers;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorClosedException;
import dev.talaria.inference.OperatorVersion;
import dev.talaria.inference.PromptMeter;
import dev.talaria.inference.PromptVersion;
import dev.talaria.inference.chunked.TextChunks.Chunk;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Extraction.Rejected;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.partial.PartialSchema;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.OutputSchema;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/// Extracts from documents that are longer than the model's window: the document is split on its
/// structure, each chunk is asked for what it says, and the values of the chunks are merged. All
/// other documents are the other operator's as they are.
///
/// The window is the model's context without the answer's tokens, of which at most half of the
/// context is kept free. A chunk's value satisfies the schema as far as a part can
/// ([PartialSchema]); the merged one satisfies it as a whole or the document is rejected at stage
/// `validation`. A chunk without a value rejects the document.
public final class ChunkingOperator implements InferenceOperator {

    // What a prompt may be longer than its parts: tokens join differently at the seams.
    private static final int SEAM_TOKENS = 8;
    private static final int FRAME_BYTES = 1_024;
    private static final int FEWEST_TOKENS = 16;
    private static final int FITTINGS = 6;

    private final InferenceOperator operator;
    private final PromptMeter meter;
    private final ChunkOptions options;

    // Tokens are counted, texts split and values merged here, so that no caller waits for it.
    private final ExecutorService desk =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("talaria-chunks").factory());

    /// An operator that splits for another one, which is its own from then on: closing it closes
    /// both.
    ///
    /// @param meter counts the tokens of the operator's prompts
    public ChunkingOperator(InferenceOperator operator, PromptMeter meter, ChunkOptions options) {
        this.operator = operator;
        this.meter = meter;
        this.options = options;
    }

    @Override
    public CompletableFuture<Extraction> submit(Document document, ExtractionTask task) {
        int window = window(task);
        if (options.most() == 1 || surelyFits(document, task, window)) {
            return operator.submit(document, task);
        }
        ChunkedRun run = new ChunkedRun(document, task, operator, desk);
        try {
            desk.execute(() -> run.guarded(() -> begin(run, document, task, window)));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new OperatorClosedException("the operator is closed"));
        }
        return run.answer();
    }

    private int window(ExtractionTask task) {
        int context = operator.model().contextTokens();
        return context - Math.min(task.sampling().maxTokens(), context / 2);
    }

    // No token is less than a byte, and what frames a prompt has not this many.
    private static boolean surelyFits(Document document, ExtractionTask task, int window) {
        boolean mayFit = document.text().length() <= window;
        return mayFit
                && utf8(document.text()) + utf8(task.schema().json()) + utf8(task.instruction())
                        <= window - FRAME_BYTES;
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private void begin(ChunkedRun run, Document document, ExtractionTask task, int window) {
        int promptTokens = promptTokens(document, task);
        if (promptTokens <= window) {
            run.whole();
            return;
        }
        String partial = PartialSchema.of(task.schema().json());
        ExtractionTask ofChunks =
                new ExtractionTask(
                        OutputSchema.of(task.schema().reference(), partial),
                        task.instruction(),
                        task.sampling(),
                        task.maxAttempts(),
                        task.grammar());
        List<Chunk> chunks = fitting(document, ofChunks, window);
        if (chunks.isEmpty()) {
            // There is no room beside schema and instruction: the other operator says so.
            run.whole();
        } else if (chunks.size() > options.most()) {
            run.reject(tooMany(document, task, promptTokens, window, chunks.size()));
        } else {
            run.chunks(chunks, ofChunks);
        }
    }

    private int promptTokens(Document document, ExtractionTask task) {
        try {
            return meter.promptTokens(document, task);
        } catch (InvalidRequestException e) {
            // It cannot be asked at all, whatever its length.
            return 0;
        }
    }

    /// Chunks whose prompts fit the window; empty where none can.
    private List<Chunk> fitting(Document document, ExtractionTask task, int window) {
        String text = document.text();
        int frame = promptTokens(new Document(document.id(), "."), task);
        int room = window - frame - SEAM_TOKENS;
        for (int i = 0; i < FITTINGS && room >= FEWEST_TOKENS; i++) {
            int overlap = Math.min(options.overlapTokens(), room / 4);
            List<Chunk> chunks = TextChunks.of(text, meter::tokens, room, overlap);
            int longest = 0;
            for (Chunk chunk : chunks) {
                longest = Math.max(longest, promptTokens(chunk.of(document), task));
            }
            if (longest <= window) {
                return chunks;
            }
            room -= Math.max(longest - window, room / 8);
        }
        return List.of();
    }

    private Rejected tooMany(
            Document document, ExtractionTask task, int promptTokens, int window, int chunks) {
        ModelDescription model = operator.model();
        return new Rejected(
                document.id(),
                RejectionStage.REQUEST,
                "TooManyChunks",
                "the prompt of %d tokens is longer than the window of %d, and its document takes %d chunks where %d are allowed; shorten the document, or raise chunks.max"
                        .formatted(promptTokens, window, chunks, options.most()),
                Optional.empty(),
                new Provenance(
                        Optional.of(task.schema()),
                        model.name(),
                        model.sha256(),
                        model.quantization(),
                        PromptVersion.EXTRACTION,
                        task.sampling().seed(),
                        0,
                        FinishReason.NOT_STARTED,
                        0,
                        0,
                        0,
                        Duration.ZERO,
                        OperatorVersion.current()));
    }

    @Override
    public ModelDescription model() {
        return operator.model();
    }

    @Override
    public Optional<EngineActivity> activity() {
        return operator.activity();
    }

    @Override
    public Optional<KeptAnswers> keptAnswers() {
        return operator.keptAnswers();
    }

    @Override
    public void close() {
        operator.close();
        desk.close();
    }
}

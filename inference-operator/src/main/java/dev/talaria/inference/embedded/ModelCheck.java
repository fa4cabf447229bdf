package dev.talaria.inference.embedded;

import dev.talaria.inference.ChatFormat;
import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.kernel.Ceilings;
import dev.talaria.inference.kernel.KvType;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.model.Batch;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.model.MistralModel;
import dev.talaria.inference.model.ModelConfiguration;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.Tokenizer;
import dev.talaria.inference.tokenizer.Vocabulary;
import dev.talaria.schemas.task.SamplingOptions;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Loads a model and tries it: is it whole, does it compute, can it chat, and what may one expect
/// of it on this machine.
public final class ModelCheck {

    private static final String SMOKE_PROMPT = "Invoice number: INV-20417. Total: 1284.50 EUR.";
    private static final String ROUND_TRIP =
            "Größe 12,5 €; naïve\tcafé ☕ \n  <|im_end|> 😀 {\"a\": [1, 2]}";
    private static final int DECODED = 8;

    /// One thing that was tried.
    ///
    /// @param detail what was found, for people
    public record Finding(String what, boolean passed, String detail) {}

    /// What a step costs and what the machine gives.
    ///
    /// @param matrixBytes of the weights, which every step reads once
    /// @param multiplyAddsPerToken of the weights
    /// @param readBytesPerSecond that the machine reads from memory, measured now
    /// @param multiplyAddsPerSecond that the machine does in float32, measured now
    /// @param kvBytesPerToken that one token of a sequence takes in the key-value cache
    /// @param kvTokens that all sequences together may hold
    /// @param contextTokens the longest prompt and answer together
    public record Expectation(
            long matrixBytes,
            long multiplyAddsPerToken,
            double readBytesPerSecond,
            double multiplyAddsPerSecond,
            long kvBytesPerToken,
            long kvTokens,
            int contextTokens) {

        /// Tokens a second of one sequence that is writing, at the ceiling of the memory.
        public double mostDecodeTokensPerSecond() {
            return readBytesPerSecond / matrixBytes;
        }

        /// Tokens a second of a prompt being read, at the ceiling of the arithmetic.
        public double mostPromptTokensPerSecond() {
            return multiplyAddsPerSecond / multiplyAddsPerToken;
        }
    }

    /// What came of a check.
    ///
    /// @param model in one line
    public record Report(String model, List<Finding> findings, Expectation expectation) {

        public Report {
            findings = List.copyOf(findings);
        }

        /// Whether everything passed.
        public boolean passed() {
            return findings.stream().allMatch(Finding::passed);
        }
    }

    private final LoadedModel loaded;
    private final OperatorConfig config;
    private final Tokenizer tokenizer;
    private final List<Finding> findings = new ArrayList<>();

    private ModelCheck(LoadedModel loaded, OperatorConfig config) {
        this.loaded = loaded;
        this.config = config;
        this.tokenizer = loaded.tokenizer();
    }

    /// Checks a GGUF file or a Hugging Face folder.
    ///
    /// @param progress hears how far the loading has come
    /// @throws IOException where it cannot be read
    /// @throws dev.talaria.inference.gguf.MalformedModelException where it is damaged
    /// @throws dev.talaria.inference.gguf.UnsupportedModelException where it cannot be run
    public static Report run(Path model, OperatorConfig config, LoadProgress progress)
            throws IOException {
        KvBudget.check(config);
        try (LoadedModel loaded = LoadedModel.load(model, config, progress)) {
            return new ModelCheck(loaded, config).report();
        }
    }

    private Report report() {
        Expectation expectation;
        try (KvCache cache = KvBudget.cache(loaded.model(), config, loaded.contextTokens())) {
            checkTokenizer();
            checkEnds();
            checkChat();
            checkComputation(cache);
            expectation = expectation(cache);
        }
        String name = loaded.description().name() + ": " + loaded.description().description();
        return new Report(name, findings, expectation);
    }

    private void checkTokenizer() {
        Vocabulary vocabulary = tokenizer.vocabulary();
        int rows = loaded.model().shape().vocabulary();
        add(
                "vocabulary",
                vocabulary.size() <= rows,
                "%d tokens for %d rows of the model".formatted(vocabulary.size(), rows));
        int[] tokens = tokenizer.encodeText(ROUND_TRIP, TextStart.FRESH);
        boolean isSame = tokenizer.decode(tokens, TextStart.FRESH).equals(ROUND_TRIP);
        add(
                "tokenizer",
                isSame,
                "a text of %d characters %s through %d tokens"
                        .formatted(
                                ROUND_TRIP.length(),
                                isSame ? "comes back" : "does not come back",
                                tokens.length));
    }

    private void checkEnds() {
        Vocabulary vocabulary = tokenizer.vocabulary();
        int end = vocabulary.endToken();
        add(
                "end token",
                end >= 0,
                end >= 0
                        ? "'%s' (%d)".formatted(vocabulary.text(end), end)
                        : "the model's files name none, so an answer ends at its limit only");
    }

    private void checkChat() {
        ChatPrompts prompts = new ChatPrompts(tokenizer);
        ChatFormat format = prompts.suiting(false);
        boolean hasOwn = tokenizer.templates().forConversation(false).isPresent();
        String own = hasOwn ? "; it came with a template of its own" : "";
        TextRequest hello =
                new TextRequest(
                        "Hello",
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        new SamplingOptions(0f, 0, 1f, 0L, DECODED));
        try {
            int tokens = prompts.conversation(hello, Optional.empty()).length;
            add("chat", true, "%s, %d tokens for 'Hello'%s".formatted(format.text(), tokens, own));
        } catch (InvalidRequestException e) {
            add("chat", false, e.getMessage());
        }
    }

    private void checkComputation(KvCache cache) {
        int[] prompt = tokenizer.encodePrompt(SMOKE_PROMPT);
        int total = prompt.length + DECODED;
        if (total > loaded.contextTokens() || !cache.hasRoom(total)) {
            add(
                    "computation",
                    false,
                    "the prompt of %d tokens does not fit the context of %d or the cache of %d"
                            .formatted(total, loaded.contextTokens(), cache.capacityTokens()));
            return;
        }
        try (KvCache.Reservation sequence = cache.reserve(total)) {
            compute(prompt, sequence);
        }
    }

    private void compute(int[] prompt, KvCache.Reservation sequence) {
        MistralModel model = loaded.model();
        Batch batch = new Batch();
        float[] logits = new float[model.shape().vocabulary()];
        for (int from = 0; from < prompt.length; ) {
            batch.clear();
            int end = Math.min(prompt.length, from + batch.room());
            for (int i = from; i < end; i++) {
                batch.addPrompt(prompt[i], i, sequence, i == prompt.length - 1);
            }
            model.forward(batch, logits);
            from = end;
        }
        List<Integer> written = new ArrayList<>();
        boolean isFinite = isFinite(logits);
        while (isFinite && written.size() < DECODED) {
            int next = likeliest(logits);
            batch.clear();
            batch.addWritten(next, prompt.length + written.size(), sequence, true);
            written.add(next);
            model.forward(batch, logits);
            isFinite = isFinite(logits);
        }
        String text =
                tokenizer.decode(
                        written.stream().mapToInt(Integer::intValue).toArray(),
                        TextStart.CONTINUED);
        add(
                "computation",
                isFinite,
                isFinite
                        ? "%d tokens read, %d written: '%s'"
                                .formatted(prompt.length, written.size(), text.strip())
                        : "after %d tokens a logit is no finite number; the weights are damaged"
                                .formatted(prompt.length + written.size()));
    }

    private static boolean isFinite(float[] logits) {
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                return false;
            }
        }
        return true;
    }

    // Among the tokenizer's own: rows beyond it are padding.
    private int likeliest(float[] logits) {
        int best = 0;
        for (int i = 1; i < Math.min(logits.length, tokenizer.vocabulary().size()); i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    private Expectation expectation(KvCache cache) {
        MistralModel model = loaded.model();
        ModelConfiguration shape = model.shape();
        KvType type = cache.type();
        try (WorkerTeam team = new WorkerTeam(config.threads())) {
            return new Expectation(
                    model.matrixBytes(),
                    model.multiplyAddsPerToken(),
                    Ceilings.readBytesPerSecond(team),
                    Ceilings.multiplyAddsPerSecond(team),
                    KvCache.bytes(shape, type, 1024) / 1024,
                    cache.capacityTokens(),
                    loaded.contextTokens());
        }
    }

    private void add(String what, boolean passed, String detail) {
        findings.add(new Finding(what, passed, detail));
    }
}

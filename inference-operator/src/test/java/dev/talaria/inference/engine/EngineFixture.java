package dev.talaria.inference.engine;

import dev.talaria.inference.decode.Constraints;
import dev.talaria.inference.decode.Sampler;
import dev.talaria.inference.decode.TokenBytes;
import dev.talaria.inference.decode.TokenConstraint;
import dev.talaria.inference.decode.TokenMask;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.KvType;
import dev.talaria.inference.model.Batch;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.model.ModelConfiguration;
import dev.talaria.inference.model.TestModel;
import dev.talaria.inference.model.Tiers;
import dev.talaria.inference.synthetic.ModelShape;
import dev.talaria.inference.synthetic.SyntheticModel;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.Tokenizer;
import dev.talaria.inference.tokenizer.Vocabulary;
import dev.talaria.schemas.task.SamplingOptions;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/// A tiny model with random weights, engines over it, and what it says token by token without one.
final class EngineFixture implements AutoCloseable {

    static final int CONTEXT = 512;
    static final int VOCABULARY = 600;
    static final IntConsumer NOBODY = _ -> {};

    private static final ModelShape SHAPE =
            new ModelShape("small", 2, 64, 96, 4, 2, VOCABULARY, CONTEXT, 10_000f, 1e-5f);

    private final TestModel model;
    private final Tokenizer tokenizer;

    private final KvType kvType;

    EngineFixture(Path folder, TensorType type) throws IOException {
        this(folder, type, KvType.F32);
    }

    EngineFixture(Path folder, TensorType type, KvType kvType) throws IOException {
        this(folder, type, kvType, file -> TestModel.load(file, CONTEXT));
    }

    /// With the kernels of that name; the test is skipped where they cannot run.
    EngineFixture(Path folder, TensorType type, KvType kvType, String kernels) throws IOException {
        this(
                folder,
                type,
                kvType,
                file -> {
                    Tiers.require(kernels);
                    return TestModel.load(file, kernels, CONTEXT);
                });
    }

    /// With kernels of the test's own.
    EngineFixture(Path folder, TensorType type, Kernels kernels) throws IOException {
        this(folder, type, KvType.F32, file -> TestModel.load(file, kernels, CONTEXT));
    }

    private EngineFixture(Path folder, TensorType type, KvType kvType, Loading loading)
            throws IOException {
        this.kvType = kvType;
        Path file = folder.resolve("tiny-" + type + ".gguf");
        SyntheticModel.write(file, SHAPE, type, 11, (bytes, total) -> {});
        model = loading.load(file);
        try (GgufFile gguf = GgufFile.open(file)) {
            tokenizer = Tokenizer.of(gguf);
        }
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    Vocabulary vocabulary() {
        return tokenizer.vocabulary();
    }

    /// What grammars force may be spelled in any way.
    Constraints constraints() {
        return new Constraints(new VocabularyBytes(vocabulary()));
    }

    /// What grammars force is spelled as the tokenizer would.
    Constraints spellingConstraints() {
        return new Constraints(
                new VocabularyBytes(vocabulary()),
                text -> tokenizer.encodeText(text, TextStart.CONTINUED));
    }

    /// A cache for so many tokens.
    KvCache cache(int tokens) {
        ModelConfiguration shape = model.model().shape();
        return KvCache.ofTokens(shape, kvType, tokens);
    }

    Engine engine(KvCache cache, int maxSequences) {
        return engine(cache, maxSequences, vocabulary()::endsGeneration);
    }

    Engine engine(KvCache cache, int maxSequences, IntPredicate ends) {
        return engine(cache, ends, options(maxSequences));
    }

    Engine engine(KvCache cache, IntPredicate ends, EngineOptions options) {
        return new Engine(model.model(), cache, vocabulary().size(), ends, options);
    }

    Engine engine(KvCache cache, EngineOptions options, LongSupplier nanoTime) {
        return new Engine(model.model(), cache, vocabulary().size(), _ -> false, options, nanoTime);
    }

    /// With everything that saves time.
    static EngineOptions options(int maxSequences) {
        return new EngineOptions(CONTEXT, maxSequences, 48, true, true, 6, Duration.ZERO);
    }

    /// Token by token, on its own: what the engine must come to however it batches. The model must
    /// not be in use.
    int[] alone(
            int[] prompt,
            Optional<TokenConstraint> constraint,
            SamplingOptions sampling,
            IntPredicate ends) {
        KvCache cache = cache(prompt.length + sampling.maxTokens());
        Sampler sampler = new Sampler(sampling, prompt);
        int[] written = new int[sampling.maxTokens()];
        float[] logits = new float[model.model().shape().vocabulary()];
        try (KvCache.Reservation sequence = cache.reserve(prompt.length + sampling.maxTokens())) {
            read(prompt, sequence, logits);
            for (int count = 0; count < written.length; count++) {
                int token = choose(constraint, sampler, logits, ends);
                if (ends.test(token)) {
                    return Arrays.copyOf(written, count);
                }
                written[count] = token;
                sampler.accept(token);
                constraint.ifPresent(c -> c.commit(token));
                if (constraint.isPresent() && !constraint.get().canContinue()) {
                    return Arrays.copyOf(written, count + 1);
                }
                forward(token, prompt.length + count, sequence, logits);
            }
        }
        return written;
    }

    /// The logits of every position of a prompt, one after the other, from one forward pass.
    float[] logits(int[] prompt) {
        KvCache cache = cache(prompt.length);
        float[] logits = new float[prompt.length * model.model().shape().vocabulary()];
        try (KvCache.Reservation sequence = cache.reserve(prompt.length)) {
            Batch batch = new Batch();
            for (int i = 0; i < prompt.length; i++) {
                batch.addPrompt(prompt[i], i, sequence, true);
            }
            model.model().forward(batch, logits);
        }
        return logits;
    }

    /// Logits of one position.
    int logitWidth() {
        return model.model().shape().vocabulary();
    }

    private void read(int[] prompt, KvCache.Reservation sequence, float[] logits) {
        Batch batch = new Batch();
        for (int i = 0; i < prompt.length; i++) {
            batch.addPrompt(prompt[i], i, sequence, i == prompt.length - 1);
            if (batch.room() == 0) {
                model.model().forward(batch, logits);
                batch.clear();
            }
        }
        model.model().forward(batch, logits);
    }

    private void forward(int token, int position, KvCache.Reservation sequence, float[] logits) {
        Batch batch = new Batch();
        batch.addWritten(token, position, sequence, true);
        model.model().forward(batch, logits);
    }

    private int choose(
            Optional<TokenConstraint> constraint,
            Sampler sampler,
            float[] logits,
            IntPredicate ends) {
        int size = vocabulary().size();
        if (constraint.isEmpty()) {
            return sampler.sample(logits, 0, size, null);
        }
        TokenMask mask = constraint.get().mask();
        while (true) {
            int token = sampler.sample(logits, 0, size, mask);
            if (ends.test(token) || constraint.get().fits(token)) {
                return token;
            }
            mask.clear(token);
        }
    }

    int[] prompt(SplittableRandom random, int length) {
        return random.ints(length, 0, vocabulary().size()).toArray();
    }

    static SamplingOptions greedy(int maxTokens) {
        return SamplingOptions.GREEDY.withMaxTokens(maxTokens);
    }

    static GenerationRequest free(int[] prompt, int maxTokens) {
        return new GenerationRequest(prompt, Optional.empty(), greedy(maxTokens), NOBODY);
    }

    static GenerationRequest free(int[] prompt, int maxTokens, IntConsumer listener) {
        return new GenerationRequest(prompt, Optional.empty(), greedy(maxTokens), listener);
    }

    @Override
    public void close() {
        model.close();
    }

    private interface Loading {

        TestModel load(Path file) throws IOException;
    }

    private record VocabularyBytes(Vocabulary vocabulary) implements TokenBytes {

        @Override
        public int size() {
            return vocabulary.size();
        }

        @Override
        public byte[] bytes(int token) {
            return vocabulary.bytes(token);
        }

        @Override
        public int endToken() {
            return vocabulary.endToken();
        }
    }
}

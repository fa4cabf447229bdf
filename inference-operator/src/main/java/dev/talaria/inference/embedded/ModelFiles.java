package dev.talaria.inference.embedded;

import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.kernel.KernelProvider;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.KvType;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.model.Batch;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.model.LoadOptions;
import dev.talaria.inference.model.MistralModel;
import dev.talaria.inference.model.ModelLoader;
import dev.talaria.inference.model.WeightSource;
import dev.talaria.inference.quantize.FileType;
import dev.talaria.inference.quantize.ModelQuantizer;
import dev.talaria.inference.quantize.OriginalModel;
import dev.talaria.inference.report.ModelReport;
import dev.talaria.inference.synthetic.ModelShape;
import dev.talaria.inference.synthetic.SyntheticModel;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.Tokenizer;
import dev.talaria.inference.tokenizer.TokenizerFiles;
import dev.talaria.inference.tokenizer.chat.PromptEncoder;
import dev.talaria.inference.tokenizer.chat.TemplateText;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What tools do with model files, outside of an operator.
public final class ModelFiles {

    private static final byte[] GGUF = {'G', 'G', 'U', 'F'};

    private ModelFiles() {}

    /// What a GGUF file or a Hugging Face folder holds, and whether it can be run.
    ///
    /// @throws IOException where it cannot be read
    /// @throws dev.talaria.inference.gguf.MalformedModelException where it is damaged
    public static ModelReport report(Path model) throws IOException {
        try (WeightSource source = WeightSource.open(model)) {
            return ModelReport.of(source);
        }
    }

    /// A tokenizer as a function from text to tokens: ordinary tokens only, no begin token.
    ///
    /// @param path a GGUF file, a folder in Hugging Face's layout, a `tokenizer.json` or a
    ///   `tokenizer.model`
    /// @throws IOException where a file cannot be read
    public static Function<String, int[]> textEncoder(Path path) throws IOException {
        Tokenizer tokenizer = tokenizer(path);
        return text -> tokenizer.encodeText(text, TextStart.FRESH);
    }

    /// A tokenizer as a function from a template's text to tokens: text that spells a control token
    /// or a tag is that token. For text of one's own only, never for a document; no begin token is
    /// added.
    ///
    /// @param path as for [#textEncoder]
    /// @throws IOException where a file cannot be read
    public static Function<String, int[]> templateEncoder(Path path) throws IOException {
        Tokenizer tokenizer = tokenizer(path);
        TemplateText templateText = new TemplateText(tokenizer.vocabulary());
        PromptEncoder encoder = PromptEncoder.withoutBegin(tokenizer);
        return text -> encoder.encode(templateText.pieces(text));
    }

    static Tokenizer tokenizer(Path path) throws IOException {
        if (Files.isDirectory(path) || !isGguf(path)) {
            return TokenizerFiles.of(path);
        }
        try (GgufFile file = GgufFile.open(path)) {
            return Tokenizer.of(file);
        }
    }

    private static boolean isGguf(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(4), GGUF);
        }
    }

    /// Writes a model of a known shape with seeded random weights: as large and as slow as a real
    /// one, for measuring.
    ///
    /// @param shape `mistral-7b`, `llama-3-8b` or `tiny`
    /// @param type of all matrices, such as `Q4_0`, or a mixture, such as `Q4_K_M`
    /// @throws IllegalArgumentException for an unknown shape or type
    /// @throws IOException where the disk has no room, or writing fails
    public static void synthesize(
            Path out, String shape, String type, long seed, SyntheticModel.Progress progress)
            throws IOException {
        ModelShape known =
                ModelShape.named(shape)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "shape '%s' is unknown; choose %s"
                                                .formatted(shape, shapes())));
        Optional<TensorType> uniform = tensorType(type);
        if (uniform.isPresent()) {
            SyntheticModel.write(out, known, uniform.get(), seed, progress);
        } else {
            SyntheticModel.write(out, known, FileType.named(type), seed, progress);
        }
    }

    private static String shapes() {
        return ModelShape.NAMED.stream().map(ModelShape::name).collect(Collectors.joining(", "));
    }

    private static Optional<TensorType> tensorType(String name) {
        return Arrays.stream(TensorType.values())
                .filter(type -> type.name().equals(name))
                .findFirst();
    }

    /// Writes a model anew as a GGUF file of another type, such as `Q4_K_M`.
    ///
    /// @param model a GGUF file, or a Hugging Face folder with its tokenizer
    /// @throws IllegalArgumentException for an unknown type, or where `out` is a file that is read
    /// @throws dev.talaria.inference.gguf.MalformedModelException where the model is damaged
    /// @throws dev.talaria.inference.gguf.UnsupportedModelException where it holds what cannot be
    ///   read, or what the type or a GGUF file cannot hold
    /// @throws IOException where a file cannot be read, the disk has no room, or writing fails
    public static void quantize(
            Path model, Path out, String type, int threads, ModelQuantizer.Listener listener)
            throws IOException {
        FileType known = FileType.named(type);
        if (Files.isDirectory(model)) {
            LoadedModel.requireRunnable(report(model));
        }
        try (OriginalModel source = OriginalModel.open(model);
                WorkerTeam team = new WorkerTeam(threads)) {
            for (Path file : source.files()) {
                if (Files.exists(out) && Files.isSameFile(file, out)) {
                    throw new IllegalArgumentException(
                            out + ": is read, too; name another file to write");
                }
            }
            ModelQuantizer.write(source, out, known, team, listener);
        }
    }

    /// Receives the logits of one position.
    @FunctionalInterface
    public interface LogitsConsumer {

        /// @param logits of the whole vocabulary, from `offset`; valid during the call
        void accept(float[] logits, int offset, int vocabulary) throws IOException;
    }

    /// Computes the logits of every position of a sequence, in order. A tokenizer is not needed.
    ///
    /// @param path a GGUF file or a Hugging Face folder
    /// @param kernels `auto`, `vector` or `scalar`
    /// @throws IllegalArgumentException where an id is not of the model's vocabulary, the sequence
    ///   longer than its context, or the weights do not fit the memory that is free
    /// @throws IOException where the file cannot be read or the consumer fails
    public static void logits(
            Path path, int[] ids, String kernels, int threads, LogitsConsumer consumer)
            throws IOException {
        logits(path, ids, kernels, threads, LoadProgress.SILENT, consumer);
    }

    /// As [#logits(Path, int[], String, int, LogitsConsumer)], telling how far the loading has
    /// come.
    public static void logits(
            Path path,
            int[] ids,
            String kernels,
            int threads,
            LoadProgress progress,
            LogitsConsumer consumer)
            throws IOException {
        Kernels chosen = KernelProvider.choose(kernels);
        try (Arena arena = Arena.ofShared();
                WorkerTeam team = new WorkerTeam(threads);
                WeightSource source = WeightSource.open(path)) {
            LoadedModel.requireComputable(ModelReport.of(source));
            checkLength(ids, source.shape().contextTokens());
            WeightBudget.require(
                    path,
                    ModelLoader.bytes(source, chosen),
                    KvCache.bytes(source.shape(), KvType.F32, ids.length));
            LoadOptions options = new LoadOptions(Optional.empty(), progress::loaded);
            MistralModel model = ModelLoader.load(source, chosen, team, arena, ids.length, options);
            checkIds(ids, model.shape().vocabulary());
            // Exact storage: these logits are what other programs' are compared with.
            try (KvCache cache = KvCache.ofTokens(model.shape(), KvType.F32, ids.length);
                    KvCache.Reservation sequence = cache.reserve(ids.length)) {
                compute(model, sequence, ids, consumer);
            }
        }
    }

    private static void checkLength(int[] ids, int contextTokens) {
        if (ids.length == 0 || ids.length > contextTokens) {
            throw new IllegalArgumentException(
                    "%d ids are not within 1 to the model's context of %d; give more or fewer"
                            .formatted(ids.length, contextTokens));
        }
    }

    private static void checkIds(int[] ids, int vocabulary) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= vocabulary) {
                throw new IllegalArgumentException(
                        "id %d at position %d is not in the vocabulary; its ids are 0 to %d"
                                .formatted(ids[i], i, vocabulary - 1));
            }
        }
    }

    private static void compute(
            MistralModel model, KvCache.Reservation sequence, int[] ids, LogitsConsumer consumer)
            throws IOException {
        int vocabulary = model.shape().vocabulary();
        Batch batch = new Batch();
        float[] logits = new float[Math.min(ids.length, Kernels.MAX_ROWS) * vocabulary];
        for (int from = 0; from < ids.length; from += Kernels.MAX_ROWS) {
            batch.clear();
            int end = Math.min(ids.length, from + Kernels.MAX_ROWS);
            for (int i = from; i < end; i++) {
                batch.addPrompt(ids[i], i, sequence, true);
            }
            model.forward(batch, logits);
            for (int row = 0; row < end - from; row++) {
                consumer.accept(logits, row * vocabulary, vocabulary);
            }
        }
    }
}

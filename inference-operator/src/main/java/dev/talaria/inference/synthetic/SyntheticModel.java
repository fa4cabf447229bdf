package dev.talaria.inference.synthetic;

import dev.talaria.inference.gguf.GgmlType;
import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.GgufWriter;
import dev.talaria.inference.quantize.FileType;
import dev.talaria.inference.quantize.Mixture;
import dev.talaria.inference.tensor.TensorType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/// A GGUF file of architecture `llama` with random weights and a made-up vocabulary.
///
/// It says nothing sensible, at the speed of a real model of its shape: every weight has the size
/// and type it would have, the vocabulary encodes every text and knows ChatML. The same shape, type
/// and seed give the same bytes.
public final class SyntheticModel {

    private static final String CHAT_TEMPLATE =
            "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' +"
                    + " message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if"
                    + " add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private final ModelShape shape;
    private final FileType fileType;
    private final Function<String, TensorType> types;
    private final String typeName;
    private final long seed;
    private final Progress progress;
    private final GgufWriter writer = new GgufWriter();
    private long written;
    private int tensors;

    /// Hears how far the writing has come.
    @FunctionalInterface
    public interface Progress {

        /// Called on the writing thread, about once per megabyte.
        void written(long bytes, long ofBytes);
    }

    private SyntheticModel(
            ModelShape shape,
            FileType fileType,
            Function<String, TensorType> types,
            String typeName,
            long seed,
            Progress progress) {
        this.shape = shape;
        this.fileType = fileType;
        this.types = types;
        this.typeName = typeName;
        this.seed = seed;
        this.progress = progress;
    }

    /// Writes a model file whose matrices are all of one type; it appears under its name once it is
    /// whole.
    ///
    /// @param type of the matrices; norms are `F32`
    /// @throws IOException where the disk has too little room for it, before anything is written,
    ///   or where writing fails
    /// @throws IllegalArgumentException where the shape's rows are not whole blocks of the type
    public static void write(
            Path file, ModelShape shape, TensorType type, long seed, Progress progress)
            throws IOException {
        FileType fileType = FileType.uniform(type);
        new SyntheticModel(shape, fileType, _ -> type, type.name(), seed, progress).write(file);
    }

    /// Writes a model file of a mixture of types, as a file of that kind usually has it.
    ///
    /// @throws IOException where the disk has too little room for it, before anything is written,
    ///   or where writing fails
    /// @throws IllegalArgumentException where the shape's rows are not whole blocks of a type
    public static void write(
            Path file, ModelShape shape, FileType type, long seed, Progress progress)
            throws IOException {
        int sharing = shape.heads() / shape.kvHeads();
        Mixture mixture = new Mixture(type, shape.layers(), sharing, false);
        new SyntheticModel(shape, type, mixture::wanted, type.name(), seed, progress).write(file);
    }

    private void write(Path file) throws IOException {
        describe();
        addTensors();
        writer.write(file);
    }

    private void describe() {
        writer.set("general.architecture", "llama")
                .set("general.name", "synthetic " + shape.name() + " " + typeName)
                .set("general.file_type", GgufValue.uint32(fileType.number()))
                .set("general.quantization_version", GgufValue.uint32(2))
                .set("llama.block_count", GgufValue.uint32(shape.layers()))
                .set("llama.context_length", GgufValue.uint32(shape.context()))
                .set("llama.embedding_length", GgufValue.uint32(shape.dim()))
                .set("llama.feed_forward_length", GgufValue.uint32(shape.ffn()))
                .set("llama.attention.head_count", GgufValue.uint32(shape.heads()))
                .set("llama.attention.head_count_kv", GgufValue.uint32(shape.kvHeads()))
                .set(
                        "llama.attention.layer_norm_rms_epsilon",
                        GgufValue.float32(shape.normEpsilon()))
                .set("llama.rope.dimension_count", GgufValue.uint32(shape.headDim()))
                .set("llama.rope.freq_base", GgufValue.float32(shape.ropeBase()))
                .set("llama.vocab_size", GgufValue.uint32(shape.vocabulary()));
        SyntheticVocabulary.describe(writer, shape.vocabulary(), seed);
        writer.set("tokenizer.chat_template", CHAT_TEMPLATE);
    }

    private void addTensors() {
        int dim = shape.dim();
        int queries = shape.heads() * shape.headDim();
        int keys = shape.kvHeads() * shape.headDim();
        matrix("token_embd", dim, shape.vocabulary());
        for (int layer = 0; layer < shape.layers(); layer++) {
            String block = "blk." + layer + ".";
            norm(block + "attn_norm");
            matrix(block + "attn_q", dim, queries);
            matrix(block + "attn_k", dim, keys);
            matrix(block + "attn_v", dim, keys);
            matrix(block + "attn_output", queries, dim);
            norm(block + "ffn_norm");
            matrix(block + "ffn_gate", dim, shape.ffn());
            matrix(block + "ffn_up", dim, shape.ffn());
            matrix(block + "ffn_down", shape.ffn(), dim);
        }
        norm("output_norm");
        matrix("output", dim, shape.vocabulary());
    }

    private void matrix(String name, int columns, int rows) {
        TensorType type = types.apply(name + ".weight");
        RandomWeights weights = new RandomWeights(type, tensorSeed());
        GgmlType stored = GgmlType.ofId(type.ggufId()).orElseThrow();
        long bytes = stored.bytes((long) columns * rows);
        writer.tensor(
                name + ".weight",
                stored,
                List.of((long) columns, (long) rows),
                out -> weights.writeMatrix(out, bytes, this::advance));
    }

    private void norm(String name) {
        RandomWeights weights = new RandomWeights(TensorType.F32, tensorSeed());
        writer.tensor(
                name + ".weight",
                GgmlType.F32,
                List.of((long) shape.dim()),
                out -> {
                    weights.writeNorm(out, shape.dim());
                    advance(shape.dim() * Float.BYTES);
                });
    }

    private long tensorSeed() {
        return seed * 0x9E3779B97F4A7C15L + ++tensors;
    }

    private void advance(int bytes) {
        written += bytes;
        progress.written(written, writer.tensorBytes());
    }
}

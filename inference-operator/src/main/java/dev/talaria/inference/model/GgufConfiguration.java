package dev.talaria.inference.model;

import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.GgufMetadata;
import dev.talaria.inference.gguf.MalformedGgufException;
import dev.talaria.inference.gguf.TensorInfo;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.kernel.RowDecoder;
import dev.talaria.inference.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// The shape that a GGUF file's metadata describe.
final class GgufConfiguration {

    private static final String SCALING = "llama.rope.scaling.";
    private static final String ORIGINAL_CONTEXT = SCALING + "original_context_length";
    private static final String DIVISORS = "rope_freqs.weight";
    private static final int MOST_CONTEXT = 1 << 26;

    private final GgufFile file;
    private final GgufMetadata metadata;

    private GgufConfiguration(GgufFile file) {
        this.file = file;
        this.metadata = file.metadata();
    }

    /// The shape of a file of architecture `llama`.
    ///
    /// @throws MalformedGgufException where its keys are missing or make no sense
    /// @throws UnsupportedModelException for another architecture or rotary scaling
    static ModelConfiguration shape(GgufFile file) {
        String architecture = file.metadata().requiredString("general.architecture");
        Optional<String> obstacle = Architectures.obstacleOfGguf(architecture);
        if (obstacle.isPresent()) {
            throw new UnsupportedModelException(file.path() + ": " + obstacle.get());
        }
        if (file.metadata().integer("llama.expert_count").orElse(0) > 0) {
            throw new UnsupportedModelException(
                    file.path() + ": mixtures of experts are not supported");
        }
        return new GgufConfiguration(file).shape();
    }

    private ModelConfiguration shape() {
        int width = metadata.requiredInteger("llama.embedding_length", 1, 1 << 20);
        int heads = metadata.requiredInteger("llama.attention.head_count", 1, 10_000);
        int headWidth = integer("llama.attention.key_length", width / heads);
        int context = metadata.requiredInteger("llama.context_length", 1, MOST_CONTEXT);
        RotaryScaling scaling = scaling(context);
        TensorInfo embedding =
                file.tensorInfo("token_embd.weight")
                        .orElseThrow(() ->
                                new MalformedGgufException(
                                        file.path(),
                                        0,
                                        "tensor 'token_embd.weight' is missing; the file is not a"
                                                + " whole model"));
        try {
            return new ModelConfiguration(
                    metadata.requiredInteger("llama.block_count", 0, 10_000),
                    width,
                    metadata.requiredInteger("llama.feed_forward_length", 1, 1 << 20),
                    heads,
                    integer("llama.attention.head_count_kv", heads),
                    headWidth,
                    Math.toIntExact(embedding.elements() / width),
                    scaledContext(context, scaling),
                    integer("llama.rope.dimension_count", headWidth),
                    metadata.real("llama.rope.freq_base").orElse(10_000),
                    (float) metadata.requiredReal("llama.attention.layer_norm_rms_epsilon"),
                    // llama.cpp, by which these files are made, heeds no window here.
                    ModelConfiguration.WHOLE_CONTEXT,
                    scaling);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new MalformedGgufException(file.path(), 0, "metadata: " + e.getMessage());
        }
    }

    private int integer(String key, int absent) {
        return Math.toIntExact(metadata.integer(key, 1, 1 << 20).orElse(absent));
    }

    // The context a file states is usually the stretched one. Where it states the original too,
    // the factor has the say if that makes more.
    private int scaledContext(int context, RotaryScaling scaling) {
        OptionalLong original = metadata.integer(ORIGINAL_CONTEXT, 1, MOST_CONTEXT);
        double scaled = original.isPresent() ? original.getAsLong() * stretch(scaling) : context;
        return (int) Math.max(context, Math.min(scaled, MOST_CONTEXT));
    }

    private static double stretch(RotaryScaling scaling) {
        return switch (scaling) {
            case RotaryScaling.Linear linear -> linear.factor();
            case RotaryScaling.Yarn yarn -> yarn.factor();
            case RotaryScaling.Divided divided -> stretch(divided.within());
            case RotaryScaling.None _, RotaryScaling.Dynamic _, RotaryScaling.Llama3 _ -> 1;
        };
    }

    /// The rotary scaling a file asks for.
    ///
    /// @throws UnsupportedModelException for a kind that is not implemented
    /// @throws MalformedGgufException where its numbers make no sense
    static RotaryScaling rotaryScaling(GgufFile file) {
        return new GgufConfiguration(file)
                .scaling(
                        (int)
                                file.metadata()
                                        .integer("llama.context_length", 1, MOST_CONTEXT)
                                        .orElse(1));
    }

    private RotaryScaling scaling(int context) {
        refuseLongRope();
        try {
            RotaryScaling byKeys = scalingByKeys(context);
            return file.tensorInfo(DIVISORS).isPresent()
                    ? new RotaryScaling.Divided(divisors(), byKeys)
                    : byKeys;
        } catch (IllegalArgumentException e) {
            throw new MalformedGgufException(
                    file.path(), 0, "metadata of rotary scaling: " + e.getMessage());
        }
    }

    private void refuseLongRope() {
        boolean named = metadata.string(SCALING + "type").filter("longrope"::equals).isPresent();
        if (named
                || file.tensorInfo("rope_factors_long.weight").isPresent()
                || file.tensorInfo("rope_factors_short.weight").isPresent()) {
            throw unsupported("longrope");
        }
    }

    private UnsupportedModelException unsupported(String type) {
        return new UnsupportedModelException(
                "%s: rotary scaling '%s' is not supported; none, linear, yarn and rope_freqs.weight (Llama 3) are"
                        .formatted(file.path(), Architectures.shown(type)));
    }

    /// Without a type, a factor scales linearly: so llama.cpp reads files from before there were
    /// types. A factor of 0 is none.
    private RotaryScaling scalingByKeys(int context) {
        String type = metadata.string(SCALING + "type").filter(t -> !t.isEmpty()).orElse("linear");
        boolean yarn = type.equals("yarn");
        if (!yarn && !type.equals("linear") && !type.equals("none")) {
            throw unsupported(type);
        }
        double factor = type.equals("none") ? 1 : factor();
        double extrapolation = number("yarn_ext_factor", yarn ? 1 : 0);
        double magnitude = number("attn_factor", 1) * number("yarn_attn_factor", 1);
        if (extrapolation == 0 && magnitude == 1) {
            return factor == 1 ? RotaryScaling.none() : new RotaryScaling.Linear(factor);
        }
        return new RotaryScaling.Yarn(
                factor,
                Math.toIntExact(
                        metadata.integer(ORIGINAL_CONTEXT, 1, MOST_CONTEXT).orElse(context)),
                number("yarn_beta_fast", RotaryScaling.Yarn.BETA_FAST),
                number("yarn_beta_slow", RotaryScaling.Yarn.BETA_SLOW),
                true,
                extrapolation,
                extrapolation == 0
                        ? magnitude
                        : magnitude * RotaryScaling.Yarn.magnitudeOf(factor));
    }

    private double factor() {
        OptionalDouble factor = metadata.real(SCALING + "factor");
        double stated =
                factor.isPresent()
                        ? factor.getAsDouble()
                        : metadata.real("llama.rope.scale_linear").orElse(0);
        return stated == 0 ? 1 : stated;
    }

    // Converters write -1 where they mean the usual.
    private double number(String key, double usual) {
        double number = metadata.real(SCALING + key).orElse(usual);
        return number < 0 ? usual : number;
    }

    private List<Double> divisors() {
        Tensor tensor = file.tensor(DIVISORS).orElseThrow();
        if (tensor.rows() != 1 || tensor.columns() > 10_000) {
            throw new IllegalArgumentException(
                    "%s is %d x %d, no vector"
                            .formatted(DIVISORS, tensor.rows(), tensor.columns()));
        }
        float[] values = new float[tensor.columns()];
        RowDecoder.decode(tensor, 0, values, 0);
        List<Double> divisors = new ArrayList<>();
        for (float value : values) {
            divisors.add((double) value);
        }
        return divisors;
    }
}

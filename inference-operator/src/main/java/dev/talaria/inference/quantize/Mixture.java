package dev.talaria.inference.quantize;

import static java.util.Objects.requireNonNull;

import dev.talaria.inference.tensor.TensorType;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which type each matrix of a model gets in a file of some [FileType].
///
/// The choices are those of llama.cpp without an importance matrix, for architecture `llama`: the
/// output matrix gets `Q6_K`, and the matrices that a model suffers most from (the values of the
/// attention, the way back from the feed-forward layer) a better type, in all layers or in the
/// outer ones and every third between.
///
/// @param layers of the model
/// @param sharing query heads per key-value head
/// @param isTied whether the embedding is the output matrix, too
public record Mixture(FileType fileType, int layers, int sharing, boolean isTied) {

    private static final Pattern LAYER = Pattern.compile("blk\\.(\\d{1,6})\\.(.*)");

    // From four query heads a key-value head on, values are so few that a better type costs little.
    private static final int MUCH_SHARING = 4;
    private static final int LAYERS_OF_70B = 80;

    public Mixture {
        requireNonNull(fileType, "fileType");
        if (layers < 0 || sharing < 1) {
            throw new IllegalArgumentException(
                    layers + " layers and " + sharing + " heads per KV head make no model");
        }
    }

    /// The type of a matrix whose rows are long enough for every type.
    public TensorType wanted(String tensor) {
        TensorType usual = fileType.prevailing();
        if (usual.blockElements() == 1) {
            return usual;
        }
        if (tensor.equals("output.weight") || isTied && tensor.equals("token_embd.weight")) {
            return usual == TensorType.Q8_0 ? usual : TensorType.Q6_K;
        }
        Matcher place = LAYER.matcher(tensor);
        if (!place.matches()) {
            return usual;
        }
        int layer = Integer.parseInt(place.group(1));
        return switch (place.group(2)) {
            case "attn_v.weight" -> values(layer);
            case "ffn_down.weight" -> down(layer);
            case "attn_output.weight" -> attentionOutput();
            default -> usual;
        };
    }

    private TensorType values(int layer) {
        TensorType type =
                switch (fileType) {
                    case Q2_K -> sharing >= MUCH_SHARING ? TensorType.Q4_K : TensorType.Q3_K;
                    case Q3_K_M -> layer < 2 ? TensorType.Q5_K : TensorType.Q4_K;
                    case Q3_K_L -> TensorType.Q5_K;
                    case Q4_K_S -> layer < 4 ? TensorType.Q5_K : TensorType.Q4_K;
                    case Q4_K_M -> isFavoured(layer) ? TensorType.Q6_K : TensorType.Q4_K;
                    case Q5_K_M -> isFavoured(layer) ? TensorType.Q6_K : TensorType.Q5_K;
                    case IQ4_NL, IQ4_XS ->
                            sharing >= MUCH_SHARING ? TensorType.Q5_K : fileType.prevailing();
                    case F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q3_K_S, Q5_K_S, Q6_K ->
                            fileType.prevailing();
                };
        boolean isLow = type == TensorType.Q3_K || type == TensorType.Q4_K;
        return isLow && layers == LAYERS_OF_70B && sharing > 1 ? TensorType.Q5_K : type;
    }

    private TensorType down(int layer) {
        return switch (fileType) {
            case Q2_K -> TensorType.Q3_K;
            case Q3_K_M -> layer < layers / 16 ? TensorType.Q5_K : TensorType.Q4_K;
            case Q3_K_L -> TensorType.Q5_K;
            case Q4_K_S -> layer < layers / 8 ? TensorType.Q5_K : TensorType.Q4_K;
            case Q4_K_M -> isFavoured(layer) ? TensorType.Q6_K : TensorType.Q4_K;
            case Q5_K_M -> isFavoured(layer) ? TensorType.Q6_K : TensorType.Q5_K;
            case IQ4_NL, IQ4_XS -> layer < layers / 8 ? TensorType.Q5_K : fileType.prevailing();
            case F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q3_K_S, Q5_K_S, Q6_K ->
                    fileType.prevailing();
        };
    }

    private TensorType attentionOutput() {
        return switch (fileType) {
            case Q2_K -> TensorType.Q3_K;
            case Q3_K_M -> TensorType.Q4_K;
            case Q3_K_L -> TensorType.Q5_K;
            case F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q3_K_S -> fileType.prevailing();
            case Q4_K_S, Q4_K_M, Q5_K_S, Q5_K_M, Q6_K, IQ4_NL, IQ4_XS -> fileType.prevailing();
        };
    }

    // The first and the last eighth of the layers, and every third between.
    private boolean isFavoured(int layer) {
        int eighth = layers / 8;
        return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
    }

    /// The type itself where rows of that length are whole blocks of it; otherwise a type of about
    /// its precision with smaller blocks, and `F16` where they do not fit either.
    public static TensorType fitting(TensorType wanted, long columns) {
        TensorType type = columns % wanted.blockElements() == 0 ? wanted : smaller(wanted);
        return columns % type.blockElements() == 0 ? type : TensorType.F16;
    }

    private static TensorType smaller(TensorType type) {
        return switch (type) {
            case Q2_K, Q3_K, IQ4_XS -> TensorType.IQ4_NL;
            case Q4_K -> TensorType.Q5_0;
            case Q5_K -> TensorType.Q5_1;
            case Q6_K -> TensorType.Q8_0;
            case F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, IQ4_NL -> TensorType.F16;
        };
    }
}

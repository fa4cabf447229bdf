package dev.talaria.inference.quantize;

import dev.talaria.inference.tensor.TensorType;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// What a model file as a whole is said to be stored in: a type that most of its matrices have, and
/// a habit of giving some of them a better one.
///
/// Names and numbers are those of llama.cpp (`llama_ftype`); which matrix gets which type is
/// [Mixture]'s business.
public enum FileType {
    F32(0, TensorType.F32),
    F16(1, TensorType.F16),
    BF16(32, TensorType.BF16),
    Q8_0(7, TensorType.Q8_0),
    Q4_0(2, TensorType.Q4_0),
    Q4_1(3, TensorType.Q4_1),
    Q5_0(8, TensorType.Q5_0),
    Q5_1(9, TensorType.Q5_1),
    Q2_K(10, TensorType.Q2_K),
    Q3_K_S(11, TensorType.Q3_K),
    Q3_K_M(12, TensorType.Q3_K),
    Q3_K_L(13, TensorType.Q3_K),
    Q4_K_S(14, TensorType.Q4_K),
    Q4_K_M(15, TensorType.Q4_K),
    Q5_K_S(16, TensorType.Q5_K),
    Q5_K_M(17, TensorType.Q5_K),
    Q6_K(18, TensorType.Q6_K),
    IQ4_NL(25, TensorType.IQ4_NL),
    IQ4_XS(30, TensorType.IQ4_XS);

    private final int number;
    private final TensorType prevailing;

    FileType(int number, TensorType prevailing) {
        this.number = number;
        this.prevailing = prevailing;
    }

    /// The file type of that name, in upper or lower case; `Q3_K`, `Q4_K` and `Q5_K` mean the `M`
    /// mixtures.
    ///
    /// @throws IllegalArgumentException where there is none
    public static FileType named(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(type ->
                        type.name().equals(upper)
                                || type.name().endsWith("_M")
                                        && type.prevailing.name().equals(upper))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "type '%s' is unknown; choose one of %s"
                                        .formatted(
                                                name,
                                                Arrays.stream(values())
                                                        .map(FileType::name)
                                                        .collect(Collectors.joining(", ")))));
    }

    /// What a file is called whose matrices are all of one type.
    public static FileType uniform(TensorType type) {
        return switch (type) {
            case F32 -> F32;
            case F16 -> F16;
            case BF16 -> BF16;
            case Q8_0 -> Q8_0;
            case Q4_0 -> Q4_0;
            case Q4_1 -> Q4_1;
            case Q5_0 -> Q5_0;
            case Q5_1 -> Q5_1;
            case Q2_K -> Q2_K;
            case Q3_K -> Q3_K_S;
            case Q4_K -> Q4_K_S;
            case Q5_K -> Q5_K_S;
            case Q6_K -> Q6_K;
            case IQ4_NL -> IQ4_NL;
            case IQ4_XS -> IQ4_XS;
        };
    }

    /// The number under `general.file_type`.
    public int number() {
        return number;
    }

    /// The type that matrices have unless the mixture has another one for them.
    public TensorType prevailing() {
        return prevailing;
    }
}

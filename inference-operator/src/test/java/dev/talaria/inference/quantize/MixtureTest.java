package dev.talaria.inference.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.stream.IntStream;

/// The types of a file's matrices, as files published for Mistral 7B have them.
class MixtureTest {

    private static final int LAYERS = 32;

    // Favoured by the M mixtures of four and five bits.
    private static final List<Integer> FAVOURED =
            List.of(0, 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 27, 28, 29, 30, 31);

    @ParameterizedTest
    @CsvSource({"Q4_K_M, Q4_K", "Q5_K_M, Q5_K"})
    void everyOtherLayerOfTheMiddleMixturesHasSixBits(FileType type, TensorType usual) {
        Mixture mixture = mixture(type);
        for (int layer = 0; layer < LAYERS; layer++) {
            TensorType expected = FAVOURED.contains(layer) ? TensorType.Q6_K : usual;
            assertThat(mixture.wanted(name(layer, "attn_v"))).as("%d", layer).isEqualTo(expected);
            assertThat(mixture.wanted(name(layer, "ffn_down"))).as("%d", layer).isEqualTo(expected);
        }
        assertThat(mixture.wanted(name(0, "attn_output"))).isEqualTo(usual);
    }

    @Test
    void theFirstLayersOfSmallMixturesHaveABetterType() {
        Mixture four = mixture(FileType.Q4_K_S);
        assertThat(layersWith(four, "attn_v", TensorType.Q5_K)).containsExactly(0, 1, 2, 3);
        assertThat(layersWith(four, "ffn_down", TensorType.Q5_K)).containsExactly(0, 1, 2, 3);
        Mixture three = mixture(FileType.Q3_K_M);
        assertThat(layersWith(three, "attn_v", TensorType.Q5_K)).containsExactly(0, 1);
        assertThat(layersWith(three, "attn_v", TensorType.Q4_K)).hasSize(30);
        assertThat(layersWith(three, "ffn_down", TensorType.Q5_K)).containsExactly(0, 1);
        assertThat(layersWith(three, "attn_output", TensorType.Q4_K)).hasSize(32);
        assertThat(layersWith(mixture(FileType.IQ4_XS), "ffn_down", TensorType.Q5_K))
                .containsExactly(0, 1, 2, 3);
    }

    @ParameterizedTest
    @CsvSource({
        "Q2_K, Q4_K, Q3_K, Q3_K, Q2_K",
        "Q3_K_S, Q3_K, Q3_K, Q3_K, Q3_K",
        "Q3_K_L, Q5_K, Q5_K, Q5_K, Q3_K",
        "Q5_K_S, Q5_K, Q5_K, Q5_K, Q5_K",
        "Q6_K, Q6_K, Q6_K, Q6_K, Q6_K",
        "Q8_0, Q8_0, Q8_0, Q8_0, Q8_0",
        "Q4_0, Q4_0, Q4_0, Q4_0, Q4_0",
        "IQ4_NL, Q5_K, IQ4_NL, IQ4_NL, IQ4_NL",
        "F16, F16, F16, F16, F16"
    })
    void aLayerInTheMiddleHasTheTypesOfItsMixture(
            FileType type,
            TensorType values,
            TensorType down,
            TensorType output,
            TensorType others) {
        Mixture mixture = mixture(type);
        assertThat(mixture.wanted(name(10, "attn_v"))).isEqualTo(values);
        assertThat(mixture.wanted(name(10, "ffn_down"))).isEqualTo(down);
        assertThat(mixture.wanted(name(10, "attn_output"))).isEqualTo(output);
        for (String matrix : List.of("attn_q", "attn_k", "ffn_gate", "ffn_up")) {
            assertThat(mixture.wanted(name(10, matrix))).as(matrix).isEqualTo(others);
        }
        assertThat(mixture.wanted("token_embd.weight")).isEqualTo(others);
    }

    @Test
    void theOutputMatrixHasSixBitsAtLeast() {
        for (FileType type : FileType.values()) {
            TensorType expected =
                    switch (type) {
                        case F32, F16, BF16, Q8_0 -> type.prevailing();
                        case Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K_S, Q3_K_M, Q3_K_L ->
                                TensorType.Q6_K;
                        case Q4_K_S, Q4_K_M, Q5_K_S, Q5_K_M, Q6_K, IQ4_NL, IQ4_XS ->
                                TensorType.Q6_K;
                    };
            assertThat(mixture(type).wanted("output.weight")).as("%s", type).isEqualTo(expected);
            Mixture tied = new Mixture(type, LAYERS, 4, true);
            assertThat(tied.wanted("token_embd.weight")).as("%s", type).isEqualTo(expected);
        }
    }

    @Test
    void valuesThatAreNotSharedHaveLess() {
        Mixture mixture = new Mixture(FileType.Q2_K, LAYERS, 1, false);
        assertThat(mixture.wanted(name(3, "attn_v"))).isEqualTo(TensorType.Q3_K);
        Mixture seventy = new Mixture(FileType.Q4_K_M, 80, 8, false);
        assertThat(seventy.wanted(name(12, "attn_v"))).isEqualTo(TensorType.Q6_K);
        assertThat(seventy.wanted(name(13, "attn_v"))).isEqualTo(TensorType.Q5_K);
        assertThat(seventy.wanted(name(13, "ffn_down"))).isEqualTo(TensorType.Q4_K);
    }

    @ParameterizedTest
    @CsvSource({
        "Q4_K, 512, Q4_K",
        "Q2_K, 96, IQ4_NL",
        "Q3_K, 96, IQ4_NL",
        "IQ4_XS, 96, IQ4_NL",
        "Q4_K, 96, Q5_0",
        "Q5_K, 96, Q5_1",
        "Q6_K, 96, Q8_0",
        "Q4_K, 80, F16",
        "Q8_0, 80, F16",
        "BF16, 81, BF16"
    })
    void rowsThatAreNoWholeBlocksGetASmallerBlock(
            TensorType wanted, long columns, TensorType expected) {
        assertThat(Mixture.fitting(wanted, columns)).isEqualTo(expected);
    }

    @Test
    void typesAreFoundByName() {
        assertThat(FileType.named("Q4_K_M")).isEqualTo(FileType.Q4_K_M);
        assertThat(FileType.named("q8_0")).isEqualTo(FileType.Q8_0);
        assertThat(FileType.named("Q4_K")).isEqualTo(FileType.Q4_K_M);
        assertThat(FileType.named("Q6_K")).isEqualTo(FileType.Q6_K);
        assertThatThrownBy(() -> FileType.named("Q7"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'Q7'", "Q4_K_M");
    }

    private static Mixture mixture(FileType type) {
        return new Mixture(type, LAYERS, 4, false);
    }

    private static String name(int layer, String matrix) {
        return "blk." + layer + "." + matrix + ".weight";
    }

    private static List<Integer> layersWith(Mixture mixture, String matrix, TensorType type) {
        return IntStream.range(0, LAYERS)
                .filter(layer -> mixture.wanted(name(layer, matrix)) == type)
                .boxed()
                .toList();
    }
}

package dev.talaria.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.talaria.inference.kernel.InterpretedAmx;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.stream.Stream;

/// The random-weight fixtures in every supported type, against logits computed in float64.
class FixtureLogitsTest {

    private static Stream<Arguments> fixtures() {
        return LogitsFixture.TYPES.stream()
                .flatMap(type -> Stream.of("vector", "scalar").map(tier -> arguments(type, tier)));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void everyPositionAgreesWithTheExactLogits(String type, String tier) throws IOException {
        Agreement agreement = new LogitsFixture(type).agreement(tier);

        assertThat(agreement.relativeError()).as(type + " " + tier).isLessThan(1e-5);
        assertThat(agreement.equalTopTokens()).as(type + " " + tier).isEqualTo(1);
        assertThat(agreement.divergence()).as(type + " " + tier).isLessThan(1e-9);
    }

    private static Stream<Arguments> machineCode() {
        return LogitsFixture.TYPES.stream()
                .flatMap(type ->
                        Stream.of("avx2", "vnni", "amx").map(tier -> arguments(type, tier)));
    }

    /// As near as other programs that round activations to eight bits; a position more or less of
    /// 74 is 0.014.
    @ParameterizedTest
    @MethodSource("machineCode")
    void roundedActivationsStayNearTheExactLogits(String type, String tier) throws IOException {
        Tiers.require(tier);
        Agreement agreement = new LogitsFixture(type).agreement(tier);

        assertThat(agreement.relativeError()).as(type + " " + tier).isLessThan(2.5e-2);
        assertThat(agreement.equalTopTokens()).as(type + " " + tier).isGreaterThan(0.9);
        assertThat(agreement.divergence()).as(type + " " + tier).isLessThan(2.5e-3);
    }

    /// Prompts in tiles, whose weights and activations are bfloat16 numbers: on every processor
    /// with AVX2, since the code is interpreted.
    @ParameterizedTest
    @ValueSource(strings = {"Q8_0", "Q6_K", "Q5_1", "Q4_K_M-mixed", "Q4_0", "Q2_K"})
    void promptsInTilesAreNearerThanAHundredth(String type) throws Exception {
        Tiers.require("avx2");
        InterpretedAmx kernels = InterpretedAmx.of(7);
        Agreement agreement = new LogitsFixture(type).agreement(kernels, 1);

        assertThat(kernels.products()).as("multiplications of tiles").isPositive();
        assertThat(agreement.relativeError()).as(type).isLessThan(1e-2);
        assertThat(agreement.equalTopTokens()).as(type).isGreaterThan(0.9);
        assertThat(agreement.divergence()).as(type).isLessThan(5e-4);
    }

    /// Weights that are stored as floats meet rounded activations at most where they are bfloat16
    /// numbers.
    @ParameterizedTest
    @ValueSource(strings = {"F32", "F16", "BF16"})
    void floatsInMachineCodeKeepEveryMostProbableToken(String type) throws IOException {
        Tiers.require("vnni");
        Agreement agreement = new LogitsFixture(type).agreement("vnni");

        assertThat(agreement.relativeError())
                .as(type)
                .isLessThan(type.equals("BF16") ? 1e-2 : 1e-5);
        assertThat(agreement.equalTopTokens()).as(type).isEqualTo(1);
    }

    /// Those that AVX2 leaves to the vector kernels, with its own attention between them.
    @ParameterizedTest
    @ValueSource(strings = {"F32", "F16", "BF16", "IQ4_XS"})
    void activationsThatAvx2DoesNotRoundKeepEveryMostProbableToken(String type) throws IOException {
        Tiers.require("avx2");
        Agreement agreement = new LogitsFixture(type).agreement("avx2");

        assertThat(agreement.relativeError()).as(type).isLessThan(1e-5);
        assertThat(agreement.equalTopTokens()).as(type).isEqualTo(1);
        assertThat(agreement.divergence()).as(type).isLessThan(1e-9);
    }
}

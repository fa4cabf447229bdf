package dev.talaria.inference.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.inference.kernel.Kernels.Phase;
import dev.talaria.inference.kernel.KvType;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;

/// Every benchmark computes something, and counts what it computes: once, not timed.
class BenchmarksWorkTest {

    @ParameterizedTest
    @CsvSource({"QUERY, 1", "UP, 4", "DOWN, 4"})
    void aProductCountsItsMultiplyAdds(MatrixShape matrix, int rows) throws IOException {
        MultiplyBenchmark benchmark =
                new MultiplyBenchmark(TensorType.Q8_0, matrix, rows, Phase.DECODE, "auto");
        Work.Product work = new Work.Product();

        benchmark.prepare();
        float[] out = benchmark.multiply(work);
        benchmark.close();

        assertThat(out).doesNotContain(Float.NaN);
        assertThat(out[out.length - 1]).isNotZero();
        long elements = matrix == MatrixShape.QUERY ? 4096L * 4096 : 4096L * 14_336;
        assertThat(work.gigaMultiplyAdds).isCloseTo(1e-9 * rows * elements, within(1e-12));
        assertThat(work.gigaBytes).isGreaterThan(1e-9 * elements);
    }

    @Test
    void weightsAreRepackedAndDecoded() throws IOException {
        WeightBenchmark benchmark = new WeightBenchmark(TensorType.Q8_0, "auto");
        Work.Bytes work = new Work.Bytes();

        benchmark.prepare();
        assertThat(benchmark.repack(work)).isGreaterThan(4096L * 4096);
        assertThat(benchmark.decodePanels(work)[4096]).isNotZero();
        assertThat(benchmark.decodeRows(work)[4095]).isNotNaN();
        benchmark.close();

        assertThat(work.gigaBytes)
                .isCloseTo(3e-9 * TensorType.Q8_0.bytes(4096L * 4096), within(1e-12));
    }

    @Test
    void equalKeysMakeTheAttentionTheMeanOfTheValues() {
        AttentionBenchmark benchmark = new AttentionBenchmark(64, 4, KvType.F16, "auto");
        Work.Product work = new Work.Product();

        benchmark.prepare();
        assertThat(benchmark.attend(work)).hasSize(128).containsOnly(0f);
        benchmark.close();

        assertThat(work.gigaMultiplyAdds).isCloseTo(2e-9 * 4 * 64 * 128, within(1e-15));
    }

    @Test
    void activationsAreNormedAddedGatedAndPacked() {
        ActivationBenchmark benchmark = new ActivationBenchmark(2, "auto");
        Work.Elements work = new Work.Elements();

        benchmark.prepare();
        assertThat(benchmark.rmsNorm(work)[8191]).isNotZero();
        assertThat(benchmark.add(work)[8191]).isNotZero();
        assertThat(benchmark.swiGlu(work)[28_671]).isNotZero();
        assertThat(benchmark.pack(work)).hasSizeGreaterThanOrEqualTo(8192);

        assertThat(work.gigaElements).isCloseTo(1e-9 * (3 * 8192 + 28_672), within(1e-15));
    }

    @Test
    void aDocumentBecomesTokensAndTextAgain() throws IOException {
        TokenizerBenchmark benchmark = new TokenizerBenchmark(2);
        Work.Tokens work = new Work.Tokens();

        benchmark.prepare();
        int[] tokens = benchmark.encode(work);
        String text = benchmark.decode(work);

        assertThat(text).contains("Königstraße").hasSizeGreaterThan(300);
        assertThat(work.tokens).isEqualTo(2 * tokens.length);
    }

    @Test
    void aTokenIsChosenWithAndWithoutAMask() throws IOException {
        SamplerBenchmark benchmark = new SamplerBenchmark();

        benchmark.prepare();

        assertThat(benchmark.greedy()).isNotNegative();
        assertThat(benchmark.sampled()).isNotNegative();
        assertThat(benchmark.maskOfString().cardinality()).isPositive();
        assertThat(benchmark.maskOfString().allows(benchmark.greedyMasked())).isTrue();
        assertThat(benchmark.maskOfString().allows(benchmark.sampledMasked())).isTrue();
        assertThat(benchmark.constrainedAnswer(new Work.Tokens())).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void answersAreWrittenUnderTheirSchemas(MaskSchema schema) throws IOException {
        MaskBenchmark benchmark = new MaskBenchmark(schema);
        Work.Tokens work = new Work.Tokens();

        MaskBenchmark.Fresh fresh = new MaskBenchmark.Fresh();

        benchmark.prepare();
        fresh.compile(benchmark);

        assertThat(benchmark.knownMask()).isPositive();
        assertThat(benchmark.knownAnswer(work)).isTrue();
        assertThat(benchmark.newAnswer(fresh, work)).isTrue();
        assertThat(benchmark.firstMask()).isPositive();
        assertThat(work.tokens).isPositive();
    }
}

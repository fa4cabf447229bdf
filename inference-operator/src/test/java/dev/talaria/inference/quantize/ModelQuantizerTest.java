package dev.talaria.inference.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.gguf.GgmlType;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.GgufWriter;
import dev.talaria.inference.gguf.SplitGguf;
import dev.talaria.inference.gguf.TensorInfo;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.kernel.RowDecoder;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.report.ModelReport;
import dev.talaria.inference.synthetic.ModelShape;
import dev.talaria.inference.synthetic.SyntheticModel;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Whole model files, written anew in another type.
class ModelQuantizerTest {

    @TempDir private Path folder;

    private final List<String> notes = new ArrayList<>();
    private long written;
    private long total;

    @ParameterizedTest
    @EnumSource(FileType.class)
    void everyTypeGivesARunnableFileOfItsMixture(FileType type) throws IOException {
        Path in = synthetic(TensorType.F32);
        Path out = quantize(in, type);
        Mixture mixture = new Mixture(type, ModelShape.TINY.layers(), 2, false);
        try (GgufFile before = GgufFile.open(in);
                GgufFile after = GgufFile.open(out)) {
            assertThat(ModelReport.of(after).obstacles()).isEmpty();
            assertThat(after.metadata().requiredInteger("general.file_type"))
                    .isEqualTo(type.number());
            assertThat(after.metadata().requiredInteger("general.quantization_version"))
                    .isEqualTo(2);
            assertThat(names(after)).isEqualTo(names(before));
            for (TensorInfo info : after.tensors()) {
                TensorType expected =
                        info.dimensions().size() == 1
                                ? TensorType.F32
                                : mixture.wanted(info.name());
                assertThat(info.type()).as(info.name()).contains(expected);
                assertSameWeights(before, after, info.name(), expected);
            }
        }
        assertThat(notes).isEmpty();
        assertThat(written).isEqualTo(total).isPositive();
    }

    // The file's bytes are those of each row encoded for itself.
    private static void assertSameWeights(
            GgufFile before, GgufFile after, String name, TensorType type) {
        Tensor source = before.tensor(name).orElseThrow();
        Tensor target = after.tensor(name).orElseThrow();
        float[] row = new float[source.columns()];
        float[] stored = new float[source.columns()];
        for (int r : new int[] {0, source.rows() / 2, source.rows() - 1}) {
            RowDecoder.decode(source, r, row, 0);
            RowDecoder.decode(target, r, stored, 0);
            assertThat(stored).as("%s, row %d", name, r).isEqualTo(Encoded.andDecoded(type, row));
        }
    }

    @Test
    void theResultIsTheSameWhateverTheNumberOfThreads() throws IOException {
        Path in = synthetic(TensorType.F16);
        byte[] one = Files.readAllBytes(quantize(in, FileType.Q4_K_M, 1));
        byte[] three = Files.readAllBytes(quantize(in, FileType.Q4_K_M, 3));
        assertThat(three).isEqualTo(one);
    }

    @Test
    void everythingElseOfTheFileStays() throws IOException {
        Path in = synthetic(TensorType.F16);
        try (GgufFile before = GgufFile.open(in);
                GgufFile after = GgufFile.open(quantize(in, FileType.Q8_0))) {
            assertThat(after.metadata().keys()).isEqualTo(before.metadata().keys());
            assertThat(after.metadata().requiredStrings("tokenizer.ggml.tokens"))
                    .isEqualTo(before.metadata().requiredStrings("tokenizer.ggml.tokens"));
            assertThat(after.metadata().requiredString("tokenizer.chat_template"))
                    .isEqualTo(before.metadata().requiredString("tokenizer.chat_template"));
        }
    }

    @Test
    void aSplitModelBecomesOneFile() throws IOException {
        Path in = synthetic(TensorType.F16);
        byte[] expected = Files.readAllBytes(quantize(in, FileType.Q5_0));
        Path first = SplitGguf.write(in, folder, "parts", 3).getFirst();
        Path out = quantize(first, FileType.Q5_0);
        try (GgufFile file = GgufFile.open(out)) {
            assertThat(file.paths()).containsExactly(out);
            assertThat(file.metadata().keys()).noneMatch(key -> key.startsWith("split."));
            assertThat(file.tensors()).hasSize(21);
        }
        assertThat(Files.size(out)).isEqualTo(expected.length);
    }

    @Test
    void quantizingAgainIsAllowedAndNoted() throws IOException {
        Path in = synthetic(TensorType.Q4_0);
        try (GgufFile before = GgufFile.open(in);
                GgufFile after = GgufFile.open(quantize(in, FileType.Q4_0))) {
            Tensor kept = before.tensor("blk.0.attn_q.weight").orElseThrow();
            Tensor same = after.tensor("blk.0.attn_q.weight").orElseThrow();
            assertThat(same.data().mismatch(kept.data())).isEqualTo(-1);
            assertThat(after.tensorInfo("output.weight").orElseThrow().typeName())
                    .isEqualTo("Q6_K");
        }
        assertThat(notes)
                .singleElement()
                .asString()
                .contains("1 tensors are quantized already ('output.weight' is Q4_0)");
    }

    @Test
    void rowsThatAreNoWholeBlocksAreStoredOtherwiseAndNoted() throws IOException {
        Path in = folder.resolve("odd.gguf");
        new GgufWriter()
                .set("general.architecture", "llama")
                .tensor("blk.0.attn_q.weight", GgmlType.F32, List.of(96L, 2L), floats(192, 1f))
                .tensor("blk.0.attn_k.weight", GgmlType.F32, List.of(80L, 2L), floats(160, 1f))
                .tensor("blk.0.attn_norm.weight", GgmlType.BF16, List.of(80L), halves(80))
                .tensor("blk.0.attn_q.bias", GgmlType.F32, List.of(96L, 1L), floats(96, 1f))
                .write(in);
        try (GgufFile file = GgufFile.open(quantize(in, FileType.Q4_K_S))) {
            assertThat(file.tensors())
                    .extracting(TensorInfo::typeName)
                    .containsExactly("Q5_0", "F16", "F32", "F32");
            assertThat(file.tensorInfo("blk.0.attn_q.bias").orElseThrow().dimensions())
                    .containsExactly(96L, 1L);
        }
        assertThat(notes)
                .containsExactly(
                        "tensor 'blk.0.attn_q.weight': rows of 96 are not a multiple of Q4_K's"
                                + " block of 256; stored as Q5_0",
                        "tensor 'blk.0.attn_k.weight': rows of 80 are not a multiple of Q4_K's"
                                + " block of 256; stored as F16");
    }

    @Test
    void weightsThatAreNoNumbersOrTooGreatAreRefusedAndLeaveNoFile() throws IOException {
        Path in = folder.resolve("bad.gguf");
        Path out = folder.resolve("out.gguf");
        for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, 1e30f}) {
            new GgufWriter()
                    .set("general.architecture", "llama")
                    .tensor("blk.0.attn_q.weight", GgmlType.F32, List.of(32L, 3L), floats(96, bad))
                    .write(in);
            assertThatThrownBy(() -> quantize(in, FileType.Q4_0))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("tensor 'blk.0.attn_q.weight', row ");
            assertThat(out).doesNotExist();
        }
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(in);
        }
    }

    @Test
    void aTypeThatCannotBeReadIsNamed() throws IOException {
        Path in = folder.resolve("other.gguf");
        new GgufWriter()
                .set("general.architecture", "llama")
                .tensor(
                        "x.weight",
                        GgmlType.IQ3_S,
                        List.of(256L, 1L),
                        out -> out.write(new byte[110]))
                .write(in);
        assertThatThrownBy(() -> OriginalGguf.open(in))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("'x.weight'", "IQ3_S");
    }

    @Test
    void tiedEmbeddingsAreStoredAsAnOutputMatrix() throws IOException {
        Path in = folder.resolve("tied.gguf");
        new GgufWriter()
                .set("general.architecture", "llama")
                .set("llama.attention.head_count", GgufValue.uint32(4))
                .tensor("token_embd.weight", GgmlType.F32, List.of(256L, 3L), floats(768, 1f))
                .write(in);
        try (GgufFile file = GgufFile.open(quantize(in, FileType.Q4_K_M))) {
            assertThat(file.tensors()).extracting(TensorInfo::typeName).containsExactly("Q6_K");
        }
    }

    private Path synthetic(TensorType type) throws IOException {
        Path file = folder.resolve("in.gguf");
        SyntheticModel.write(file, ModelShape.TINY, type, 1, (bytes, of) -> {});
        return file;
    }

    private Path quantize(Path in, FileType type) throws IOException {
        return quantize(in, type, 2);
    }

    private Path quantize(Path in, FileType type, int threads) throws IOException {
        Path out = folder.resolve("out.gguf");
        ModelQuantizer.Listener listener =
                new ModelQuantizer.Listener() {
                    @Override
                    public void written(long bytes, long ofBytes) {
                        written = bytes;
                        total = ofBytes;
                    }

                    @Override
                    public void note(String line) {
                        notes.add(line);
                    }
                };
        try (OriginalGguf source = OriginalGguf.open(in);
                WorkerTeam team = new WorkerTeam(threads)) {
            ModelQuantizer.write(source, out, type, team, listener);
        }
        return out;
    }

    private static List<String> names(GgufFile file) {
        return file.tensors().stream().map(TensorInfo::name).toList();
    }

    private static GgufWriter.TensorData floats(int count, float last) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count - 1; i++) {
            bytes.putFloat(i % 7 - 3);
        }
        bytes.putFloat(last);
        return out -> out.write(bytes.array());
    }

    private static GgufWriter.TensorData halves(int count) {
        return out -> out.write(new byte[2 * count]);
    }
}

package dev.talaria.inference.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.report.ModelReport;
import dev.talaria.inference.synthetic.ModelShape;
import dev.talaria.inference.synthetic.SyntheticModel;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A model in several files is one model, and an incomplete set says which file is at fault.
class SplitFilesTest {

    private static final int PARTS = 3;

    @TempDir private Path folder;

    private Path whole;
    private List<Path> parts;

    @BeforeEach
    void splitAModel() throws IOException {
        whole = folder.resolve("whole.gguf");
        SyntheticModel.write(whole, ModelShape.TINY, TensorType.Q4_0, 1, (bytes, of) -> {});
        parts = SplitGguf.write(whole, folder, "model", PARTS);
    }

    @Test
    void allPartsTogetherHoldWhatTheWholeFileHolds() throws IOException {
        try (GgufFile one = GgufFile.open(whole);
                GgufFile several = GgufFile.open(parts.getFirst())) {
            assertThat(several.paths()).isEqualTo(parts);
            assertThat(several.tensors()).hasSameSizeAs(one.tensors());
            for (TensorInfo info : one.tensors()) {
                Tensor expected = one.tensor(info.name()).orElseThrow();
                Tensor actual = several.tensor(info.name()).orElseThrow();
                assertThat(actual.data().mismatch(expected.data())).as(info.name()).isEqualTo(-1);
            }
            long bytes = 0;
            for (Path part : parts) {
                bytes += Files.size(part);
            }
            assertThat(several.fileBytes()).isEqualTo(bytes);
            ModelReport report = ModelReport.of(several);
            assertThat(report.obstacles()).isEmpty();
            assertThat(report.parameters()).isEqualTo(ModelReport.of(one).parameters());
        }
    }

    @Test
    void theFirstPartMayHoldMetadataOnly() throws IOException {
        Path first = folder.resolve(SplitGguf.partName("lean", 0, 2));
        Path second = folder.resolve(SplitGguf.partName("lean", 1, 2));
        GgufWriter writer = new GgufWriter().set("general.architecture", "llama");
        SplitGguf.keys(writer, 0, 2, 1).write(first);
        SplitGguf.keys(new GgufWriter(), 1, 2, 1)
                .tensor("x", GgmlType.F32, List.of(1L), out -> out.write(new byte[4]))
                .write(second);
        try (GgufFile file = GgufFile.open(first)) {
            assertThat(file.tensorInfo("x").orElseThrow().file()).isEqualTo(second);
            assertThat(file.metadata().requiredString("general.architecture")).isEqualTo("llama");
        }
    }

    @Test
    void anotherPartThanTheFirstSaysWhichToName() {
        assertThatThrownBy(() -> GgufFile.open(parts.get(1)))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContainingAll(
                        parts.get(1).toString(),
                        "part 2 of 3",
                        "name the first, model-00001-of-00003.gguf");
    }

    @Test
    void aMissingPartIsNamed() throws IOException {
        Files.delete(parts.get(2));
        assertThatThrownBy(() -> GgufFile.open(parts.getFirst()))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContainingAll(parts.get(2).toString(), "part 3 of 3 is missing");
    }

    @Test
    void aPartUnderAnotherNameCannotFindTheOthers() throws IOException {
        Path renamed = Files.move(parts.getFirst(), folder.resolve("renamed.gguf"));
        assertThatThrownBy(() -> GgufFile.open(renamed))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContainingAll(
                        renamed.toString(), "part 1 of 3", "not called …-00001-of-00003.gguf");
        Path counted = Files.move(renamed, folder.resolve("model-00001-of-00004.gguf"));
        assertThatThrownBy(() -> GgufFile.open(counted))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContaining("'split.count': 3 files, but the file's name says 00004");
    }

    @Test
    void partsOfAnotherModelAreRefused() throws IOException {
        Path second = parts.get(1);
        byte[] original = Files.readAllBytes(second);
        refused(SplitGguf.keys(new GgufWriter(), 2, PARTS, 20), second, "'split.no': 2, but 1");
        refused(SplitGguf.keys(new GgufWriter(), 1, 4, 21), second, "'split.count': 4, but 3");
        refused(
                SplitGguf.keys(new GgufWriter(), 1, PARTS, 20),
                second,
                "'split.tensors.count': 20, but 21");
        refused(new GgufWriter(), second, "'split.no': is missing");
        Files.write(second, original);
        GgufFile.open(parts.getFirst()).close();
    }

    private void refused(GgufWriter writer, Path part, String finding) throws IOException {
        writer.write(part);
        assertThatThrownBy(() -> GgufFile.open(parts.getFirst()))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContainingAll(part.toString(), finding);
    }

    @Test
    void aTensorInTwoPartsIsRefused() throws IOException {
        GgufWriter writer = SplitGguf.keys(new GgufWriter(), 1, PARTS, 21);
        writer.tensor(
                        "output_norm.weight",
                        GgmlType.F32,
                        List.of(1L),
                        out -> out.write(new byte[4]))
                .tensor(
                        "token_embd.weight",
                        GgmlType.F32,
                        List.of(1L),
                        out -> out.write(new byte[4]))
                .write(parts.get(1));
        assertThatThrownBy(() -> GgufFile.open(parts.getFirst()))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContainingAll(
                        parts.get(1).toString(),
                        "tensor 'token_embd.weight' is in model-00001-of-00003.gguf, too");
    }

    @Test
    void tensorsThatNoPartHoldsAreMissed() throws IOException {
        SplitGguf.keys(new GgufWriter(), 1, PARTS, 21).write(parts.get(1));
        assertThatThrownBy(() -> GgufFile.open(parts.getFirst()))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContaining("'split.tensors.count': 21 tensors are announced, but the 3");
    }

    @Test
    void everyTruncationOfAnyPartIsReportedWithItsFile() throws IOException {
        Path small = folder.resolve("small.gguf");
        GgufWriter writer = new GgufWriter().set("general.architecture", "llama");
        for (String name : List.of("a", "b", "c", "d")) {
            writer.tensor(name, GgmlType.Q8_0, List.of(32L, 3L), out -> out.write(new byte[102]));
        }
        writer.write(small);
        List<Path> files = SplitGguf.write(small, folder, "small", 2);
        for (Path part : files) {
            byte[] bytes = Files.readAllBytes(part);
            int padding = -102 & 31;
            for (int length = 0; length < bytes.length - padding; length++) {
                Files.write(part, Arrays.copyOf(bytes, length));
                assertThatThrownBy(() -> GgufFile.open(files.getFirst()))
                        .as("%s cut to %d bytes", part.getFileName(), length)
                        .isInstanceOf(MalformedGgufException.class)
                        .hasMessageContainingAll(part + " at offset ", "may be incomplete");
            }
            Files.write(part, bytes);
        }
        GgufFile.open(files.getFirst()).close();
    }
}

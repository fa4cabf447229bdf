package dev.talaria.inference.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class GgufRoundTripTest {

    @TempDir Path folder;

    @Test
    void everyValueTypeComesBack() throws IOException {
        try (GgufFile file = open(SmallGguf.writer())) {
            GgufMetadata metadata = file.metadata();
            assertThat(file.version()).isEqualTo(3);
            assertThat(metadata.integer("test.uint8")).hasValue(255);
            assertThat(metadata.integer("test.int8")).hasValue(-128);
            assertThat(metadata.integer("test.uint16")).hasValue(65_535);
            assertThat(metadata.integer("test.int16")).hasValue(-32_768);
            assertThat(metadata.integer("test.uint32")).hasValue(4_294_967_295L);
            assertThat(metadata.integer("test.int32")).hasValue(-1);
            assertThat(metadata.integer("test.int64")).hasValue(Long.MIN_VALUE);
            assertThat(metadata.real("test.float32")).hasValue(1.5);
            assertThat(metadata.real("test.float64")).hasValue(Math.PI);
            assertThat(metadata.bool("test.bool")).contains(true);
            assertThat(metadata.string("test.text")).contains("größer ▁ 😀");
            assertThat(metadata.requiredStrings("test.strings")).containsExactly("", "a", "ß😀");
            assertThat(metadata.requiredFloats("test.floats"))
                    .containsExactly(0f, -1f, Float.MAX_VALUE);
            assertThat(metadata.requiredInts("test.ints"))
                    .containsExactly(1, -1, Integer.MIN_VALUE);
        }
    }

    @Test
    void writingWhatWasReadGivesTheSameBytes() throws IOException {
        byte[] original = SmallGguf.bytes(SmallGguf.writer());
        try (GgufFile file = open(SmallGguf.writer())) {
            GgufWriter again = new GgufWriter();
            for (String key : file.metadata().keys()) {
                again.set(key, file.metadata().value(key).orElseThrow());
            }
            for (TensorInfo tensor : file.tensors()) {
                int size = (int) tensor.byteSize().orElseThrow();
                again.tensor(
                        tensor.name(),
                        GgmlType.ofId(tensor.typeId()).orElseThrow(),
                        tensor.dimensions(),
                        out -> out.write(new byte[size]));
            }
            assertThat(SmallGguf.bytes(again)).isEqualTo(original);
        }
    }

    @Test
    void tensorsAreViewsOfTheirBytes() throws IOException {
        byte[] data = new byte[2 * 68];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) i;
        }
        GgufWriter writer =
                new GgufWriter()
                        .set("general.alignment", GgufValue.uint32(256))
                        .tensor("first", GgmlType.F16, List.of(1L), out -> out.write(new byte[2]))
                        .tensor("m", GgmlType.Q8_0, List.of(64L, 2L), out -> out.write(data));
        try (GgufFile file = open(writer)) {
            Tensor tensor = file.tensor("m").orElseThrow();
            assertThat(tensor.type()).isEqualTo(TensorType.Q8_0);
            assertThat(tensor.columns()).isEqualTo(64);
            assertThat(tensor.rows()).isEqualTo(2);
            assertThat(tensor.data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(data);
            assertThat(tensor.data().isReadOnly()).isTrue();
            assertThat(file.tensorInfo("m").orElseThrow().offset() % 256).isZero();
            assertThat(file.tensor("absent")).isEmpty();
        }
    }

    @Test
    void aTensorOfAnUnsupportedTypeIsListedButNotHandedOut() throws IOException {
        try (GgufFile file = open(SmallGguf.writer())) {
            assertThat(file.tensors()).extracting(TensorInfo::typeName).contains("IQ3_S");
            assertThatThrownBy(() -> file.tensor("t"))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("'t'")
                    .hasMessageContaining("IQ3_S");
        }
    }

    @Test
    void aTensorWithThreeDimensionsIsNotHandedOut() throws IOException {
        GgufWriter writer =
                new GgufWriter()
                        .tensor(
                                "cube",
                                GgmlType.F32,
                                List.of(2L, 2L, 2L),
                                out -> out.write(new byte[32]))
                        .tensor(
                                "flat",
                                GgmlType.F32,
                                List.of(2L, 2L, 1L),
                                out -> out.write(new byte[16]));
        try (GgufFile file = open(writer)) {
            assertThatThrownBy(() -> file.tensor("cube"))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("[2, 2, 2]");
            assertThat(file.tensor("flat").orElseThrow().rows()).isEqualTo(2);
        }
    }

    @Test
    void aValueOfAnotherTypeIsNamedWithItsKey() throws IOException {
        try (GgufFile file = open(SmallGguf.writer())) {
            GgufMetadata metadata = file.metadata();
            assertThatThrownBy(() -> metadata.integer("test.text"))
                    .isInstanceOf(MalformedGgufException.class)
                    .hasMessageContaining("'test.text'")
                    .hasMessageContaining("expected a whole number, found string");
            assertThatThrownBy(() -> metadata.string("test.bool"))
                    .hasMessageContaining("expected a string, found bool");
            assertThatThrownBy(() -> metadata.strings("test.ints"))
                    .hasMessageContaining("expected an array of strings, found 3 x int32");
            assertThatThrownBy(() -> metadata.floats("test.strings"))
                    .hasMessageContaining("expected an array of numbers");
            assertThatThrownBy(() -> metadata.integer("test.uint64"))
                    .hasMessageContaining("below 2^63");
            assertThatThrownBy(() -> metadata.requiredString("test.absent"))
                    .isInstanceOf(MalformedGgufException.class)
                    .hasMessageContaining("'test.absent'");
            assertThat(metadata.strings("test.absent")).isEmpty();
        }
    }

    @Test
    void aWriterThatIsGivenTooFewBytesLeavesNoFile() {
        Path file = folder.resolve("short.gguf");
        GgufWriter writer =
                new GgufWriter()
                        .tensor("x", GgmlType.F32, List.of(2L), out -> out.write(new byte[4]));
        assertThatThrownBy(() -> writer.write(file)).isInstanceOf(IllegalStateException.class);
        assertThat(folder).isEmptyDirectory();
    }

    private GgufFile open(GgufWriter writer) throws IOException {
        Path file = folder.resolve("model.gguf");
        writer.write(file);
        assertThat(Files.size(file)).isLessThan(20_000);
        return GgufFile.open(file);
    }
}

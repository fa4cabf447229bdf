package dev.talaria.inference.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.talaria.inference.Damage;
import dev.talaria.inference.report.ModelReport;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.Tokenizer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

class HostileGgufTest {

    private static final long SEED = 20_260_101L;
    private static final int MUTATIONS = 12_000;

    @TempDir Path folder;

    @Test
    void everyTruncationIsReportedAsOne() throws IOException {
        byte[] whole = SmallGguf.bytes(SmallGguf.withVocabulary(SmallGguf.writer()));
        assertThat(whole).hasSizeLessThan(20_000);
        int end = whole.length - padding(110);
        for (int length = 0; length < end; length++) {
            Path file = file(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> GgufFile.open(file))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(MalformedGgufException.class)
                    .hasMessageContaining("the download may be incomplete");
        }
        GgufFile.open(file(Arrays.copyOf(whole, end))).close();
    }

    @Test
    void anyDamageIsATypedErrorOrHarmless() throws IOException {
        byte[] whole = SmallGguf.bytes(SmallGguf.withVocabulary(SmallGguf.writer()));
        SplittableRandom random = new SplittableRandom(SEED);
        int opened = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = whole.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                Damage.once(damaged, damaged.length, random);
            }
            try {
                useAll(file(damaged));
                opened++;
            } catch (MalformedGgufException | UnsupportedModelException e) {
                assertThat(e.getMessage()).isNotBlank();
            } catch (RuntimeException e) {
                fail("seed %d, mutation %d".formatted(SEED, i), e);
            }
        }
        assertThat(opened).as("seed %d: mutations that were harmless", SEED).isPositive();
    }

    private static void useAll(Path path) throws IOException {
        try (GgufFile file = GgufFile.open(path)) {
            for (TensorInfo tensor : file.tensors()) {
                if (tensor.type().isPresent()) {
                    file.tensor(tensor.name());
                }
            }
            assertThat(ModelReport.of(file).text()).isNotBlank();
            Tokenizer tokenizer = Tokenizer.of(file);
            assertThat(tokenizer.encodeText("ab a ß", TextStart.FRESH)).isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"8, tensors", "16, keys"})
    void absurdCountsAllocateNothing(int at, String what) throws IOException {
        byte[] bytes = SmallGguf.bytes(SmallGguf.writer());
        for (long count : new long[] {1L << 60, -1L, Long.MAX_VALUE, 1L << 40}) {
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(at, count);
            Path file = file(bytes);
            assertThatThrownBy(() -> GgufFile.open(file))
                    .isInstanceOf(MalformedGgufException.class)
                    .hasMessageContaining("at offset " + at)
                    .hasMessageContaining(Long.toUnsignedString(count) + " " + what);
        }
    }

    @Test
    void arraysAnnouncingMoreThanTheFileHoldsAreRefused() throws IOException {
        for (GgufType type : GgufType.values()) {
            Path file = file(header(1).array(9, type.id(), 1L << 60).bytes());
            assertThatThrownBy(() -> GgufFile.open(file))
                    .as("array of %s", type)
                    .isInstanceOf(MalformedGgufException.class)
                    .hasMessageContaining("would take more than");
        }
    }

    @Test
    void deeplyNestedArraysAreRefused() throws IOException {
        HeaderBytes bytes = header(1).array(9, 9, 1);
        for (int depth = 0; depth < 100_000; depth++) {
            bytes.int32(9).int64(1);
        }
        Path file = file(bytes.int32(0).int64(0).bytes());
        assertThatThrownBy(() -> GgufFile.open(file))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContaining("nests arrays deeper than 4");
    }

    @Test
    void arraysOfArraysAreRead() throws IOException {
        HeaderBytes bytes = header(1).array(9, 9, 2);
        bytes.int32(4).int64(2).int32(7).int32(8);
        bytes.int32(8).int64(1).text("x");
        try (GgufFile file = GgufFile.open(file(bytes.bytes()))) {
            List<GgufArray> arrays = file.metadata().array("key").orElseThrow().arrays();
            assertThat(arrays.get(0).integer(1)).isEqualTo(8);
            assertThat(arrays.get(1).strings()).containsExactly("x");
        }
    }

    @Test
    void keysAndTensorsMustBeUnique() throws IOException {
        Path keys = file(header(2).int32(7).int8(1).text("key").int32(7).int8(1).bytes());
        assertThatThrownBy(() -> GgufFile.open(keys)).hasMessageContaining("'key' appears twice");
        GgufWriter twice =
                new GgufWriter()
                        .tensor("x", GgmlType.F32, List.of(1L), out -> out.write(new byte[4]))
                        .tensor("x", GgmlType.F32, List.of(1L), out -> out.write(new byte[4]));
        Path tensors = file(SmallGguf.bytes(twice));
        assertThatThrownBy(() -> GgufFile.open(tensors))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContaining("tensor 'x' appears twice");
    }

    @Test
    void keysMustBeUtf8() throws IOException {
        byte[] bytes = header(1).int32(7).int8(1).bytes();
        bytes[32] = (byte) 0xFF;
        Path file = file(bytes);
        assertThatThrownBy(() -> GgufFile.open(file))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContaining("key 0 is not UTF-8");
    }

    @Test
    void aBooleanIsNoughtOrOne() throws IOException {
        Path file = file(header(1).int32(7).int8(2).bytes());
        assertThatThrownBy(() -> GgufFile.open(file)).hasMessageContaining("neither true nor");
    }

    @ParameterizedTest
    @CsvSource({"0", "4", "24", "33", "-32"})
    void theAlignmentMustBeAPowerOfTwo(int alignment) throws IOException {
        byte[] bytes =
                new HeaderBytes(0, 1).text("general.alignment").int32(5).int32(alignment).bytes();
        Path file = file(bytes);
        assertThatThrownBy(() -> GgufFile.open(file))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContaining("'general.alignment': " + alignment);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 4611686018427387904, 4, overflow a 64-bit size",
        "0, 1, 0, 4, is empty or absurd",
        "0, 1, -1, 4, is empty or absurd",
        "12, 1, 255, 1, not a multiple of its block of 256",
        "0, 5, 1, 1, has 5 dimensions",
        "0, 1, 1000, 1, reach beyond the file's end"
    })
    void tensorsOfImpossibleShapeAreRefused(
            int type, int count, long columns, long rows, String finding) throws IOException {
        HeaderBytes bytes = new HeaderBytes(1, 0).text("x").int32(count == 1 ? 2 : count);
        Path file = file(bytes.int64(columns).int64(rows).int32(type).int64(0).bytes());
        assertThatThrownBy(() -> GgufFile.open(file))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContaining("tensor 'x'")
                .hasMessageContaining(finding);
    }

    @Test
    void misplacedTensorsAreRefused() throws IOException {
        for (long offset : new long[] {1, 16, -32, Long.MAX_VALUE - 31, 1L << 40}) {
            HeaderBytes bytes = new HeaderBytes(1, 0).text("x").int32(1).int64(1).int32(0);
            Path file = file(bytes.int64(offset).int64(0).int64(0).int64(0).int64(0).bytes());
            assertThatThrownBy(() -> GgufFile.open(file))
                    .as("offset %d", offset)
                    .isInstanceOf(MalformedGgufException.class)
                    .hasMessageContaining("tensor 'x'");
        }
    }

    @Test
    void otherFormatsAreNamed() throws IOException {
        Path pointer =
                file(
                        "version https://git-lfs.github.com/spec/v1\n"
                                .getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> GgufFile.open(pointer)).hasMessageContaining("Git LFS pointer");
        byte[] bigEndian = new HeaderBytes(0, 0).bytes();
        ByteBuffer.wrap(bigEndian).putInt(4, 3);
        Path swapped = file(bigEndian);
        assertThatThrownBy(() -> GgufFile.open(swapped))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("big-endian");
        assertThatThrownBy(() -> GgufFile.open(folder))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("is a folder");
    }

    @Test
    void versionTwoIsRead() throws IOException {
        byte[] bytes = SmallGguf.bytes(SmallGguf.writer());
        bytes[4] = 2;
        try (GgufFile file = GgufFile.open(file(bytes))) {
            assertThat(file.version()).isEqualTo(2);
            assertThat(file.tensors()).hasSize(3);
        }
        bytes[4] = 1;
        Path first = file(bytes);
        assertThatThrownBy(() -> GgufFile.open(first)).hasMessageContaining("GGUF version 1");
        bytes[4] = 4;
        Path fourth = file(bytes);
        assertThatThrownBy(() -> GgufFile.open(fourth))
                .isInstanceOf(MalformedGgufException.class)
                .hasMessageContaining("GGUF version 4");
    }

    private static int padding(int bytes) {
        return -bytes & 31;
    }

    private Path file(byte[] bytes) throws IOException {
        Path file = folder.resolve("hostile.gguf");
        // Some file systems wait for the disk where a file is written over.
        Files.deleteIfExists(file);
        return Files.write(file, bytes);
    }

    /// A header of so many keys, the first of them begun: its name is `key`.
    private static HeaderBytes header(int keys) {
        return new HeaderBytes(0, keys).text("key");
    }

    private static final class HeaderBytes {

        private final ByteBuffer buffer =
                ByteBuffer.allocate(2_000_000).order(ByteOrder.LITTLE_ENDIAN);

        HeaderBytes(long tensors, long keys) {
            buffer.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(3);
            buffer.putLong(tensors).putLong(keys);
        }

        HeaderBytes array(int type, int elementType, long count) {
            return int32(type).int32(elementType).int64(count);
        }

        HeaderBytes text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            buffer.putLong(utf8.length).put(utf8);
            return this;
        }

        HeaderBytes int8(int value) {
            buffer.put((byte) value);
            return this;
        }

        HeaderBytes int32(int value) {
            buffer.putInt(value);
            return this;
        }

        HeaderBytes int64(long value) {
            buffer.putLong(value);
            return this;
        }

        byte[] bytes() {
            byte[] bytes = new byte[buffer.position()];
            buffer.get(0, bytes);
            return bytes;
        }
    }
}

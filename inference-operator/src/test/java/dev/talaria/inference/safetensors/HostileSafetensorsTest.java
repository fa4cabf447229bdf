package dev.talaria.inference.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Damaged and malicious safetensors files: a typed error with a place, and nothing else.
class HostileSafetensorsTest {

    private static final long SEED = 20_260_301L;
    private static final int MUTATIONS = 12_000;

    @TempDir private Path folder;

    @Test
    void aWholeFileIsRead() throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(file(SafetensorsBytes.small().bytes()))) {
            assertThat(file.tensors())
                    .extracting(SafetensorsTensor::name)
                    .containsExactlyElementsOf(SafetensorsBytes.small().names());
            SafetensorsTensor half = file.tensor("a.half").orElseThrow();
            assertThat(half.shape()).containsExactly(2L, 2L, 3L);
            assertThat(half.type()).isEqualTo(SafetensorsType.F16);
            assertThat(file.data(half).byteSize()).isEqualTo(24);
        }
    }

    @Test
    void everyTruncationIsRefusedWithAPlaceWithinTheFile() throws IOException {
        byte[] whole = SafetensorsBytes.small().bytes();
        for (int length = 0; length < whole.length; length++) {
            int cut = length;
            Path file = file(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> SafetensorsFile.open(file))
                    .as("cut to %d bytes", length)
                    .isInstanceOfSatisfying(
                            MalformedFolderException.class,
                            e -> assertThat(e.offset()).isBetween(0L, (long) cut))
                    .hasMessageContaining("the download may be incomplete");
        }
    }

    @Test
    void anyDamageIsATypedErrorOrHarmless() {
        byte[] whole = SafetensorsBytes.small().bytes();
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = whole.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                damage(damaged, random);
            }
            try {
                SafetensorsFuzzTest.read(damaged);
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed %d, mutation %d".formatted(SEED, i), e);
            }
        }
    }

    private static void damage(byte[] bytes, SplittableRandom random) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> bytes[at] = (byte) "0123456789{}[],:\"-.eE\\".charAt(random.nextInt(22));
            default -> {
                int length = Math.min(random.nextInt(16), bytes.length - at);
                System.arraycopy(bytes, random.nextInt(bytes.length - length), bytes, at, length);
            }
        }
    }

    @Test
    void headersWithPiecesMovedAreATypedErrorOrHarmless() {
        String header = header();
        SplittableRandom random = new SplittableRandom(SEED);
        String[] pieces = {
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "null",
            "true",
            "-1",
            "1e9",
            "0.5",
            "\"F32\"",
            "9223372036854775807",
            "99999999999999999999999",
            "\"shape\":[",
            "\"dtype\":",
            "\"data_offsets\":[0,12]",
            "\\u0000",
            "\\ud800",
            "\u00ff",
            "\"__metadata__\":{"
        };
        for (int i = 0; i < MUTATIONS; i++) {
            StringBuilder text = new StringBuilder(header);
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                int from = random.nextInt(text.length());
                int to = Math.min(text.length(), from + random.nextInt(12));
                text.replace(from, to, pieces[random.nextInt(pieces.length)]);
            }
            byte[] file = SafetensorsBytes.file(text.toString(), new byte[95]);
            try {
                SafetensorsFuzzTest.read(file);
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed %d, mutation %d: %s".formatted(SEED, i, text), e);
            }
        }
    }

    private static String header() {
        byte[] whole = SafetensorsBytes.small().bytes();
        int length = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        return new String(whole, 8, length, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 100_000_001, 1L << 40})
    void anAbsurdHeaderLengthAllocatesNothing(long length) {
        byte[] bytes = SafetensorsBytes.small().bytes();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        assertThatThrownBy(() -> SafetensorsFile.open(file(bytes)))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContainingAll("at offset 0", Long.toUnsignedString(length));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]                                                        | begin with '{'",
                "` {}`                                                     | begin with '{'",
                "{\"a\":1}                                                 | object of tensor 'a'",
                "{\"a\":{}}                                                | lacks one of dtype",
                "{\"a\":{\"dtype\":\"F31\"}}                               | dtype 'F31' is"
                        + " unknown",
                "{\"a\":{\"dtype\":7}}                                     | dtype of tensor 'a'",
                "{\"a\":{\"shape\":[-1]}}                                  | found -1",
                "{\"a\":{\"shape\":[1.5]}}                                 | found 1.5",
                "{\"a\":{\"shape\":[\"1\"]}}                               | found a string",
                "{\"a\":{\"shape\":[1,1,1,1,1,1,1,1,1]}}                   | more than 8 entries",
                "{\"a\":{\"shape\":[9223372036854775808]}}                 | no whole number",
                "{\"a\":{\"shape\":{}}}                                    | found an object",
                "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}               | 'dtype' appears twice",
                "{\"__metadata__\":{\"n\":1}}                              | 'n' in __metadata__",
                "{\"__metadata__\":[]}                                     | object of"
                        + " __metadata__",
                "{} x                                                      | not well-formed JSON",
                "{} {}                                                     | goes on after its"
                        + " value",
                "{\"a                                                      | not well-formed JSON",
                "{\"a\":                                                   | not well-formed JSON",
            })
    void aHeaderThatIsNoneIsNamed(String header, String finding) {
        assertThatThrownBy(() -> SafetensorsFile.open(file(SafetensorsBytes.file(header))))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContaining(finding);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[4]        | [0, 4]    | U8   | 4 | none",
                "[4]        | [0, 3]    | U8   | 4 | span 3 bytes",
                "[4]        | [4, 0]    | U8   | 4 | not a beginning and an end",
                "[4]        | [0]       | U8   | 4 | not a beginning and an end",
                "[4]        | [0, 4, 4] | U8   | 4 | not a beginning and an end",
                "[4]        | [0, 4]    | U8   | 5 | but 1 bytes follow",
                "[4]        | [0, 4]    | U8   | 3 | the download may be incomplete",
                "[4]        | [1, 5]    | U8   | 5 | a gap",
                "[3]        | [0, 2]    | F4   | 2 | takes 12 bits",
                "[4294967296, 4294967296] | [0, 4] | F32 | 4 | exceeds 2^63 bits",
                "[9223372036854775807] | [0, 4] | U8 | 4 | exceeds 2^63 bits",
                "[0, 9223372036854775807] | [0, 0] | U8 | 0 | none",
            })
    void placesThatDoNotFitAreNamed(
            String shape, String offsets, String type, int bytes, String finding) {
        String header =
                "{\"t\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
                        .formatted(type, shape, offsets);
        byte[] file = SafetensorsBytes.file(header, new byte[bytes]);
        if (finding.equals("none")) {
            assertThatCode(() -> SafetensorsFile.open(file(file)).close())
                    .doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> SafetensorsFile.open(file(file)))
                    .isInstanceOf(MalformedFolderException.class)
                    .hasMessageContaining(finding);
        }
    }

    @Test
    void tensorsThatOverlapAreRefused() {
        String header =
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
                        + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}}";
        assertThatThrownBy(() ->
                        SafetensorsFile.open(file(SafetensorsBytes.file(header, new byte[6]))))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContainingAll("tensor 'b'", "overlap");
    }

    @Test
    void aTensorThatAppearsTwiceIsRefusedWhereItDoes() {
        String tensor = "\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";
        String header = "{" + tensor + "," + tensor + "}";
        assertThatThrownBy(() -> SafetensorsFile.open(file(SafetensorsBytes.file(header))))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContaining("at offset " + (8 + 2 + tensor.length()))
                .hasMessageContaining("'a' appears twice");
    }

    @Test
    void aMillionTensorsAreTooMany() {
        StringBuilder header = new StringBuilder("{");
        for (int i = 0; i < 1_000_000; i++) {
            header.append(
                    "\"%d\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},".formatted(i));
        }
        byte[] file = SafetensorsBytes.file(header.append("\"z\":{}}").toString());
        assertThatThrownBy(() -> SafetensorsFile.open(file(file)))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContaining("more than 65536 tensors");
    }

    @Test
    void nestingWithoutEndEndsEarly() {
        List<String> headers =
                List.of(
                        "{\"a\":".repeat(2_000_000),
                        "{\"a\":{\"x\":" + "[".repeat(2_000_000),
                        "{\"__metadata__\":" + "{\"a\":".repeat(100_000));
        for (String header : headers) {
            assertThatThrownBy(() -> SafetensorsFile.open(file(SafetensorsBytes.file(header))))
                    .as(header.substring(0, 20))
                    .isInstanceOf(MalformedFolderException.class);
        }
        assertThatThrownBy(() ->
                        JsonFields.read(
                                file("[".repeat(2_000_000).getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(MalformedFolderException.class);
        assertThatThrownBy(() ->
                        JsonFields.read(
                                file("{\"a\":[".repeat(500_000).getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContaining("nesting depth");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        for (byte[] name : new byte[][] {{(byte) 0xFF}, {(byte) 0xC3, '('}, {0, 'a'}}) {
            byte[] file = SafetensorsBytes.file("{\"nameX\":1}");
            System.arraycopy(name, 0, file, 11, name.length);
            assertThatThrownBy(() -> SafetensorsFile.open(file(file)))
                    .isInstanceOf(MalformedFolderException.class)
                    .hasMessageContaining("not well-formed JSON");
        }
    }

    @Test
    void aLongNameIsRefused() {
        String header = "{\"" + "n".repeat(100_000) + "\":{}}";
        assertThatThrownBy(() -> SafetensorsFile.open(file(SafetensorsBytes.file(header))))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageMatching("(?s).{1,400}");
    }

    @Test
    void aGitLfsPointerIsRecognised() {
        byte[] pointer =
                "version https://git-lfs.github.com/spec/v1\noid sha256:00"
                        .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> SafetensorsFile.open(file(pointer)))
                .hasMessageContaining("Git LFS pointer");
    }

    @Test
    void whatIsNoRegularFileIsRefused() {
        assertThatThrownBy(() -> SafetensorsFile.open(folder))
                .isInstanceOf(MalformedFolderException.class)
                .hasMessageContaining("no regular file");
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("model.safetensors"), bytes);
    }
}

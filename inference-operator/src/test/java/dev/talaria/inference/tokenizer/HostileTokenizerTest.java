package dev.talaria.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.talaria.inference.gguf.UnsupportedModelException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Files that are cut, damaged or made to do harm: a typed exception, within bounds.
class HostileTokenizerTest {

    private static final long SEED = 17L;
    private static final byte[] DIGITS_AND_MARKS =
            "0123456789{}[]\",:<>x".getBytes(StandardCharsets.US_ASCII);

    static Stream<byte[]> files() {
        return Stream.of(
                SmallTokenizers.utf8(SmallTokenizers.byteLevelJson()),
                SmallTokenizers.utf8(SmallTokenizers.sentencePieceJson()),
                SmallTokenizers.sentencePieceModel(),
                SmallTokenizers.rankFile());
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyCutIsATypedErrorOrASmallerTokenizer(byte[] file) {
        int step = Math.max(1, file.length / 2000);
        for (int length = 0; length < file.length; length += step) {
            use(Arrays.copyOf(file, length), "cut at " + length);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void changedBytesAreATypedErrorOrAnotherTokenizer(byte[] file) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 3000; round++) {
            byte[] damaged = file.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(damaged.length);
                damaged[at] =
                        switch (random.nextInt(3)) {
                            case 0 -> (byte) (damaged[at] ^ 1 << random.nextInt(8));
                            case 1 -> (byte) random.nextInt(256);
                            default -> DIGITS_AND_MARKS[random.nextInt(DIGITS_AND_MARKS.length)];
                        };
            }
            use(damaged, "seed " + SEED + ", round " + round);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void movedAndRepeatedPartsAreATypedErrorOrAnotherTokenizer(byte[] file) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 500; round++) {
            byte[] damaged = file.clone();
            int length = random.nextInt(Math.min(200, file.length));
            System.arraycopy(
                    file,
                    random.nextInt(file.length - length),
                    damaged,
                    random.nextInt(file.length - length),
                    length);
            use(damaged, "seed " + SEED + ", round " + round);
        }
    }

    private static void use(byte[] bytes, String what) {
        try {
            TokenizerFuzz.fuzzerTestOneInput(bytes);
        } catch (RuntimeException | Error e) {
            fail(what, e);
        }
    }

    @Test
    void jsonErrorsSayWhere() {
        requireMalformed(
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 0}}}", 49, "twice");
        requireMalformed("{\"model\": {\"vocab\": {\"a\": -1}}}", 26, "not within 0 to 1048575");
        requireMalformed("{\"model\": {\"vocab\": {\"a\": 99999999999999999999}}}", 26, "64 bits");
        requireMalformed("{\"model\": {\"vocab\": {\"a\": \"b\"}}}", 26, "no whole number");
        requireMalformed("{\"model\": {\"merges\": {}}}", 21, "'merges' is no array");
        requireMalformed("{\"model\": [", 10, "'model' is no object");
        requireMalformed("{\"added_tokens\": [{\"id\": 1}]}", 26, "lacks its id or its content");
        requireMalformed("{\"version\": 1}", 13, "there is no 'model'");
        requireMalformed(
                "{\"added_tokens\": [{\"content\": \"\\ud800\"}]}", 30, "half a character");
        requireMalformed("{", 1, "is not JSON");
        requireMalformed("", 0, "the file is empty");
    }

    private static void requireMalformed(String json, long offset, String finding) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> SmallTokenizers.read("t.json", bytes))
                .isInstanceOfSatisfying(
                        MalformedTokenizerException.class,
                        e -> assertThat(e.offset()).as(e.getMessage()).isEqualTo(offset))
                .hasMessageContaining("t.json at offset " + offset + ": ")
                .hasMessageContaining(finding);
    }

    @Test
    void aMergeOfUnknownTokensSaysWhere() {
        String json = SmallTokenizers.byteLevelJson().toString();
        int at = json.indexOf("\"h e\"");
        for (String merge : new String[] {"h 😀", "he", "h e ", " h", "h  e"}) {
            String damaged = json.replace("\"h e\"", "\"" + merge + "\"");
            assertThatThrownBy(() ->
                            SmallTokenizers.read(
                                    "t.json", damaged.getBytes(StandardCharsets.UTF_8)))
                    .as(merge)
                    .isInstanceOf(MalformedTokenizerException.class)
                    .hasMessageContaining("merge")
                    .extracting(e -> ((MalformedTokenizerException) e).offset())
                    .isEqualTo(
                            (long) json.substring(0, at).getBytes(StandardCharsets.UTF_8).length);
        }
    }

    @Test
    void nestingWithoutEndIsRefused() {
        for (String part : new String[] {"normalizer", "decoder", "pre_tokenizer"}) {
            String json = "{\"" + part + "\": " + "[".repeat(1_000_000);
            assertThatThrownBy(() ->
                            SmallTokenizers.read("t.json", json.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(MalformedTokenizerException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0A 7F | a piece has 127 bytes, and 0 are left",
                "0A FF FF FF FF FF FF FF FF FF 01 | a piece has 18446744073709551615 bytes",
                "0A FF FF FF FF FF FF FF FF FF FF 01 | more than 10 bytes",
                "0A 02 18 09 | a piece has type 9",
                "0A 06 0A 04 FF FE FD FC | is not UTF-8",
                "23 | of a type (3) that is not read",
                "00 | field number 0",
                "0A 05 15 00 00 C0 7F | is not a number",
                "0A 02 08 01 | of wire type 0 rather than 2",
                "12 00 | there are no pieces"
            })
    void protocolBufferErrorsSayWhat(String hex, String finding) {
        byte[] bytes = new byte[hex.split(" ").length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(hex.split(" ")[i], 16);
        }
        assertThatThrownBy(() ->
                        new SentencePieceModel(Path.of("m"), bytes).tokenizer(TokenizerConfig.NONE))
                .isInstanceOf(MalformedTokenizerException.class)
                .hasMessageContaining(finding);
    }

    @Test
    void aUnigramModelIsNotSupported() {
        byte[] unigram = SmallTokenizers.sentencePieceModel(SmallTokenizers.pieces(), 1);
        assertThatThrownBy(() -> SmallTokenizers.read("m", unigram))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("unigram is not supported; BPE is");
    }

    @Test
    void ranksOutOfOrderAreRefused() {
        String lines = new String(SmallTokenizers.rankFile(), StandardCharsets.US_ASCII);
        for (String damaged :
                new String[] {
                    lines.replace(" 7\n", " 8\n"),
                    lines.replaceFirst("Bw==", "B=="),
                    lines.replace(" 9\n", "\n"),
                    lines + "A".repeat(10_000)
                }) {
            assertThatThrownBy(() ->
                            SmallTokenizers.read("m", damaged.getBytes(StandardCharsets.US_ASCII)))
                    .isInstanceOf(MalformedTokenizerException.class);
        }
    }
}

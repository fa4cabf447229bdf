package dev.talaria.inference.x86;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Every instruction, with operands of all kinds, against the bytes that the GNU assembler makes of
/// the same line.
///
/// The bytes are kept in `encodings.txt`, a line each with its source. They are made anew by
///
/// ```
/// ./mvnw -pl inference-operator -am test -Dtest=EncodingsTest -Dencodings.write=true \
///     -Dsurefire.failIfNoSpecifiedTests=false
/// ```
class EncodingsTest {

    private static final String RESOURCE = "encodings.txt";
    private static final Path SOURCE =
            Path.of(
                    System.getProperty("talaria.root", ".."),
                    "inference-operator/src/test/resources/dev/talaria/inference/x86",
                    RESOURCE);

    @Test
    void everyInstructionHasTheBytesOfTheReferenceAssembler() throws IOException {
        Map<String, String> expected = expected();
        List<Encoding> encodings = encodings();

        for (Encoding encoding : encodings) {
            assertThat(HexFormat.of().formatHex(encoding.bytes()))
                    .as(encoding.source())
                    .isEqualTo(expected.get(encoding.source()));
        }
        assertThat(encodings.stream().map(Encoding::source))
                .containsExactlyInAnyOrderElementsOf(expected.keySet());
    }

    private static List<Encoding> encodings() {
        List<Encoding> encodings = new ArrayList<>(Encodings.all());
        encodings.addAll(Avx2Encodings.all());
        return encodings;
    }

    private static Map<String, String> expected() throws IOException {
        Map<String, String> expected = new LinkedHashMap<>();
        try (InputStream in = EncodingsTest.class.getResourceAsStream(RESOURCE)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) {
                String[] parts = line.split("\t", 2);
                expected.put(parts[1], parts[0]);
            }
        }
        return expected;
    }

    // One run of the assembler a line would take minutes: all lines at once, each 32 bytes apart.
    @Test
    void theBytesAreMadeAnewWhenAskedFor() throws IOException, InterruptedException {
        assumeTrue(Boolean.getBoolean("encodings.write"), "-Dencodings.write=true is not given");
        List<String> sources = encodings().stream().map(Encoding::source).toList();
        byte[] raw = assemble(sources);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            int at = i * APART;
            int length = raw[at + APART - 1];
            lines.add(HexFormat.of().formatHex(raw, at, at + length) + "\t" + sources.get(i));
        }
        Files.write(SOURCE, lines);
    }

    private static final int APART = 32;

    private static byte[] assemble(List<String> sources) throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder(".intel_syntax noprefix\n");
        for (int i = 0; i < sources.size(); i++) {
            text.append("b%d: %s\ne%d: .org b%d+%d\n".formatted(i, sources.get(i), i, i, APART - 1))
                    .append(".byte e%d-b%d\n".formatted(i, i));
        }
        Path folder = Files.createTempDirectory("encodings");
        Path source = folder.resolve("all.s");
        Path object = folder.resolve("all.o");
        Path raw = folder.resolve("all.bin");
        Files.writeString(source, text);
        run("as", "-o", object.toString(), source.toString());
        run("objcopy", "-O", "binary", "-j", ".text", object.toString(), raw.toString());
        return Files.readAllBytes(raw);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(String.join(" ", command))
                .isZero();
    }
}

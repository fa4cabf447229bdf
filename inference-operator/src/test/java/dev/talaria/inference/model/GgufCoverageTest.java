package dev.talaria.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.inference.Shared;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.TensorInfo;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The figures of `docs/gguf-coverage.md`.
///
/// They are measured and written there anew by
///
/// ```
/// ./mvnw -pl inference-operator -am test -Dtest=GgufCoverageTest -Dcoverage.write=true \\
///     -Dsurefire.failIfNoSpecifiedTests=false
/// ```
///
/// on a machine that can run the kernels `vnni`. The other program's figures come with the
/// fixtures, from their README.
class GgufCoverageTest {

    private static final Path DOCUMENT =
            Path.of(System.getProperty("talaria.root", ".."), "docs", "gguf-coverage.md");
    private static final String BEGIN = "<!-- figures: begin -->\n";
    private static final String END = "<!-- figures: end -->\n";

    // The fixtures' README calls a file of one type by that type, this test by the file's name.
    private static final Map<String, String> NAMES_IN_README =
            Map.of(
                    "Q5_K_M", "Q5_K",
                    "Q4_K_M", "Q4_K",
                    "Q3_K_M", "Q3_K",
                    "Q4_K_M-mixed", "Q4_K_M mixture");

    @Test
    void everyTypeThatCanBeReadIsListed() throws IOException {
        String document = Files.readString(DOCUMENT);
        for (TensorType type : TensorType.values()) {
            assertThat(document).as(type.name()).contains("| " + type + " | ");
        }
        assertThat(document).contains(BEGIN, END);
    }

    @Test
    void theFiguresAreWrittenAnewWhenAskedFor() throws IOException {
        assumeTrue(Boolean.getBoolean("coverage.write"), "-Dcoverage.write=true is not given");
        Map<String, List<String>> theirs = theirFigures();
        StringBuilder table = new StringBuilder();
        table.append(
                        "| type | bits per weight | relative error, vector | scalar | vnni |"
                                + " llama.cpp | ")
                .append("top-1, vector and scalar | vnni | llama.cpp | ")
                .append("KL, vector | scalar | vnni | llama.cpp |\n")
                .append("|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        for (String type : LogitsFixture.TYPES) {
            LogitsFixture fixture = new LogitsFixture(type);
            Agreement vector = fixture.agreement("vector");
            Agreement scalar = fixture.agreement("scalar");
            Agreement vnni = fixture.agreement("vnni");
            String name = NAMES_IN_README.getOrDefault(type, type);
            List<String> their = theirs.getOrDefault(name, List.of("–", "–", "–"));
            double top = Math.min(vector.equalTopTokens(), scalar.equalTopTokens());
            table.append(
                    String.format(
                            Locale.ROOT,
                            "| %s | %.2f | %.1e | %.1e | %.1e | %s | %.3f | %.3f | %s | %.1e | %.1e"
                                    + " | %.1e | %s |%n",
                            name,
                            bitsPerWeight(fixture.file()),
                            vector.relativeError(),
                            scalar.relativeError(),
                            vnni.relativeError(),
                            their.get(0),
                            top,
                            vnni.equalTopTokens(),
                            their.get(1),
                            vector.divergence(),
                            scalar.divergence(),
                            vnni.divergence(),
                            their.get(2)));
        }
        String document = Files.readString(DOCUMENT);
        int begin = document.indexOf(BEGIN) + BEGIN.length();
        int end = document.indexOf(END);
        Files.writeString(DOCUMENT, document.substring(0, begin) + table + document.substring(end));
    }

    private static double bitsPerWeight(Path path) throws IOException {
        long bytes = 0;
        long elements = 0;
        try (GgufFile file = GgufFile.open(path)) {
            for (TensorInfo tensor : file.tensors()) {
                if (tensor.dimensions().size() == 2) {
                    bytes += tensor.byteSize().orElseThrow();
                    elements += tensor.elements();
                }
            }
        }
        return 8.0 * bytes / elements;
    }

    // Rows of three figures behind one name, or several with commas between.
    private static Map<String, List<String>> theirFigures() throws IOException {
        Map<String, List<String>> figures = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Shared.require("fixtures/README.md"))) {
            String[] cells = line.split("\\|");
            if (line.startsWith("| ") && cells.length == 5) {
                List<String> row = new ArrayList<>();
                for (int i = 2; i < 5; i++) {
                    row.add(cells[i].strip().replaceFirst("^wrong \\((.*?)\\).*", "$1"));
                }
                for (String name : cells[1].split(",")) {
                    figures.put(name.strip(), row);
                }
            }
        }
        return figures;
    }
}

package dev.talaria.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.inference.Shared;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.TensorInfo;
import dev.talaria.inference.kernel.InterpretedAmx;
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
import java.util.Optional;
import java.util.Set;

/// The figures of `docs/gguf-coverage.md`.
///
/// They are measured and written there anew by
///
/// ```
/// ./mvnw -pl inference-operator -am test -Dtest=GgufCoverageTest -Dcoverage.write=true \\
///     -Dsurefire.failIfNoSpecifiedTests=false
/// ```
///
/// The figures of kernels that this machine cannot run stay what they are, but for prompts in
/// tiles, which are interpreted. The other program's come with the fixtures, from their README.
class GgufCoverageTest {

    private static final Path DOCUMENT =
            Path.of(System.getProperty("talaria.root", ".."), "docs", "gguf-coverage.md");
    private static final String BEGIN = "<!-- figures: begin -->\n";
    private static final String END = "<!-- figures: end -->\n";

    private static final List<String> TIERS = List.of("vector", "scalar", "avx2", "vnni", "amx");
    private static final String HEADER =
            """
            | type | bits per weight\
             | relative error, vector | scalar | avx2 | vnni | amx | llama.cpp\
             | top-1, vector | scalar | avx2 | vnni | amx | llama.cpp\
             | KL, vector | scalar | avx2 | vnni | amx | llama.cpp |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
            """;

    // Their products are those of vector registers in front of the logits, or everywhere.
    private static final Set<String> NOT_INTERPRETED = Set.of("F32", "F16", "BF16", "IQ4_XS");

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
    void theFiguresAreWrittenAnewWhenAskedFor() throws Exception {
        assumeTrue(Boolean.getBoolean("coverage.write"), "-Dcoverage.write=true is not given");
        String document = Files.readString(DOCUMENT);
        int begin = document.indexOf(BEGIN) + BEGIN.length();
        int end = document.indexOf(END);
        Map<String, List<String>> before = rows(document.substring(begin, end));
        Map<String, List<String>> theirs = theirFigures();
        StringBuilder table = new StringBuilder(HEADER);
        for (String type : LogitsFixture.TYPES) {
            LogitsFixture fixture = new LogitsFixture(type);
            String name = NAMES_IN_README.getOrDefault(type, type);
            List<Figures> tiers = new ArrayList<>();
            for (int i = 0; i < TIERS.size(); i++) {
                Optional<Agreement> agreement = agreement(fixture, TIERS.get(i), type);
                tiers.add(
                        agreement.isPresent()
                                ? Figures.of(agreement.get())
                                : Figures.of(before.get(name), i));
            }
            List<String> their = theirs.getOrDefault(name, List.of("–", "–", "–"));
            tiers.add(new Figures(their.get(0), their.get(1), their.get(2)));
            List<String> cells = new ArrayList<>();
            cells.add(name);
            cells.add(String.format(Locale.ROOT, "%.2f", bitsPerWeight(fixture.file())));
            tiers.forEach(each -> cells.add(each.error()));
            tiers.forEach(each -> cells.add(each.top()));
            tiers.forEach(each -> cells.add(each.divergence()));
            table.append("| ").append(String.join(" | ", cells)).append(" |\n");
        }
        Files.writeString(DOCUMENT, document.substring(0, begin) + table + document.substring(end));
    }

    /// How near a tier is, where this machine can tell.
    private static Optional<Agreement> agreement(LogitsFixture fixture, String tier, String type)
            throws Exception {
        if (Tiers.has(tier)) {
            return Optional.of(fixture.agreement(tier));
        }
        if (!tier.equals("amx") || !Tiers.has("avx2") || NOT_INTERPRETED.contains(type)) {
            return Optional.empty();
        }
        return Optional.of(fixture.agreement(InterpretedAmx.of(7), 1));
    }

    /// A column of each of the table's three parts.
    private record Figures(String error, String top, String divergence) {

        static Figures of(Agreement agreement) {
            return new Figures(
                    String.format(Locale.ROOT, "%.1e", agreement.relativeError()),
                    String.format(Locale.ROOT, "%.3f", agreement.equalTopTokens()),
                    String.format(Locale.ROOT, "%.1e", agreement.divergence()));
        }

        static Figures of(List<String> row, int tier) {
            int part = (row.size() - 1) / 3;
            if (tier >= part - 1) {
                return new Figures("–", "–", "–");
            }
            return new Figures(
                    row.get(1 + tier), row.get(1 + part + tier), row.get(1 + 2 * part + tier));
        }
    }

    // What stands behind the name of each row.
    private static Map<String, List<String>> rows(String table) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        for (String line : table.lines().toList()) {
            String[] cells = line.split("\\|");
            List<String> row = new ArrayList<>();
            for (int i = 2; i < cells.length; i++) {
                row.add(cells[i].strip());
            }
            rows.put(cells[1].strip(), row);
        }
        return rows;
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

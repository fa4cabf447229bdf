package dev.talaria.schemas.grammar;

import org.junit.jupiter.api.Assumptions;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The public test data beside the project; tests that need it are skipped where it is absent.
final class SharedData {

    static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private SharedData() {}

    /// The JSON files of a folder under `../shared/data`, by name.
    static List<Path> files(String folder) {
        Path path = folder(folder);
        Assumptions.assumeTrue(Files.isDirectory(path), "no test data at " + path);
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A folder under `../shared/data`, which may not be there.
    static Path folder(String folder) {
        Path root = Path.of(System.getProperty("talaria.root", ".."));
        return root.resolve("../shared/data").resolve(folder);
    }

    static JsonNode read(Path file) {
        return JSON.readTree(file);
    }
}

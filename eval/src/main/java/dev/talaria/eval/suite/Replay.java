package dev.talaria.eval.suite;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Outputs that were recorded before: lines `{"row": n, "text": …}`.
///
/// @param texts by row, those of one row in the order of the file
/// @param withoutText lines that have none
/// @param name of the file as it was named
/// @param sha256 digest of its lines
public record Replay(Map<Long, List<String>> texts, long withoutText, String name, String sha256) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// Reads a file.
    ///
    /// @throws IllegalArgumentException naming the line that is not as it should be
    public static Replay read(Path file) throws IOException {
        Map<Long, List<String>> texts = new LinkedHashMap<>();
        long without = 0;
        Sha256 digest = new Sha256();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                digest.add(line + "\n");
                if (line.isBlank()) {
                    continue;
                }
                JsonNode record = record(file, number, line);
                JsonNode text = record.path("text");
                if (text.isString()) {
                    texts.computeIfAbsent(record.get("row").longValue(), _ -> new ArrayList<>())
                            .add(text.stringValue());
                } else {
                    without++;
                }
            }
        }
        return new Replay(texts, without, file.toString(), digest.hex());
    }

    private static JsonNode record(Path file, int number, String line) {
        String finding = "is no JSON object with a whole number 'row' and a string 'text'";
        try {
            JsonNode record = JSON.readTree(line);
            if (record.path("row").isIntegralNumber() && record.get("row").canConvertToLong()) {
                return record;
            }
        } catch (JacksonException e) {
            finding = "is not JSON: " + e.getOriginalMessage();
        }
        throw new IllegalArgumentException("%s: line %d %s".formatted(file, number, finding));
    }
}

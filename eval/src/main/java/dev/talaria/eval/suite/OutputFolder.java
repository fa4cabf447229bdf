package dev.talaria.eval.suite;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The folder of a run: `results.jsonl`, `summary.json`, `report.html`.
///
/// The summary is there from the start, with what the run is of, so that another run can tell
/// whether it goes on with the same.
public record OutputFolder(Path path) {

    /// The name of the file with the figures.
    public static final String SUMMARY = "summary.json";

    /// The name of the file to look at.
    public static final String REPORT = "report.html";

    // What is read is known by its digest, wherever it lies.
    private static final Set<String> PLACES = Set.of("dataset.path", "replay.path");

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /// Makes the folder where there is none, and sees that what it holds is of the same run.
    ///
    /// @param identity what a run is of: results are only added to those of an equal one
    /// @param restart whether to remove what is there
    /// @throws IllegalArgumentException where it holds another run, saying what differs
    public void open(ObjectNode identity, boolean restart) throws IOException {
        Files.createDirectories(path);
        if (restart) {
            for (String name : List.of(ResultsFile.NAME, SUMMARY, REPORT)) {
                Files.deleteIfExists(path.resolve(name));
            }
        }
        Path summary = path.resolve(SUMMARY);
        if (Files.exists(summary)) {
            requireSame(read(summary), identity);
        } else if (Files.exists(path.resolve(ResultsFile.NAME))) {
            throw new IllegalArgumentException(
                    "%s: there is a %s without its %s; name another folder, or begin anew with --restart"
                            .formatted(path, ResultsFile.NAME, SUMMARY));
        } else {
            write(identity);
        }
    }

    /// The summary that is there.
    ///
    /// @throws IllegalArgumentException where it is damaged
    public JsonNode summary() throws IOException {
        return read(path.resolve(SUMMARY));
    }

    private JsonNode read(Path summary) throws IOException {
        try {
            return JSON.readTree(Files.readString(summary));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "%s: is no JSON (%s); begin anew with --restart"
                            .formatted(summary, e.getOriginalMessage()),
                    e);
        }
    }

    /// Replaces the summary.
    public void write(ObjectNode summary) throws IOException {
        Path part = path.resolve(SUMMARY + ".part");
        Files.writeString(part, JSON.writeValueAsString(summary) + "\n");
        Files.move(
                part,
                path.resolve(SUMMARY),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    private void requireSame(JsonNode there, ObjectNode identity) {
        List<String> differences = new ArrayList<>();
        for (String name : identity.propertyNames()) {
            compare(name, there.path(name), identity.get(name), differences);
        }
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: holds another run: %s; name another folder, or begin anew with --restart"
                            .formatted(path, String.join("; ", differences)));
        }
    }

    private static void compare(
            String name, JsonNode before, JsonNode now, List<String> differences) {
        if (before.isObject() && now.isObject()) {
            Set<String> names = new LinkedHashSet<>(before.propertyNames());
            names.addAll(now.propertyNames());
            for (String each : names) {
                compare(name + "." + each, before.path(each), now.path(each), differences);
            }
        } else if (!PLACES.contains(name) && !before.toString().equals(now.toString())) {
            differences.add("%s was %s and is %s".formatted(name, shown(before), shown(now)));
        }
    }

    private static String shown(JsonNode node) {
        return node.isMissingNode() ? "not there" : node.toString();
    }
}

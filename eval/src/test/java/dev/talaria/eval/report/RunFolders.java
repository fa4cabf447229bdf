package dev.talaria.eval.report;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Output folders with results of the test's own.
final class RunFolders {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final List<ObjectNode> lines = new ArrayList<>();
    private final ObjectNode summary = JSON.createObjectNode();

    RunFolders(String suite, String datasetSha256) {
        summary.put("format", 1).put("suite", suite);
        summary.putObject("dataset").put("path", "rows.jsonl").put("sha256", datasetSha256);
        summary.putObject("model").put("name", "miniature");
    }

    /// A result whose output is its verdict, unless it is given.
    RunFolders add(long row, long seed, String mode, boolean isPassed) {
        return add(
                row,
                seed,
                mode,
                isPassed,
                isPassed ? "{\"a\": 1}" : "{\"a\": 2}",
                "a: wrong value 2");
    }

    RunFolders add(
            long row, long seed, String mode, boolean isPassed, String output, String reason) {
        ObjectNode line = JSON.createObjectNode();
        line.put("row", row).put("seed", seed).put("mode", mode);
        assess(line, isPassed, reason);
        line.put("prompt", "prompt of row " + row).put("output", output);
        line.putObject("expected").put("a", 1);
        assess(line.putObject("strict"), isPassed, reason);
        line.put("promptTokens", 100 + row).put("completionTokens", 10 + row % 7);
        line.put("latencyMillis", 50.0 + 3 * row).put("finish", "STOP");
        line.putObject("attributes");
        lines.add(line);
        return this;
    }

    private static void assess(ObjectNode node, boolean isPassed, String reason) {
        node.put("verdict", isPassed ? "passed" : "failed");
        ArrayNode reasons = node.putArray("reasons");
        ArrayNode kinds = node.putArray("kinds");
        if (!isPassed) {
            reasons.add(reason);
            kinds.add("wrong-value");
        }
    }

    /// The last line that was added, to change it.
    ObjectNode last() {
        return lines.getLast();
    }

    ObjectNode summary() {
        return summary;
    }

    Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        // Half a character, which JSON can spell and UTF-8 cannot.
        Files.writeString(
                folder.resolve("results.jsonl"), text.toString().replace("LONE", "\\ud800"));
        Files.writeString(folder.resolve("summary.json"), summary.toString());
        return folder;
    }
}

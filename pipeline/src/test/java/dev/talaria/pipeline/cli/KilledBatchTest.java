package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The process is killed at random moments, and what it leaves in the end is what an undisturbed
/// one writes, byte for byte.
///
/// `./mvnw -Pkills -pl pipeline -am test` kills it fifty times.
class KilledBatchTest {

    private static final int KILLS = Integer.getInteger("talaria.batch.kills", 2);
    private static final int ROWS = 150;
    private static final Pattern RESUMED = Pattern.compile("going on after (\\d+) of");

    @TempDir private Path folder;

    @Test
    void nothingIsLostOrDoubledHoweverOftenTheProcessIsKilled() throws Exception {
        long seed = Long.getLong("talaria.batch.seed", System.nanoTime());
        Random random = new Random(seed);
        writeInput();
        undisturbed();
        int kills = 0;
        int runs = 0;
        while (kills < KILLS) {
            // Each job is killed a few times before it may end: then another one begins.
            Path output = folder.resolve("killed%d.parquet".formatted(runs++));
            int before = kills;
            boolean isKilled = true;
            while (isKilled) {
                boolean mayEnd = kills - before >= 5 || kills == KILLS;
                isKilled = run(output, mayEnd ? Integer.MAX_VALUE : random.nextInt(ROWS), random);
                kills += isKilled ? 1 : 0;
            }
            assertThat(output)
                    .as("seed %d, %d kills", seed, kills)
                    .hasSameBinaryContentAs(folder.resolve("whole.parquet"));
            assertThat(output.resolveSibling(rejectedOf(output)))
                    .as("seed %d, %d kills", seed, kills)
                    .hasSameBinaryContentAs(folder.resolve("whole.rejected.parquet"));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(Files::isDirectory)).isEmpty();
        }
        System.out.printf("%d kills in %d jobs, seed %d%n", kills, runs, seed);
    }

    private static String rejectedOf(Path output) {
        return output.getFileName().toString().replace(".parquet", ".rejected.parquet");
    }

    private void writeInput() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < ROWS; i++) {
            String text = i % 17 == 3 ? "reject " + i : "document " + i;
            lines.append("{\"id\": %d, \"text\": \"%s\"}%n".formatted(i, text));
        }
        Files.writeString(folder.resolve("in.jsonl"), lines);
        Files.writeString(folder.resolve("s.json"), ScriptedBatch.SCHEMA);
    }

    private void undisturbed() {
        StringWriter err = new StringWriter();
        int code =
                ScriptedBatch.run(
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(err),
                        arguments(folder.resolve("whole.parquet")).toArray(String[]::new));
        assertThat(code).as(err.toString()).isZero();
    }

    private List<String> arguments(Path output) {
        return List.of(
                "batch",
                "--input",
                folder.resolve("in.jsonl").toString(),
                "--output",
                output.toString(),
                "--schema",
                folder.resolve("s.json").toString(),
                "--commit-rows",
                "7",
                "--batch",
                "4");
    }

    /// Runs it until it has answered so many, and a random moment more; whether it was killed.
    private boolean run(Path output, int answers, Random random) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ScriptedBatch.class.getName()));
        command.addAll(arguments(output));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        StringBuilder said = new StringBuilder();
        int answered = 0;
        int left = ROWS;
        // The end, where the output is put together, is a moment like any other, and shorter.
        boolean isAtEnd = answers < ROWS && random.nextInt(4) == 0;
        boolean isStruck = false;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("answered ")) {
                    answered++;
                } else {
                    said.append(line).append('\n');
                }
                Matcher resumed = RESUMED.matcher(line);
                left = resumed.lookingAt() ? ROWS - Integer.parseInt(resumed.group(1)) : left;
                if (!isStruck && (isAtEnd ? answered >= left : answered > answers)) {
                    spin(random.nextInt(isAtEnd ? 20_000_000 : 2_000_000));
                    process.toHandle().destroyForcibly();
                    isStruck = true;
                }
            }
        }
        int code = process.waitFor();
        if (!isStruck) {
            assertThat(code).as(said.toString()).isZero();
        }
        return isStruck && code != 0;
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }
}

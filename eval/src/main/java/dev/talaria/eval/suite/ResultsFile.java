package dev.talaria.eval.suite;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// `results.jsonl` of an output folder. A line is in the file when it has been written, so that a
/// process that is killed loses what it had not written yet and nothing else.
public final class ResultsFile implements Closeable {

    /// The file's name in an output folder.
    public static final String NAME = "results.jsonl";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Writer out;

    private ResultsFile(Writer out) {
        this.out = out;
    }

    /// The results of a folder, in the order of the file; those before a last line that was not
    /// written to its end.
    ///
    /// @throws IllegalArgumentException naming the line that is none
    public static List<TrialResult> read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        List<TrialResult> results = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                try {
                    results.add(TrialResult.of(JSON.readTree(line)));
                } catch (JacksonException e) {
                    if (lines.readLine() == null) {
                        break;
                    }
                    throw damaged(file, results.size() + 1, e.getOriginalMessage(), e);
                } catch (IllegalArgumentException e) {
                    throw damaged(file, results.size() + 1, e.getMessage(), e);
                }
            }
        }
        return results;
    }

    private static IllegalArgumentException damaged(
            Path file, int line, String finding, RuntimeException e) {
        return new IllegalArgumentException(
                "%s: line %d is no result (%s); remove it and all after it, or run with --restart"
                        .formatted(file, line, finding),
                e);
    }

    /// Opens the file of a folder to write after what it holds; without a last line that was not
    /// written to its end.
    static ResultsFile append(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (Files.exists(file)) {
            dropPartialLine(file);
        }
        return new ResultsFile(
                Files.newBufferedWriter(
                        file,
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND));
    }

    private static void dropPartialLine(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long end = bytes.length();
            while (end > 0) {
                bytes.seek(end - 1);
                if (bytes.read() == '\n') {
                    break;
                }
                end--;
            }
            bytes.setLength(end);
        }
    }

    void write(TrialResult result) throws IOException {
        out.write(JSON.writeValueAsString(result.json()) + "\n");
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}

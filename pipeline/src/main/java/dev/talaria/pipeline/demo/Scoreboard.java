package dev.talaria.pipeline.demo;

import dev.talaria.connectors.kafka.DocumentReader;
import dev.talaria.connectors.kafka.DocumentRecord;
import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.Violation;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Prints the answers as they come, counts them, and says at the end what is missing.
///
/// An extraction counts as valid where it satisfies its schema here too, judged apart from the
/// pipeline.
final class Scoreboard {

    private static final int MAX_DOCUMENT_BYTES = 10_000_000;
    private static final int LINE_WIDTH = 100;
    private static final double NANOS = 1e9;

    private final Map<String, Sample> samples = new LinkedHashMap<>();
    private final Map<String, Integer> answered = new LinkedHashMap<>();
    private final Map<String, String> schemas = Sample.schemas();
    private final List<String> complaints = new ArrayList<>();
    private final PrintWriter out;
    private final boolean interactive;
    private final long start = System.nanoTime();
    private long last = start;
    private int valid;
    private int rejected;
    private long tokens;

    Scoreboard(List<Sample> samples, PrintWriter out) {
        samples.forEach(sample -> this.samples.put(sample.id(), sample));
        this.out = out;
        Console console = System.console();
        this.interactive = console != null && console.isTerminal();
        progress();
    }

    /// Whether every document has an answer.
    boolean isFull() {
        return answered.size() == samples.size();
    }

    /// Takes an answer in and prints it.
    void take(Answer answer) {
        last = System.nanoTime();
        clearProgress();
        Sample sample = samples.get(answer.id());
        if (sample == null) {
            complaints.add("an answer to '%s', which was not asked".formatted(answer.id()));
            return;
        }
        if (answered.merge(answer.id(), 1, Integer::sum) > 1) {
            complaints.add("document '%s': answered more than once".formatted(answer.id()));
            return;
        }
        if (answer.extracted() != sample.good()) {
            complaints.add(
                    "document '%s': %s"
                            .formatted(
                                    answer.id(),
                                    sample.good()
                                            ? "it was turned away; JSON was expected"
                                            : "JSON came where a rejection was expected"));
        }
        print(sample, answer);
        progress();
    }

    /// Prints the table and what is wrong; whether nothing is.
    boolean close() {
        clearProgress();
        for (String id : samples.keySet()) {
            if (!answered.containsKey(id)) {
                complaints.add("document '%s': no answer came".formatted(id));
            }
        }
        double seconds = Math.max((last - start) / NANOS, 1e-3);
        out.println();
        out.printf("documents   %d%n", samples.size());
        out.printf("valid       %d%n", valid);
        out.printf("rejected    %d%n", rejected);
        out.printf("completion tokens/s   %.1f%n", tokens / seconds);
        out.printf("documents/min         %.1f%n", answered.size() * 60 / seconds);
        if (!complaints.isEmpty()) {
            out.println();
            complaints.forEach(complaint -> out.println("wrong: " + complaint));
        }
        out.flush();
        return complaints.isEmpty();
    }

    private void print(Sample sample, Answer answer) {
        out.printf("%-17s %s%n", sample.id(), abridged(firstLine(sample)));
        if (answer.extracted()) {
            tokens += answer.completionTokens();
            out.printf("%-17s %s%n", "", answer.value());
            judge(answer);
        } else {
            rejected++;
            out.printf(
                    "%-17s rejected at stage %s, %s%n%-17s %s%n",
                    "",
                    answer.header(HeaderNames.ERROR_STAGE),
                    answer.header(HeaderNames.ERROR_CLASS),
                    "",
                    answer.header(HeaderNames.ERROR_MESSAGE));
        }
        out.flush();
    }

    private void judge(Answer answer) {
        String name =
                answer.header(HeaderNames.SCHEMA_ID)
                        + "@"
                        + answer.header(HeaderNames.SCHEMA_VERSION);
        List<Violation> violations =
                NetworkntValidator.of(schemas.get(name)).validate(answer.value());
        if (violations.isEmpty()) {
            valid++;
        } else {
            complaints.add("document '%s': %s".formatted(answer.id(), violations.getFirst()));
        }
    }

    // The line people see, not the markup around it.
    private static String firstLine(Sample sample) {
        Headers headers = new RecordHeaders();
        headers.add(
                HeaderNames.CONTENT_TYPE, sample.contentType().getBytes(StandardCharsets.UTF_8));
        byte[] value = sample.value().getBytes(StandardCharsets.UTF_8);
        SourceRecord record = new SourceRecord("demo", 0, 0, 0, null, value, headers);
        Document document =
                switch (new DocumentReader(MAX_DOCUMENT_BYTES).read(record)) {
                    case DocumentRecord.Readable readable -> readable.document();
                    case DocumentRecord.Unreadable unreadable ->
                            new Document(sample.id(), sample.value());
                };
        return document.firstLine();
    }

    private static String abridged(String line) {
        return line.length() <= LINE_WIDTH ? line : line.substring(0, LINE_WIDTH - 1) + "…";
    }

    private void progress() {
        if (interactive) {
            out.printf("\r%d of %d answered", answered.size(), samples.size());
            out.flush();
        }
    }

    private void clearProgress() {
        if (interactive) {
            out.print("\r\u001B[K");
        }
    }
}

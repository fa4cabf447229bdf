package dev.talaria.pipeline.cli;

import dev.talaria.inference.scripted.ScriptedOperator;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.task.ExtractionTask;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The command `batch` as users start it, with a script in the model's place: it answers with the
/// document's first line and its length, and rejects documents that say so. Also a program of its
/// own, to be killed.
public final class ScriptedBatch {

    /// What the script's answers satisfy.
    public static final String SCHEMA =
            """
            {"type": "object", "properties": {"text": {"type": "string"}, "length": {"type": "integer"}}, \
            "required": ["text", "length"], "additionalProperties": false}\
            """;

    private ScriptedBatch() {}

    /// Each answer is a line on the error stream, so that whoever started it knows where it is.
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true);
        PrintWriter err = new PrintWriter(System.err, true);
        BatchCommand batch =
                new BatchCommand((_, _) ->
                        new ScriptedOperator((document, task) -> {
                            err.println("answered " + document.id());
                            return answer(document, task);
                        }));
        System.exit(Main.run(out, err, List.of(batch), arguments));
    }

    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        BatchCommand batch =
                new BatchCommand((_, _) -> new ScriptedOperator(ScriptedBatch::answer));
        return Main.run(out, err, List.of(batch), arguments);
    }

    /// The script.
    public static Extraction answer(Document document, ExtractionTask task) {
        Provenance provenance =
                new Provenance(
                        Optional.of(task.schema()),
                        "scripted",
                        "0".repeat(64),
                        "none",
                        "prompt-1",
                        task.sampling().seed(),
                        1,
                        FinishReason.STOP,
                        document.text().length(),
                        7,
                        0,
                        Duration.ofNanos(System.nanoTime() & 0xFFFFFFF),
                        "test");
        if (document.text().startsWith("reject")) {
            return new Extraction.Rejected(
                    document.id(),
                    RejectionStage.VALIDATION,
                    "Scripted",
                    "document: it asks for it; do not",
                    Optional.of("{\"te"),
                    provenance);
        }
        String json =
                "{\"text\": \"%s\", \"length\": %d}"
                        .formatted(document.firstLine(), document.text().length());
        return new Extraction.Extracted(document.id(), json, provenance);
    }
}

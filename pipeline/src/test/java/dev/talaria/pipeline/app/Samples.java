package dev.talaria.pipeline.app;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.inference.scripted.ScriptedOperator;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.Violation;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What the pipeline's tests have in common: a schema, answers, headers.
public final class Samples {

    /// `note@1`: an object with one string, `text`.
    public static final String NOTE_SCHEMA =
            """
            {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"], \
            "additionalProperties": false}\
            """;

    private Samples() {}

    /// Answers every document with its first line as a note.
    public static ScriptedOperator noteOperator() {
        return new ScriptedOperator(Samples::note);
    }

    /// A note of the document's first line.
    public static Extraction note(Document document, ExtractionTask task) {
        String json = "{\"text\": \"" + document.firstLine() + "\"}";
        return new Extraction.Extracted(document.id(), json, provenance(task));
    }

    /// A rejection at that stage.
    public static Extraction rejected(
            Document document, ExtractionTask task, RejectionStage stage, String rawOutput) {
        return new Extraction.Rejected(
                document.id(),
                stage,
                "Scripted",
                "document: scripted failure; none",
                Optional.of(rawOutput),
                provenance(task));
    }

    /// Of an answer in two attempts.
    public static Provenance provenance(ExtractionTask task) {
        return new Provenance(
                Optional.of(task.schema()),
                "scripted",
                "0".repeat(64),
                "none",
                "prompt-1",
                task.sampling().seed(),
                2,
                FinishReason.STOP,
                40,
                9,
                30,
                Duration.ofMillis(7),
                "test");
    }

    /// Headers of name and value in turn.
    public static Headers headers(String... namesAndValues) {
        Headers headers = new RecordHeaders();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], bytes(namesAndValues[i + 1]));
        }
        return headers;
    }

    /// The header that asks for the note schema.
    public static Headers noteHeaders() {
        return headers(HeaderNames.SCHEMA, "note@1");
    }

    /// A header's value as text, or null.
    public static String header(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? null : text(header.value());
    }

    /// What is wrong with a note; empty where it is valid.
    public static List<Violation> violations(byte[] value) {
        return NetworkntValidator.of(NOTE_SCHEMA).validate(text(value));
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

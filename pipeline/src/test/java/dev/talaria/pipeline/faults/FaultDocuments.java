package dev.talaria.pipeline.faults;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.scripted.ScriptedOperator;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.task.ExtractionTask;

import org.apache.kafka.clients.producer.ProducerRecord;

import java.util.Random;

/// Documents of every fate, told by their number: most are extracted, some cannot be read, some are
/// rejected by the operator, and on some it fails.
final class FaultDocuments {

    private static final int KINDS = 20;
    private static final int MOST_WORDS = 400;

    // Answers come late and in no steady rhythm.
    private static final int MOST_MILLIS = 15;

    private final long seed;

    FaultDocuments(long seed) {
        this.seed = seed;
    }

    static String key(int number) {
        return "doc-" + number;
    }

    /// The record of a document; the same for the same number and seed.
    ProducerRecord<byte[], byte[]> record(String topic, int number, long timestamp) {
        String text = "Text: note %d%n%s".formatted(number, filling(number));
        return switch (number % KINDS) {
            case 3 -> record(topic, number, timestamp, text, "unheard-of@4");
            case 7 -> record(topic, number, timestamp, null, "note@1");
            case 11 -> record(topic, number, timestamp, "reject " + text, "note@1");
            case 13 -> record(topic, number, timestamp, "{\"document\": 3", "note@1", true);
            case 17 -> record(topic, number, timestamp, "poison " + text, "note@1");
            default -> record(topic, number, timestamp, text, "note@1");
        };
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, int number, long timestamp, String text, String schema) {
        return record(topic, number, timestamp, text, schema, false);
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic,
            int number,
            long timestamp,
            String text,
            String schema,
            boolean isEnvelope) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        topic,
                        null,
                        timestamp,
                        Samples.bytes(key(number)),
                        text == null ? null : Samples.bytes(text));
        record.headers().add(HeaderNames.SCHEMA, Samples.bytes(schema));
        if (isEnvelope) {
            record.headers().add("content-type", Samples.bytes("application/vnd.talaria+json"));
        }
        return record;
    }

    private String filling(int number) {
        Random random = new Random(seed + number);
        StringBuilder text = new StringBuilder();
        int words = number % 4 == 0 ? random.nextInt(MOST_WORDS) : 5;
        for (int i = 0; i < words; i++) {
            text.append(Integer.toString(random.nextInt(40_000), 36)).append(' ');
        }
        return text.toString();
    }

    /// Answers as the documents' kinds say.
    static InferenceOperator scriptedOperator() {
        return new ScriptedOperator(FaultDocuments::answer);
    }

    private static Extraction answer(Document document, ExtractionTask task) {
        try {
            Thread.sleep(Math.floorMod(document.text().hashCode(), MOST_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String text = document.text();
        if (text.startsWith("poison")) {
            throw new IllegalStateException("poisoned by " + document.id());
        }
        return text.startsWith("reject")
                ? Samples.rejected(document, task, RejectionStage.VALIDATION, "{}")
                : Samples.note(document, task);
    }
}

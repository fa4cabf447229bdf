package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SchemaReference;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/// What Flight Recorder has of an operator's work, on the miniature model.
@Timeout(120)
class FlightRecorderTest {

    private static final OutputSchema TOTAL =
            OutputSchema.of(
                    new SchemaReference("total", 3),
                    "{\"type\": \"object\", \"properties\": {\"total\": {\"type\": \"integer\"}},"
                            + " \"required\": [\"total\"], \"additionalProperties\": false}");

    @TempDir private Path folder;

    @Test
    void modelDocumentsCallsAndStepsAreEventsAndNoneOfThemQuotesTheDocument() throws Exception {
        Path file = folder.resolve("talaria.jfr");
        Extraction extraction;
        long steps;
        try (Recording recording = new Recording()) {
            for (String event : List.of("ModelLoad", "Document", "ModelCall", "EngineStep")) {
                recording.enable("dev.talaria." + event).withoutThreshold();
            }
            recording.start();
            EmbeddedOperator operator = EmbeddedOperator.open(OperatorConfig.DEFAULT);
            try {
                extraction =
                        operator.submit(
                                        new Document("d-7", "Total: 12 zebras"),
                                        ExtractionTask.of(TOTAL))
                                .get();
            } finally {
                operator.close();
            }
            steps = operator.activity().orElseThrow().steps();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);

        assertThat(of(events, "ModelLoad")).hasSize(1);
        assertThat(of(events, "ModelLoad").getFirst().getLong("weights")).isPositive();
        assertThat(of(events, "EngineStep")).hasSize(Math.toIntExact(steps));
        assertThat(of(events, "EngineStep"))
                .allSatisfy(step -> {
                    assertThat(step.getInt("sequences")).isEqualTo(1);
                    assertThat(step.getInt("rows")).isPositive();
                    assertThat(step.getDuration()).isPositive();
                });
        int promptRows =
                of(events, "EngineStep").stream().mapToInt(step -> step.getInt("promptRows")).sum();
        assertThat(promptRows).isEqualTo(extraction.provenance().promptTokens());

        RecordedEvent call = of(events, "ModelCall").getFirst();
        assertThat(of(events, "ModelCall")).hasSize(1);
        assertThat(call.getInt("writtenTokens"))
                .isEqualTo(extraction.provenance().completionTokens());
        assertThat(call.getDuration()).isGreaterThanOrEqualTo(call.getDuration("untilFirstToken"));

        RecordedEvent document = of(events, "Document").getFirst();
        assertThat(of(events, "Document")).hasSize(1);
        assertThat(document.getString("document")).isEqualTo("d-7");
        assertThat(document.getString("schema")).isEqualTo("total@3");
        assertThat(document.getString("outcome")).isEqualTo("EXTRACTED");
        assertThat(document.getInt("attempts")).isEqualTo(1);
        assertThat(events.toString()).doesNotContain("zebras");
    }

    private static List<RecordedEvent> of(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.talaria." + name))
                .toList();
    }
}

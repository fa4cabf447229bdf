package dev.talaria.inference.chunked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.cached.CachingOperator;
import dev.talaria.inference.embedded.EmbeddedOperator;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Extraction.Extracted;
import dev.talaria.schemas.extraction.Extraction.Rejected;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.extraction.TextSpan;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SamplingOptions;
import dev.talaria.schemas.task.SchemaReference;
import dev.talaria.schemas.validation.NetworkntValidator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A document of several windows on the miniature model, twice. What the model says of it is not
/// compared with anything.
@Timeout(120)
class LongDocumentsTest {

    private static final String SCHEMA =
            """
            {"type": "object", "properties": {
               "vendor": {"type": "string", "maxLength": 30},
               "amounts": {"type": "array", "maxItems": 60, "items": {"type": "number", "minimum": 0}}},
             "required": ["vendor", "amounts"], "additionalProperties": false}\
            """;

    @Test
    void isAskedInPartsThatFitAndIsNotComputedAgain(@TempDir Path folder) throws IOException {
        OperatorConfig config = new OperatorConfig(Optional.empty(), "auto", 2, 8, 512, 1 << 26);
        EmbeddedOperator model = EmbeddedOperator.open(config);
        ExtractionTask task = task();
        Document document = new Document("d", text());
        try (ChunkingOperator operator =
                new ChunkingOperator(
                        CachingOperator.open(model, folder, 1 << 20),
                        model.meter(),
                        ChunkOptions.DEFAULT)) {
            assertThat(model.meter().promptTokens(document, task)).isGreaterThan(512);
            Extraction first = operator.submit(document, task).join();
            Extraction second = operator.submit(document, task).join();

            List<TextSpan> chunks = first.provenance().chunks();
            assertThat(chunks).hasSizeGreaterThan(2);
            for (TextSpan chunk : chunks) {
                String part = text().substring(chunk.from(), chunk.to());
                assertThat(model.meter().promptTokens(new Document("d", part), task))
                        .isLessThan(512);
            }
            String json = answer(first);
            assertThat(answer(second)).isEqualTo(json);
            assertThat(first.provenance().cached()).isFalse();
            assertThat(second.provenance().cached()).isTrue();
            assertThat(second.provenance().chunks()).isEqualTo(chunks);
        }
    }

    // The merged value, which is valid unless the answer says that it is not.
    private static String answer(Extraction extraction) {
        return switch (extraction) {
            case Extracted extracted -> {
                assertThat(NetworkntValidator.of(SCHEMA).validate(extracted.json())).isEmpty();
                yield extracted.json();
            }
            case Rejected rejected -> {
                assertThat(rejected.stage()).isEqualTo(RejectionStage.VALIDATION);
                yield rejected.rawOutput().orElseThrow();
            }
        };
    }

    private static ExtractionTask task() {
        OutputSchema schema = OutputSchema.of(new SchemaReference("bill", 1), SCHEMA);
        return new ExtractionTask(
                schema,
                ExtractionTask.DEFAULT_INSTRUCTION,
                SamplingOptions.GREEDY.withMaxTokens(60),
                1);
    }

    private static String text() {
        StringBuilder text = new StringBuilder("Vendor: Summit Electric\n\n");
        for (int i = 1; i <= 40; i++) {
            text.append("Position ").append(i).append(": cable and labour. Amount: ");
            text.append(10 * i).append(".50 EUR.\n\n");
        }
        return text.toString();
    }
}

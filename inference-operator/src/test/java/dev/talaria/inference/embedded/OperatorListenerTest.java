package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.EngineActivity;
import dev.talaria.inference.ModelCall;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.OperatorListener;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SchemaReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// What an operator tells of its work, on the miniature model.
@Timeout(120)
class OperatorListenerTest {

    private static final OutputSchema NOTE =
            OutputSchema.of(
                    new SchemaReference("note", 1),
                    "{\"type\": \"object\", \"properties\": {\"total\": {\"type\": \"integer\"}},"
                            + " \"required\": [\"total\"], \"additionalProperties\": false}");

    private final List<ModelCall> calls = new CopyOnWriteArrayList<>();
    private final OperatorListener listener =
            new OperatorListener() {
                @Override
                public void called(ModelCall call) {
                    calls.add(call);
                }
            };

    @Test
    void everyCallOfTheModelIsToldWithTheTokensAndTimesOfItsAnswer() throws Exception {
        Extraction extraction;
        try (EmbeddedOperator operator =
                EmbeddedOperator.open(OperatorConfig.DEFAULT, LoadProgress.SILENT, listener)) {
            extraction =
                    operator.submit(new Document("d", "Total: 12"), ExtractionTask.of(NOTE)).get();
            EngineActivity activity = operator.activity().orElseThrow();
            assertThat(activity.isEnded()).isFalse();
            assertThat(activity.mostRunning()).isEqualTo(OperatorConfig.DEFAULT.maxSequences());
            assertThat(activity.rows()).isGreaterThanOrEqualTo(activity.promptTokens());
        }
        assertThat(calls)
                .singleElement()
                .isInstanceOfSatisfying(
                        ModelCall.Answered.class,
                        call -> {
                            assertThat(call.promptTokens())
                                    .isEqualTo(extraction.provenance().promptTokens());
                            assertThat(call.writtenTokens())
                                    .isEqualTo(extraction.provenance().completionTokens());
                            assertThat(call.untilFirstToken())
                                    .isPositive()
                                    .isGreaterThanOrEqualTo(call.untilAdmitted());
                            assertThat(call.duration())
                                    .isGreaterThanOrEqualTo(call.untilFirstToken())
                                    .isLessThanOrEqualTo(extraction.provenance().latency());
                        });
    }

    @Test
    void anOperatorThatWasClosedSaysSo() throws Exception {
        EmbeddedOperator operator =
                EmbeddedOperator.open(OperatorConfig.DEFAULT, LoadProgress.SILENT, listener);
        operator.close();
        EngineActivity activity = operator.activity().orElseThrow();
        assertThat(activity.isEnded()).isTrue();
        assertThat(activity.stalled()).isEqualTo(Duration.ZERO);
        assertThat(calls).isEmpty();
    }
}

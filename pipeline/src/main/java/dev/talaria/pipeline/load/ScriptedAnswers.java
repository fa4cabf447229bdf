package dev.talaria.pipeline.load;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.scripted.ScriptedOperator;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.task.ExtractionTask;

import java.time.Duration;
import java.util.Optional;

/// An operator that knows the answers and takes no time for them.
public final class ScriptedAnswers {

    private ScriptedAnswers() {}

    /// The operator; the caller closes it.
    public static InferenceOperator operator() {
        return new ScriptedOperator(ScriptedAnswers::answer);
    }

    private static Extraction answer(Document document, ExtractionTask task) {
        return new Extraction.Extracted(
                document.id(), LoadDocuments.answer(document), provenance(task));
    }

    private static Provenance provenance(ExtractionTask task) {
        return new Provenance(
                Optional.of(task.schema()),
                "scripted",
                "0".repeat(64),
                "none",
                "none",
                task.sampling().seed(),
                1,
                FinishReason.STOP,
                0,
                0,
                0,
                Duration.ZERO,
                "load");
    }
}

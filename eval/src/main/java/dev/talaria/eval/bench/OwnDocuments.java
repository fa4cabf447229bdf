package dev.talaria.eval.bench;

import dev.talaria.inference.EngineActivity;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Our own operator, given all documents at once, as the pipeline does.
final class OwnDocuments implements DocumentContestant {

    private final InferenceOperator operator;
    private final ExtractionTask task;

    /// @param operator with an engine
    OwnDocuments(InferenceOperator operator, ExtractionTask task) {
        this.operator = operator;
        this.task = task;
    }

    @Override
    public DocumentResult extract(List<Document> documents) {
        EngineActivity before = activity();
        long start = System.nanoTime();
        List<CompletableFuture<Extraction>> futures =
                documents.stream().map(document -> operator.submit(document, task)).toList();
        List<Extraction> extractions = futures.stream().map(CompletableFuture::join).toList();
        double seconds = (System.nanoTime() - start) / 1e9;
        EngineActivity after = activity();
        return new DocumentResult(
                seconds,
                extractions.stream().map(OwnDocuments::text).toList(),
                extractions.stream().mapToLong(each -> each.provenance().promptTokens()).sum(),
                extractions.stream().mapToLong(each -> each.provenance().cachedTokens()).sum(),
                extractions.stream().mapToLong(each -> each.provenance().completionTokens()).sum(),
                Optional.of(
                        new DocumentResult.Shortcuts(
                                after.forcedTokens() - before.forcedTokens(),
                                after.draftedTokens() - before.draftedTokens(),
                                after.acceptedTokens() - before.acceptedTokens(),
                                after.rows() - before.rows(),
                                after.steps() - before.steps())));
    }

    private EngineActivity activity() {
        return operator.activity().orElseThrow();
    }

    private static String text(Extraction extraction) {
        return switch (extraction) {
            case Extraction.Extracted extracted -> extracted.json();
            case Extraction.Rejected rejected -> rejected.rawOutput().orElse("");
        };
    }
}

package dev.talaria.eval.bench;

import dev.talaria.schemas.document.Document;

import java.util.List;

/// Somebody who extracts documents: this program, or another one beside it.
@FunctionalInterface
interface DocumentContestant {

    /// Extracts all of them, as many at a time as suits it.
    DocumentResult extract(List<Document> documents);
}

package dev.talaria.inference.embedded;

import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Provenance;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// One document's way through the operator, from submission to its answer.
@Name("dev.talaria.Document")
@Label("Document")
@Category("Talaria")
@Description("A document extracted or rejected, all attempts together")
@StackTrace(false)
final class DocumentEvent extends Event {

    @Label("Document")
    @Description("The document's id; never its text")
    String document;

    @Label("Schema")
    String schema;

    @Label("Outcome")
    @Description("EXTRACTED, the stage of the rejection, or FAILED")
    String outcome;

    @Label("Attempts")
    int attempts;

    @Label("Prompt Tokens")
    @Description("Of the last attempt")
    int promptTokens;

    @Label("Written Tokens")
    @Description("Of all attempts")
    int writtenTokens;

    /// Notes what became of it; null where there is no answer.
    void answered(Extraction extraction) {
        outcome =
                switch (extraction) {
                    case null -> "FAILED";
                    case Extraction.Extracted _ -> "EXTRACTED";
                    case Extraction.Rejected rejected -> rejected.stage().name();
                };
        if (extraction != null) {
            Provenance from = extraction.provenance();
            attempts = from.attempts();
            promptTokens = from.promptTokens();
            writtenTokens = from.completionTokens();
        }
    }
}

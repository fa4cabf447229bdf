package dev.talaria.inference;

import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.task.ExtractionTask;

/// Counts tokens as a model does; computes nothing else. For any number of threads.
public interface PromptMeter {

    /// How many tokens a document's prompt takes, whether there is room for an answer or not.
    ///
    /// @throws InvalidRequestException where the task cannot be asked
    int promptTokens(Document document, ExtractionTask task);

    /// How many tokens a text takes inside a prompt.
    int tokens(String text);
}

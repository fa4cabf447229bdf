package dev.talaria.pipeline.topology;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// The topics of a pipeline.
///
/// @param documents read
/// @param extractions written: validated JSON
/// @param rejected written: documents without, as they came
/// @param schemas read, compacted: `id@version` to JSON Schema
public record TopicNames(String documents, String extractions, String rejected, String schemas) {

    /// The names where nothing else is configured.
    public static final TopicNames DEFAULT =
            new TopicNames(
                    "talaria.documents",
                    "talaria.extractions",
                    "talaria.rejected",
                    "talaria.schemas");

    public TopicNames {
        requireNonNull(documents, "documents");
        requireNonNull(extractions, "extractions");
        requireNonNull(rejected, "rejected");
        requireNonNull(schemas, "schemas");
    }

    /// All of them.
    public List<String> all() {
        return List.of(documents, extractions, rejected, schemas);
    }
}

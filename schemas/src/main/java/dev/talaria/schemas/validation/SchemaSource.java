package dev.talaria.schemas.validation;

import java.util.Map;
import java.util.Optional;

/// Other schemas by their URI, for the references that lead out of a document.
///
/// Asked while a schema is registered or compiled, never later, and only for what the document does
/// not hold itself. Answers from memory, files or the class path: nothing here reads the network,
/// and a source that does turns every schema into a way out of the machine.
@FunctionalInterface
public interface SchemaSource {

    /// No other schemas.
    SchemaSource NONE = uri -> Optional.empty();

    /// The text of a schema document.
    ///
    /// @param uri absolute where the referring schema has an absolute `$id`, without a fragment
    /// @return empty where there is none of that URI
    Optional<String> find(String uri);

    /// The schemas of a map, by URI without a fragment.
    static SchemaSource of(Map<String, String> texts) {
        Map<String, String> copy = Map.copyOf(texts);
        return uri -> Optional.ofNullable(copy.get(uri));
    }

    /// This source, and the other for what it does not have.
    default SchemaSource or(SchemaSource other) {
        return uri -> find(uri).or(() -> other.find(uri));
    }
}

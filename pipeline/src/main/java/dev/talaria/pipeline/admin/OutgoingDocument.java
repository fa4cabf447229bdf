package dev.talaria.pipeline.admin;

import static java.util.Objects.requireNonNull;

import dev.talaria.pipeline.config.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A document on its way to a topic, or why it is none.
public sealed interface OutgoingDocument {

    /// Where it comes from, for messages: a file, and the line of it.
    String source();

    /// @param key the document's id; empty where its position is to be its id
    /// @param headers name and value
    record Ready(
            String source,
            Optional<String> key,
            byte[] value,
            List<Map.Entry<String, String>> headers)
            implements OutgoingDocument {

        public Ready {
            requireNonNull(source, "source");
            requireNonNull(key, "key");
            requireNonNull(value, "value");
            headers = List.copyOf(headers);
        }

        /// The key's bytes, or null.
        byte @Nullable [] keyBytes() {
            return key.map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(null);
        }
    }

    /// @param problem place, finding, remedy
    record Unusable(Problem problem) implements OutgoingDocument {
        @Override
        public String source() {
            return problem.place();
        }
    }
}

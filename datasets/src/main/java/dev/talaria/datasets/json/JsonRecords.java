package dev.talaria.datasets.json;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

import java.io.Closeable;
import java.io.IOException;

/// The records of a JSON file, one after the other.
interface JsonRecords extends Closeable {

    /// The next record, an object; null after the last.
    @Nullable JsonNode next() throws IOException;

    /// Goes over records; fewer where there are no more.
    default void skip(long records) throws IOException {
        for (long i = 0; i < records && next() != null; i++) {}
    }

    /// Where the record that was last returned stands, for messages.
    String place();
}

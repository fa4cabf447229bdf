package dev.talaria.datasets.json;

import dev.talaria.datasets.bytes.TextBytes;
import dev.talaria.datasets.record.RecordFormatException;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How the records lie in a JSON file.
sealed interface JsonLayout {

    /// A record per line.
    record ByLine() implements JsonLayout {}

    /// An array of records, or records one after the other.
    record InSequence() implements JsonLayout {}

    /// One object, each of whose members is a column.
    record ByColumn(List<String> names) implements JsonLayout {}

    /// The records from the first on.
    default JsonRecords open(Path file) throws IOException {
        return switch (this) {
            case ByLine _ -> new LineRecords(file);
            case InSequence _ -> new StreamRecords(file);
            case ByColumn(List<String> names) -> new ColumnRecords(file, names);
        };
    }

    /// Looks at the first value of the file: an array holds records; an object whose members are
    /// all arrays, and that nothing follows, is one of columns, as is one whose members are all
    /// objects with the rows `0`, `1`, … as names; other objects are records.
    static JsonLayout of(Path file) throws IOException {
        try (InputStream bytes = TextBytes.open(file);
                JsonParser parser = JsonText.MAPPER.createParser(bytes)) {
            try {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    return new InSequence();
                }
                List<String> names = new ArrayList<>();
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    names.add(parser.currentName());
                    JsonToken value = parser.nextToken();
                    boolean isColumn =
                            value == JsonToken.START_ARRAY
                                    || value == JsonToken.START_OBJECT && isByRow(parser);
                    if (!isColumn) {
                        return new InSequence();
                    }
                    parser.skipChildren();
                }
                boolean isAlone = parser.nextToken() == null;
                return isAlone && !names.isEmpty() ? new ByColumn(names) : new InSequence();
            } catch (JacksonException e) {
                TokenStreamLocation where = e.getLocation();
                String place =
                        where == null
                                ? "line 1"
                                : "line %d, column %d"
                                        .formatted(where.getLineNr(), where.getColumnNr());
                throw new RecordFormatException(file.toString(), place, JsonText.finding(e), e);
            }
        }
    }

    // Goes to the end of the object where it begins with the name of the first row.
    private static boolean isByRow(JsonParser parser) {
        if (parser.nextToken() != JsonToken.PROPERTY_NAME || !"0".equals(parser.currentName())) {
            return false;
        }
        do {
            parser.nextToken();
            parser.skipChildren();
        } while (parser.nextToken() == JsonToken.PROPERTY_NAME);
        return true;
    }
}

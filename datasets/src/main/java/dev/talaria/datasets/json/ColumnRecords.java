package dev.talaria.datasets.json;

import dev.talaria.datasets.bytes.CorruptDataException;
import dev.talaria.datasets.bytes.TextBytes;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// An object of columns: each an array of values, or, as pandas writes it, an object of values by
/// row. One parser stands in each column, so that rows are read and not columns.
final class ColumnRecords implements JsonRecords {

    private final List<Column> columns = new ArrayList<>();
    private long row = -1;

    private record Column(String name, InputStream bytes, JsonParser parser) {}

    ColumnRecords(Path file, List<String> names) throws IOException {
        try {
            for (int i = 0; i < names.size(); i++) {
                InputStream bytes = TextBytes.open(file);
                JsonParser parser = JsonText.MAPPER.createParser(bytes);
                columns.add(new Column(names.get(i), bytes, parser));
                enter(parser, i);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    // Goes over the columns before, into the value of this one.
    private static void enter(JsonParser parser, int column) {
        parser.nextToken();
        for (int i = 0; i < column; i++) {
            parser.nextToken();
            parser.nextToken();
            parser.skipChildren();
        }
        parser.nextToken();
        parser.nextToken();
    }

    @Override
    public @Nullable JsonNode next() throws IOException {
        ObjectNode record = JsonText.MAPPER.createObjectNode();
        int ended = 0;
        row++;
        try {
            for (Column column : columns) {
                JsonToken token = column.parser().nextToken();
                if (token == JsonToken.PROPERTY_NAME) {
                    token = column.parser().nextToken();
                }
                if (token == JsonToken.END_ARRAY || token == JsonToken.END_OBJECT) {
                    ended++;
                } else {
                    record.set(column.name(), JsonText.IN_SEQUENCE.readTree(column.parser()));
                }
            }
        } catch (JacksonException e) {
            throw new CorruptDataException(JsonText.finding(e), e);
        }
        if (ended > 0 && ended < columns.size()) {
            throw new CorruptDataException("some columns end here, others do not");
        }
        return ended > 0 || columns.isEmpty() ? null : record;
    }

    @Override
    public String place() {
        return "row " + row;
    }

    @Override
    public void close() throws IOException {
        for (Column column : columns) {
            column.bytes().close();
            column.parser().close();
        }
    }
}

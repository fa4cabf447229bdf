package dev.talaria.datasets.json;

import dev.talaria.datasets.bytes.CorruptDataException;
import dev.talaria.datasets.bytes.Lines;
import dev.talaria.datasets.bytes.TextBytes;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Path;

/// A record per line; empty lines are gone over.
final class LineRecords implements JsonRecords {

    private static final int MAX_LINE = 1 << 29;

    private final Lines lines;
    private int column;

    LineRecords(Path file) throws IOException {
        this.lines = new Lines(TextBytes.open(file), MAX_LINE);
    }

    @Override
    public @Nullable JsonNode next() throws IOException {
        byte[] line = nextLine();
        if (line == null) {
            return null;
        }
        JsonNode record;
        try {
            record = JsonText.MAPPER.readTree(line);
        } catch (JacksonException e) {
            TokenStreamLocation where = e.getLocation();
            column = where == null ? 0 : where.getColumnNr();
            throw new CorruptDataException(JsonText.finding(e), e);
        }
        if (!record.isObject()) {
            throw new CorruptDataException("is %s, not an object".formatted(record.getNodeType()));
        }
        return record;
    }

    private byte @Nullable [] nextLine() throws IOException {
        byte[] line = lines.next();
        while (line != null && isBlank(line)) {
            line = lines.next();
        }
        return line;
    }

    // Lines are not parsed to be gone over.
    @Override
    public void skip(long records) throws IOException {
        for (long i = 0; i < records && nextLine() != null; i++) {}
    }

    private static boolean isBlank(byte[] line) {
        for (byte one : line) {
            if (one != ' ' && one != '\t') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String place() {
        return "line " + lines.number() + (column > 0 ? ", column " + column : "");
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}

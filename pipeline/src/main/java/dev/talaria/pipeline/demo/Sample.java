package dev.talaria.pipeline.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A document of the demo and what is to become of it.
///
/// @param id the record's key
/// @param schema header `x-schema`, where it has one
/// @param contentType header `content-type`
/// @param value the record's value
/// @param good whether valid JSON is expected, rather than a rejection
record Sample(String id, Optional<String> schema, String contentType, String value, boolean good) {

    private static final List<String> SCHEMAS =
            List.of(
                    "contact",
                    "hotel_booking",
                    "invoice",
                    "job_post",
                    "meeting",
                    "receipt",
                    "shipment",
                    "ticket");
    private static final String SEPARATOR = "=== ";
    private static final String NO_SCHEMA = "-";
    private static final String EXPECTED_BAD = "!";
    private static final int LONG_LINES = 900;

    /// The demo's schemas: `id@version` to JSON Schema.
    static Map<String, String> schemas() {
        Map<String, String> schemas = new TreeMap<>();
        for (String id : SCHEMAS) {
            schemas.put(id + "@1", resource("schemas/" + id + ".json").strip());
        }
        return schemas;
    }

    /// The demo's documents; the last is far too long for any prompt.
    static List<Sample> all() {
        List<Sample> samples = new ArrayList<>();
        String text = resource("documents.txt");
        for (String part : text.split("(?m)^" + SEPARATOR)) {
            if (!part.isBlank()) {
                samples.add(parse(part));
            }
        }
        samples.add(tooLong());
        return samples;
    }

    // First line: id, schema, content type and, where a rejection is expected, an exclamation mark.
    private static Sample parse(String part) {
        int end = part.indexOf('\n');
        String[] head = part.substring(0, end).strip().split(" ");
        return new Sample(
                head[0],
                head[1].equals(NO_SCHEMA) ? Optional.empty() : Optional.of(head[1]),
                head[2],
                part.substring(end + 1).stripTrailing(),
                head.length < 4 || !head[3].equals(EXPECTED_BAD));
    }

    private static Sample tooLong() {
        StringBuilder text = new StringBuilder("Minutes of a very long meeting\n");
        for (int line = 1; line <= LONG_LINES; line++) {
            text.append("Line ").append(line).append(": one more thing, to be minuted here.\n");
        }
        return new Sample(
                "too-long", Optional.of("meeting@1"), "text/plain", text.toString(), false);
    }

    private static String resource(String name) {
        try (InputStream file = Sample.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("demo resource " + name + " is missing");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("demo resource " + name, e);
        }
    }
}

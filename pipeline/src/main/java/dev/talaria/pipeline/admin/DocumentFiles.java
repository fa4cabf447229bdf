package dev.talaria.pipeline.admin;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.connectors.text.DocumentFormat;
import dev.talaria.pipeline.admin.OutgoingDocument.Ready;
import dev.talaria.pipeline.admin.OutgoingDocument.Unusable;
import dev.talaria.pipeline.config.Problem;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Documents for a topic out of files and folders. Whatever is named becomes a document or a
/// problem; nothing is left out without a word.
public final class DocumentFiles {

    /// A JSON object with a document and what is asked about it.
    static final String ENVELOPE = "application/vnd.talaria+json";

    private final Options options;

    /// How documents are made.
    ///
    /// @param key of the only document; otherwise the file's name, or what a line says
    /// @param contentType in place of what a file's ending says
    /// @param headers of every document
    /// @param lines how lines of JSON are read
    public record Options(
            Optional<String> key,
            Optional<String> contentType,
            List<Map.Entry<String, String>> headers,
            JsonLines lines) {
        public Options {
            headers = List.copyOf(headers);
        }
    }

    public DocumentFiles(Options options) {
        this.options = options;
    }

    /// Everything below a folder that is a file, in the order of names; or the file itself.
    ///
    /// @throws UncheckedIOException where a folder cannot be read
    public static List<Path> below(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /// Whether the name says how to read a file.
    public boolean isKnown(Path file) {
        return options.contentType().isPresent()
                || isJsonLines(file)
                || mediaType(file.toString()) != null;
    }

    /// Reads a file.
    ///
    /// @param base the folder that keys are relative to; null for the file's own
    public void read(Path file, @Nullable Path base, Consumer<OutgoingDocument> documents)
            throws IOException {
        String name = (base == null ? file.getFileName() : base.relativize(file)).toString();
        if (isJsonLines(file) && options.contentType().isEmpty()) {
            try (InputStream in = Files.newInputStream(file)) {
                readJsonLines(file.toString(), in, documents);
            }
            return;
        }
        Optional<String> type =
                options.contentType().or(() -> Optional.ofNullable(mediaType(name)));
        if (type.isEmpty()) {
            documents.accept(
                    new Unusable(
                            new Problem(
                                    file.toString(),
                                    "its ending says no content type (%s, .json, .jsonl); give --content-type, or leave it out"
                                            .formatted(DocumentFormat.allEndings()))));
            return;
        }
        documents.accept(
                whole(
                        file.toString(),
                        options.key().or(() -> Optional.of(name)),
                        type.get(),
                        Files.readAllBytes(file)));
    }

    /// Reads one document to the end of the stream.
    public void readWhole(String name, InputStream in, Consumer<OutgoingDocument> documents)
            throws IOException {
        String type = options.contentType().orElse("text/plain");
        documents.accept(whole(name, options.key(), type, in.readAllBytes()));
    }

    /// Reads a document a line; empty lines are none.
    public void readLines(String name, InputStream in, Consumer<OutgoingDocument> documents)
            throws IOException {
        String type = options.contentType().orElse("text/plain");
        eachLine(
                name,
                in,
                documents,
                (place, line) ->
                        whole(
                                place,
                                Optional.empty(),
                                type,
                                line.getBytes(StandardCharsets.UTF_8)));
    }

    /// Reads a document a line, each JSON.
    public void readJsonLines(String name, InputStream in, Consumer<OutgoingDocument> documents)
            throws IOException {
        eachLine(
                name,
                in,
                documents,
                (place, line) -> {
                    try {
                        JsonLines.Line read = options.lines().read(line);
                        String type =
                                read.isEnvelope()
                                        ? ENVELOPE
                                        : options.contentType().orElse("text/plain");
                        return new Ready(
                                place,
                                read.key(),
                                read.value().getBytes(StandardCharsets.UTF_8),
                                headers(type));
                    } catch (IllegalArgumentException e) {
                        return new Unusable(new Problem(place, String.valueOf(e.getMessage())));
                    }
                });
    }

    /// What a line becomes.
    private interface LineReader {
        OutgoingDocument read(String place, String line);
    }

    private static void eachLine(
            String name, InputStream in, Consumer<OutgoingDocument> documents, LineReader reader)
            throws IOException {
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                in,
                                StandardCharsets.UTF_8
                                        .newDecoder()
                                        .onMalformedInput(CodingErrorAction.REPORT)
                                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
        long number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (!line.isBlank()) {
                documents.accept(reader.read(name + "#" + number, line));
            }
        }
    }

    private Ready whole(String source, Optional<String> key, String type, byte[] value) {
        return new Ready(source, key, value, headers(type));
    }

    private List<Map.Entry<String, String>> headers(String type) {
        List<Map.Entry<String, String>> headers = new ArrayList<>(options.headers());
        headers.add(Map.entry(HeaderNames.CONTENT_TYPE, type));
        return headers;
    }

    private static boolean isJsonLines(Path file) {
        String lower = file.toString().toLowerCase(Locale.ROOT);
        return lower.endsWith(".jsonl") || lower.endsWith(".ndjson");
    }

    private static @Nullable String mediaType(String name) {
        if (name.toLowerCase(Locale.ROOT).endsWith(".json")) {
            return ENVELOPE;
        }
        DocumentFormat format = DocumentFormat.ofName(name);
        return format == null
                ? null
                : switch (format) {
                    case PLAIN -> "text/plain";
                    case HTML -> "text/html";
                    case PDF -> "application/pdf";
                    case DOCX ->
                            "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
                };
    }
}

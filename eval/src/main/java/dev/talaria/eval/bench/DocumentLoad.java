package dev.talaria.eval.bench;

import dev.talaria.datasets.synthetic.SyntheticCorpus;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SamplingOptions;
import dev.talaria.schemas.task.SchemaReference;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// What is extracted: one task, and for each round documents of its own. No document comes twice,
/// because whoever keeps what has been read would not read it again.
///
/// @param task greedy, with one attempt
/// @param rounds documents of each, equally many
/// @param warmUp documents that are not measured
record DocumentLoad(ExtractionTask task, List<List<Document>> rounds, List<Document> warmUp) {

    private static final String SCHEMA = "invoice-load.schema.json";
    private static final String CORPUS = "invoice";
    private static final int WARM_UP = 3;

    DocumentLoad {
        rounds = rounds.stream().map(List::copyOf).toList();
        warmUp = List.copyOf(warmUp);
    }

    /// Made-up invoices, and a schema in which every text has a greatest length and every list a
    /// length: so also weights that know nothing of invoices write about as much as a model does.
    static DocumentLoad invoices(int documents, int rounds, long seed, int mostTokens) {
        SyntheticCorpus corpus = new SyntheticCorpus(CORPUS, seed, false);
        List<Document> all =
                LongStream.range(0, (long) documents * rounds)
                        .mapToObj(i -> document(corpus, "invoice-" + i, i))
                        .toList();
        return of(builtInSchema(), all, rounds, seed, mostTokens);
    }

    /// A user's own documents, as many as there are for each round, and no more than asked for.
    ///
    /// @param from a folder of texts, or lines of JSON with the text as `document` or `text`
    /// @throws IllegalArgumentException where there are too few, or one is no text
    static DocumentLoad files(
            Path from, Path schema, int documents, int rounds, long seed, int mostTokens)
            throws IOException {
        List<Document> all = Files.isDirectory(from) ? folder(from) : lines(from);
        int each = Math.min(documents, all.size() / rounds);
        if (each == 0) {
            throw new IllegalArgumentException(
                    "%s: has %d documents, and each of %d rounds needs other ones; give more, or fewer rounds"
                            .formatted(from, all.size(), rounds));
        }
        return of(
                Files.readString(schema), all.subList(0, each * rounds), rounds, seed, mostTokens);
    }

    private static DocumentLoad of(
            String schema, List<Document> all, int rounds, long seed, int mostTokens) {
        SyntheticCorpus others = new SyntheticCorpus(CORPUS, ~seed, false);
        List<Document> warmUp =
                LongStream.range(0, WARM_UP)
                        .mapToObj(i -> document(others, "warm-up-" + i, i))
                        .toList();
        int each = all.size() / rounds;
        List<List<Document>> divided = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            divided.add(all.subList(round * each, (round + 1) * each));
        }
        ExtractionTask task =
                new ExtractionTask(
                        OutputSchema.of(new SchemaReference("load", 1), schema),
                        ExtractionTask.DEFAULT_INSTRUCTION,
                        SamplingOptions.GREEDY.withMaxTokens(mostTokens),
                        1);
        return new DocumentLoad(task, divided, warmUp);
    }

    private static Document document(SyntheticCorpus corpus, String id, long index) {
        return new Document(id, corpus.sample(index).document());
    }

    private static String builtInSchema() {
        try (InputStream resource = DocumentLoad.class.getResourceAsStream(SCHEMA)) {
            if (resource == null) {
                throw new IllegalStateException("the class path lacks " + SCHEMA);
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(SCHEMA + " cannot be read", e);
        }
    }

    private static List<Document> folder(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Document> documents = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                documents.add(new Document(file.getFileName().toString(), text(file)));
            }
            return documents;
        }
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    file + ": is no text in UTF-8; leave it out of the folder", e);
        }
    }

    private static List<Document> lines(Path file) throws IOException {
        List<Document> documents = new ArrayList<>();
        int number = 0;
        for (String line : text(file).lines().toList()) {
            number++;
            if (!line.isBlank()) {
                documents.add(line(file, number, line));
            }
        }
        return documents;
    }

    private static Document line(Path file, int number, String line) {
        String place = "%s, line %d".formatted(file, number);
        try {
            JsonNode row = JsonMapper.shared().readTree(line);
            return Stream.of("document", "text")
                    .map(row::path)
                    .filter(JsonNode::isString)
                    .findFirst()
                    .map(text -> new Document("line-" + number, text.asString()))
                    .orElseThrow(() ->
                            new IllegalArgumentException(
                                    place + ": has no text 'document' or 'text'"));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    place + ": is no JSON; give a folder of texts, or JSON lines", e);
        }
    }

    /// Documents of each round.
    int documents() {
        return rounds.getFirst().size();
    }

    /// Every document there is.
    Stream<Document> all() {
        return Stream.concat(warmUp.stream(), rounds.stream().flatMap(List::stream));
    }
}

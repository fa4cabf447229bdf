package dev.talaria.pipeline.batch;

import dev.talaria.connectors.text.DocumentFormat;
import dev.talaria.connectors.text.DocumentText;
import dev.talaria.connectors.text.UnreadableDocumentException;
import dev.talaria.datasets.filter.RowFilter;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.Value;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.task.ExtractionTask;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Makes documents and tasks of rows.
final class DocumentRows {

    /// What a row asks for.
    sealed interface Request {

        /// @param document what the model is to read
        record Readable(Document document, ExtractionTask task) implements Request {}

        /// There is nothing to read, and why.
        record Refused(String errorClass, String message) implements Request {}
    }

    private static final int MOST_TASKS_KEPT = 64;

    private final BatchJob job;
    private final Optional<RowFilter> where;
    private final Optional<ExtractionTask> task;
    private final DocumentText texts = new DocumentText(DocumentText.Limits.DEFAULT);
    private final Path folder;

    // Rows that share a schema share the digest of its text.
    private final Map<String, ExtractionTask> tasks =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, ExtractionTask> eldest) {
                    return size() > MOST_TASKS_KEPT;
                }
            };

    DocumentRows(BatchJob job, RecordType type) {
        this.job = job;
        this.where = job.selection().where().map(text -> RowFilter.of(text, type));
        this.task = job.question().schema().map(text -> job.question().task(BatchJob.schema(text)));
        this.folder =
                job.selection()
                        .folder()
                        .map(Path::of)
                        .orElseGet(() -> BatchInput.folder(Path.of(job.input().path())));
    }

    /// Whether the row is to be worked on at all.
    boolean isWanted(Row row) {
        return where.isEmpty() || where.get().matches(row);
    }

    /// The document and task of the row at that place.
    Request request(Row row, long place) {
        String id =
                job.selection().id().map(column -> text(row.value(column))).orElse("row " + place);
        try {
            return new Request.Readable(new Document(id, document(row, id)), task(row, id));
        } catch (UnreadableDocumentException e) {
            return new Request.Refused(e.errorClass(), String.valueOf(e.getMessage()));
        }
    }

    private String document(Row row, String id) throws UnreadableDocumentException {
        if (job.selection().file().isPresent()) {
            return file(text(row.value(job.selection().file().get())));
        }
        String column = job.selection().text().orElseThrow();
        return switch (row.value(column)) {
            case Value.Null _ ->
                    throw new UnreadableDocumentException(
                            "NoText", "%s: column '%s' is null".formatted(id, column));
            case Value.Binary(byte[] bytes) -> texts.of(DocumentFormat.of(bytes, null), bytes, id);
            case Value value -> {
                String text = text(value);
                if (text.isBlank()) {
                    throw new UnreadableDocumentException(
                            "NoText", "%s: column '%s' has no text".formatted(id, column));
                }
                yield text;
            }
        };
    }

    private String file(String name) throws UnreadableDocumentException {
        byte[] source;
        try {
            Path file = folder.resolve(name).normalize();
            // The names come from whoever wrote the records.
            if (!file.startsWith(folder)) {
                throw new UnreadableDocumentException(
                        "UnreadableFile",
                        "%s: it does not lie in %s; name the folder that all lie in with --files"
                                .formatted(name, folder));
            }
            source = Files.readAllBytes(file);
        } catch (IOException | InvalidPathException e) {
            throw new UnreadableDocumentException(
                    "UnreadableFile",
                    "%s: it cannot be read in %s (%s); check the path, or name its folder with --files"
                            .formatted(name, folder, e.getClass().getSimpleName()),
                    e);
        }
        return texts.of(DocumentFormat.of(source, DocumentFormat.ofName(name)), source, name);
    }

    private ExtractionTask task(Row row, String id) throws UnreadableDocumentException {
        if (task.isPresent()) {
            return task.get();
        }
        String column = job.selection().schema().orElseThrow();
        Value value = row.value(column);
        if (value.isNull()) {
            throw new UnreadableDocumentException(
                    "NoSchema", "%s: column '%s' is null".formatted(id, column));
        }
        return tasks.computeIfAbsent(
                text(value), text -> job.question().task(BatchJob.schema(text)));
    }

    private static String text(Value value) {
        return switch (value) {
            case Value.Text(String text) -> text;
            case Value.Json(String text) -> text;
            case Value.Int(long number) -> Long.toString(number);
            case Value.Null _ -> "null";
            default -> value.toString();
        };
    }
}

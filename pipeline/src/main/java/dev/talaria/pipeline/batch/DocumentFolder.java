package dev.talaria.pipeline.batch;

import dev.talaria.connectors.text.DocumentFormat;
import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowGroup;
import dev.talaria.datasets.record.TextGroups;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The documents of a folder and those below it as records: path and size, in the order of their
/// paths. What they say is read when it is wanted. Hidden files are left aside.
final class DocumentFolder implements RecordSource {

    static final String PATH = "path";
    private static final String BYTES = "bytes";
    private static final int MAX_DEPTH = 16;

    private static final RecordType TYPE =
            RecordType.of(
                    Field.required(PATH, new ValueType.Text()),
                    Field.required(BYTES, ValueType.Int.INT64));

    private final Path root;
    private final List<Path> files;
    private final int rowsPerGroup;

    private DocumentFolder(Path root, List<Path> files, int rowsPerGroup) {
        this.root = root;
        this.files = files;
        this.rowsPerGroup = rowsPerGroup;
    }

    /// The documents there; a single file is a folder of one.
    static DocumentFolder at(Path path, int rowsPerGroup) throws IOException {
        return Files.isDirectory(path)
                ? new DocumentFolder(path, documents(path), rowsPerGroup)
                : new DocumentFolder(path.getParent(), List.of(path), rowsPerGroup);
    }

    /// The files in a folder whose names say a format of documents.
    static List<Path> documents(Path folder) throws IOException {
        return files(folder, file -> DocumentFormat.ofName(file.getFileName().toString()) != null);
    }

    /// The files in a folder and those below that a condition holds for, in the order of their
    /// paths.
    static List<Path> files(Path folder, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> all = Files.walk(folder, MAX_DEPTH)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !isHidden(folder.relativize(file)))
                    .filter(wanted)
                    .sorted()
                    .toList();
        }
    }

    private static boolean isHidden(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /// Where the paths begin.
    Path root() {
        return root;
    }

    List<Path> files() {
        return files;
    }

    @Override
    public String name() {
        return root.toString();
    }

    @Override
    public RecordType type() {
        return TYPE;
    }

    @Override
    public List<RowGroup> groups() {
        return TextGroups.of(files.size(), rowsPerGroup);
    }

    @Override
    public RecordCursor read(int first, int end) {
        return new Cursor(first, end);
    }

    @Override
    public void close() {}

    private final class Cursor implements RecordCursor {

        private final int end;
        private int next;

        Cursor(int firstGroup, int endGroup) {
            next = Math.min(files.size(), firstGroup * rowsPerGroup);
            end = (int) Math.min(files.size(), (long) endGroup * rowsPerGroup);
        }

        @Override
        public Row next() throws IOException {
            if (next >= end) {
                return null;
            }
            Path file = files.get(next++);
            String path = root.relativize(file).toString().replace('\\', '/');
            return Row.of(TYPE, new Value.Text(path), new Value.Int(Files.size(file)));
        }

        @Override
        public long row() {
            return next - 1L;
        }

        @Override
        public int group() {
            return (next - 1) / rowsPerGroup;
        }

        @Override
        public void close() {}
    }
}

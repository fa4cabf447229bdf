package dev.talaria.datasets.file;

import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowGroup;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Several files one after the other. Columns are those of all of them, in types that hold the
/// values of each.
final class JoinedSource implements RecordSource {

    private final String name;
    private final List<RecordSource> sources;
    private final List<String> columns;
    private @Nullable Found found;

    /// What the files tell together.
    private record Found(RecordType type, List<RowGroup> groups, List<Part> parts) {}

    /// Where a group of all is: in which file, and which of its own.
    private record Part(int source, int group) {}

    private JoinedSource(String name, List<RecordSource> sources, List<String> columns) {
        this.name = name;
        this.sources = List.copyOf(sources);
        this.columns = columns;
    }

    static RecordSource of(String name, List<RecordSource> sources, List<String> columns) {
        return new JoinedSource(name, sources, columns);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public RecordType type() throws IOException {
        return found().type();
    }

    @Override
    public List<RowGroup> groups() throws IOException {
        return found().groups();
    }

    @Override
    public RecordCursor read(int first, int end) throws IOException {
        Objects.checkFromToIndex(first, end, groups().size());
        return new Cursor(found(), first, end);
    }

    private synchronized Found found() throws IOException {
        if (found == null) {
            RecordType all = sources.getFirst().type();
            List<RowGroup> groups = new ArrayList<>();
            List<Part> parts = new ArrayList<>();
            long rows = 0;
            for (int i = 0; i < sources.size(); i++) {
                all = TypeUnion.of(all, sources.get(i).type());
                for (RowGroup group : sources.get(i).groups()) {
                    groups.add(new RowGroup(groups.size(), rows, group.rows()));
                    parts.add(new Part(i, group.index()));
                    rows += group.rows();
                }
            }
            RecordType type = columns.isEmpty() ? all : all.project(columns);
            found = new Found(type, List.copyOf(groups), List.copyOf(parts));
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        for (RecordSource source : sources) {
            source.close();
        }
    }

    private final class Cursor implements RecordCursor {

        private final Found all;
        private final int end;
        private int nextGroup;
        private int group = -1;
        private int source;
        private long row;
        private @Nullable RecordCursor current;

        Cursor(Found all, int first, int end) {
            this.all = all;
            this.nextGroup = first;
            this.end = end;
            this.row = first < end ? all.groups().get(first).firstRow() - 1 : -1;
        }

        // Groups of one file that follow each other are read by one cursor.
        @Override
        public @Nullable Row next() throws IOException {
            while (true) {
                Row next = current == null ? null : current.next();
                if (next != null && current != null) {
                    row++;
                    group = nextGroup - 1 - (last(nextGroup - 1) - current.group());
                    return wide(next);
                }
                if (nextGroup == end) {
                    return null;
                }
                advance();
            }
        }

        private int last(int index) {
            return all.parts().get(index).group();
        }

        private void advance() throws IOException {
            close();
            Part first = all.parts().get(nextGroup);
            int count = 1;
            while (nextGroup + count < end
                    && all.parts().get(nextGroup + count).source() == first.source()) {
                count++;
            }
            source = first.source();
            current = sources.get(source).read(first.group(), first.group() + count);
            nextGroup += count;
        }

        private Row wide(Row narrow) {
            if (narrow.type().equals(all.type())) {
                return narrow;
            }
            return new Row(
                    all.type(),
                    TypeUnion.widen(narrow.type().fields(), all.type().fields(), narrow.values()));
        }

        @Override
        public long row() {
            return row;
        }

        @Override
        public int group() {
            return group;
        }

        @Override
        public void close() throws IOException {
            if (current != null) {
                current.close();
                current = null;
            }
        }
    }
}

package dev.talaria.eval.schema;

import dev.talaria.schemas.catalog.SchemaBundle;
import dev.talaria.schemas.catalog.SchemaCatalog;
import dev.talaria.schemas.catalog.SchemaTexts;
import dev.talaria.schemas.validation.InvalidSchemaException;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Schemas in files that may refer to each other by name, as registered schemas do.
final class SchemaFileSet {

    private final Map<Path, String> files = new LinkedHashMap<>();
    private final SchemaTexts texts = new SchemaTexts();

    /// Reads files, and the files ending in `.json` of folders.
    ///
    /// @throws IllegalArgumentException where one is absent, is no UTF-8, or a folder has none
    static SchemaFileSet read(List<Path> paths) throws IOException {
        SchemaFileSet set = new SchemaFileSet();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                set.addFolder(path);
            } else {
                set.add(path);
            }
        }
        return set;
    }

    private void addFolder(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> schemas =
                    all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
            if (schemas.isEmpty()) {
                throw new IllegalArgumentException(
                        folder + ": holds no .json file; name a folder of schemas, or a file");
            }
            for (Path schema : schemas) {
                add(schema);
            }
        }
    }

    private void add(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(file + ": there is no such file; check the path");
        }
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            files.put(file, text);
            name(file.getFileName().toString(), text);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + ": is not UTF-8; save it as UTF-8 text", e);
        }
    }

    // A file whose name is no schema's name is one that no other can refer to.
    private void name(String file, String text) {
        if (file.endsWith(".json")) {
            try {
                texts.put(SchemaCatalog.nameOf(file), text);
            } catch (IllegalArgumentException noName) {
                return;
            }
        }
    }

    /// Every file once, in order.
    List<Path> files() {
        return new ArrayList<>(files.keySet());
    }

    /// The schema of a file, with those of the other files it refers to inside.
    ///
    /// @throws InvalidSchemaException where it is no schema, or refers to what is in none of them
    String text(Path file) {
        String text = files.get(file);
        return files.size() == 1 ? text : SchemaBundle.of(text, texts);
    }
}

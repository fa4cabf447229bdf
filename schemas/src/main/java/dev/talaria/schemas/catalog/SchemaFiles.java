package dev.talaria.schemas.catalog;

import dev.talaria.schemas.task.SchemaReference;
import dev.talaria.schemas.validation.InvalidSchemaException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Fills a catalog from files: `id@version.json`, or `id.schema.json` and `id.json` for version 1.
final class SchemaFiles {

    private static final long MAX_BYTES = 16L << 20;

    private final SchemaTexts texts = new SchemaTexts();
    private final Map<SchemaReference, String> places = new TreeMap<>();

    private SchemaFiles() {}

    static SchemaCatalog fromFolder(Path folder) {
        SchemaFiles files = new SchemaFiles();
        for (Path file : jsonFiles(folder)) {
            try {
                if (Files.size(file) > MAX_BYTES) {
                    throw new InvalidSchemaException(
                            file + ": more than " + MAX_BYTES + " bytes; not read");
                }
                files.add(file.toString(), nameOf(file), Files.readAllBytes(file));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file, e);
            }
        }
        return files.catalog();
    }

    private static List<Path> jsonFiles(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> nameOf(file).endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the schemas in " + folder, e);
        }
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString();
    }

    static SchemaCatalog fromClassPath(ClassLoader loader, Collection<String> resources) {
        SchemaFiles files = new SchemaFiles();
        for (String resource : resources) {
            try (InputStream in = loader.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IllegalArgumentException(
                            "schema resource '" + resource + "' is not on the class path");
                }
                String name = resource.substring(resource.lastIndexOf('/') + 1);
                files.add(resource, name, in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read resource " + resource, e);
            }
        }
        return files.catalog();
    }

    private void add(String place, String name, byte[] text) {
        try {
            SchemaReference reference = reference(name);
            if (places.putIfAbsent(reference, place) != null) {
                throw new IllegalArgumentException(reference + " is there already; rename a file");
            }
            texts.put(reference, decode(text));
        } catch (InvalidSchemaException e) {
            throw new InvalidSchemaException(place + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
        }
    }

    // Once all are read: they may refer to each other.
    private SchemaCatalog catalog() {
        SchemaCatalog catalog = new SchemaCatalog();
        places.forEach((reference, place) -> {
            try {
                catalog.register(reference, texts.find(reference).orElseThrow(), texts);
            } catch (InvalidSchemaException e) {
                throw new InvalidSchemaException(place + ": " + e.getMessage(), e);
            }
        });
        return catalog;
    }

    static SchemaReference reference(String file) {
        String bare = file.substring(0, file.length() - ".json".length());
        if (bare.contains("@")) {
            return SchemaReference.parse(bare);
        }
        boolean marked = bare.endsWith(".schema");
        return new SchemaReference(
                marked ? bare.substring(0, bare.length() - ".schema".length()) : bare, 1);
    }

    private static String decode(byte[] text) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidSchemaException("not UTF-8; save it so", e);
        }
    }
}

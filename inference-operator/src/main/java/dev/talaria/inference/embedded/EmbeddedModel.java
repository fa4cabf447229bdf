package dev.talaria.inference.embedded;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The miniature model that comes along as a resource: for trying things out and for tests.
///
/// It is copied once to a cache folder, so that it can be mapped like any model file.
public final class EmbeddedModel {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedModel.class);

    private static final String RESOURCE = "talaria-mini-Q8_0.gguf";

    private EmbeddedModel() {}

    /// The model's file in the [CacheFolder]; below the folder for temporary files where that
    /// cannot be written.
    ///
    /// @throws IOException where neither can be written
    public static Path file() throws IOException {
        Path cache = CacheFolder.path();
        try {
            return fileIn(cache);
        } catch (IOException e) {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"), "talaria-cache");
            LOG.warn("{} cannot be written ({}); using {}", cache, e.toString(), temporary);
            return fileIn(temporary);
        }
    }

    /// The model's file in that folder: there already and whole, or written now. Several processes
    /// may do so at once.
    ///
    /// @throws IOException where the folder cannot be written
    public static Path fileIn(Path folder) throws IOException {
        String digest = resourceDigest();
        Path file = folder.resolve("talaria-mini-" + digest.substring(0, 16) + ".gguf");
        if (Files.isRegularFile(file) && FileDigest.sha256(file).equals(digest)) {
            return file;
        }
        Files.createDirectories(folder);
        Path partial = Files.createTempFile(folder, "talaria-mini", ".part");
        try {
            try (InputStream resource = resource()) {
                Files.copy(resource, partial, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
        return file;
    }

    private static String resourceDigest() throws IOException {
        try (InputStream resource = resource()) {
            return FileDigest.sha256(resource);
        }
    }

    private static InputStream resource() throws IOException {
        InputStream resource = EmbeddedModel.class.getResourceAsStream(RESOURCE);
        if (resource == null) {
            throw new IOException("the class path lacks " + RESOURCE + "; build the project again");
        }
        return resource;
    }
}

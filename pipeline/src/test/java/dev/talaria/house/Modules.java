package dev.talaria.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The modules of this build, by their folders.
final class Modules {

    // A module may have one within it.
    private static final int DEPTH = 2;

    private Modules() {}

    /// Folders with a `pom.xml` below the root, in the order of their names.
    static List<Path> under(Path root) throws IOException {
        try (Stream<Path> files =
                Files.find(root, DEPTH + 1, (file, _) -> file.endsWith("pom.xml"))) {
            return files.map(Path::getParent)
                    .filter(folder -> !folder.equals(root))
                    .sorted()
                    .toList();
        }
    }
}

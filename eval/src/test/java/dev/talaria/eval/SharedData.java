package dev.talaria.eval;

import org.junit.jupiter.api.Assumptions;

import java.nio.file.Files;
import java.nio.file.Path;

/// Public data that lies beside the project; without it a test is skipped.
public final class SharedData {

    private SharedData() {}

    /// The file of that path.
    public static Path file(String path) {
        Path root = Path.of(System.getProperty("talaria.root", ".."));
        Path file = root.resolve("../shared").resolve(path).normalize();
        Assumptions.assumeTrue(Files.exists(file), "skipped: there is no " + file);
        return file;
    }
}

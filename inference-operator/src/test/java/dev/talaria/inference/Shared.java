package dev.talaria.inference;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// Test material that lies beside the project and not in it.
public final class Shared {

    private Shared() {}

    /// The path of shared test material; the test is skipped, saying so, where it is absent.
    public static Path require(String path) {
        Path root = Path.of(System.getProperty("talaria.root", ".."));
        Path material = root.resolve("../shared").resolve(path).normalize();
        assumeTrue(Files.exists(material), () -> "skipped: there is no " + material);
        return material;
    }
}

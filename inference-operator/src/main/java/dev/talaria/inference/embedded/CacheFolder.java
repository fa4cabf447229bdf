package dev.talaria.inference.embedded;

import java.nio.file.Path;
import java.util.Optional;

/// Where Talaria keeps what it can make or fetch again.
public final class CacheFolder {

    private CacheFolder() {}

    /// `talaria` below `XDG_CACHE_HOME`, or below `~/.cache`. It may not exist yet.
    public static Path path() {
        return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(home -> !home.isBlank())
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("talaria");
    }
}

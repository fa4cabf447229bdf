package dev.talaria.inference.embedded;

import java.nio.file.Path;
import java.util.Locale;

/// Whether a model's weights fit the memory there is; asked before any of it is taken, because
/// weights lie outside the heap, where no limit of Java's ends a process but the system's own.
final class WeightBudget {

    private WeightBudget() {}

    /// @param weightBytes what the weights take in memory
    /// @param kvBytes the least the key-value cache must have
    /// @throws IllegalArgumentException where they do not fit the memory that is free
    static void require(Path model, long weightBytes, long kvBytes) {
        require(model, weightBytes, kvBytes, FreeMemory.bytes());
    }

    /// As above, with so many bytes free.
    static void require(Path model, long weightBytes, long kvBytes, long freeBytes) {
        if (weightBytes > freeBytes || kvBytes > freeBytes - weightBytes) {
            throw new IllegalArgumentException(
                    ("%s: needs %s of memory for its weights and at least %s for keys and values,"
                                    + " but %s are free; free some, give the container or machine"
                                    + " more, or write the model in a smaller type with 'talaria"
                                    + " model quantize'")
                            .formatted(model, text(weightBytes), text(kvBytes), text(freeBytes)));
        }
    }

    /// Bytes for people.
    static String text(long bytes) {
        boolean isLarge = bytes >= 1L << 30;
        double unit = isLarge ? 1L << 30 : 1L << 20;
        return String.format(Locale.ROOT, "%.1f %s", bytes / unit, isLarge ? "GiB" : "MiB");
    }
}

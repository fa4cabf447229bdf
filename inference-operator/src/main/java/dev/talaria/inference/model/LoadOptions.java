package dev.talaria.inference.model;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/// How weights are brought into memory; none of it changes them.
///
/// @param repackCache the folder where repacked weights are kept for the next start; empty to
///   repack at every start
/// @param progress hears how far it has come
public record LoadOptions(Optional<Path> repackCache, Progress progress) {

    /// Repacking at every start, silently.
    public static final LoadOptions DEFAULT =
            new LoadOptions(Optional.empty(), (bytes, ofBytes) -> {});

    /// Hears how far the loading has come.
    @FunctionalInterface
    public interface Progress {

        /// Called on the loading thread, after every matrix.
        ///
        /// @param bytes of memory that are filled, or mapped and checked; never fewer than before,
        ///   but where a file of repacked weights proves damaged half-way
        void loaded(long bytes, long ofBytes);
    }

    public LoadOptions {
        requireNonNull(repackCache, "repackCache");
        requireNonNull(progress, "progress");
    }
}

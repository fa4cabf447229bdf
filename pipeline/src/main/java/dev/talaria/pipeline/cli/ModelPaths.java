package dev.talaria.pipeline.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/// Files named on the command line.
final class ModelPaths {

    private ModelPaths() {}

    /// The path, if it is a file that can be read.
    ///
    /// @throws CommandException where it is not
    static Path existing(Path path) {
        if (!Files.exists(path)) {
            throw new CommandException(path + ": there is no such file; check the path");
        }
        if (Files.isDirectory(path)) {
            throw new CommandException(path + ": is a folder; name a file in it");
        }
        if (!Files.isReadable(path)) {
            throw new CommandException(path + ": cannot be read; check its permissions");
        }
        return path;
    }
}

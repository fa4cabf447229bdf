package dev.talaria.pipeline.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files named on the command line.
final class ModelPaths {

    private ModelPaths() {}

    /// The path, if it is a file that can be read.
    ///
    /// @throws CommandException where it is not
    static Path existing(Path path) {
        if (Files.isDirectory(path) && !path.toString().isEmpty()) {
            throw new CommandException(path + ": is a folder; name a file in it");
        }
        return readable(path);
    }

    /// The path, if it is a file or a folder that can be read.
    ///
    /// @throws CommandException where it is not
    static Path readable(Path path) {
        if (path.toString().isEmpty()) {
            throw new CommandException("a path is empty; name a file");
        }
        if (!Files.exists(path)) {
            throw new CommandException(path + ": there is no such file; check the path");
        }
        if (!Files.isReadable(path)) {
            throw new CommandException(path + ": cannot be read; check its permissions");
        }
        return path;
    }

    /// The text of a file, which is UTF-8.
    ///
    /// @throws CommandException where it is not
    static String text(Path path) throws IOException {
        try {
            return Files.readString(existing(path));
        } catch (CharacterCodingException e) {
            throw new CommandException(path + ": is not UTF-8; save it as UTF-8", e);
        }
    }

    /// The path, if a file can be put there.
    ///
    /// @throws CommandException where it cannot
    static Path creatable(Path path) {
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new CommandException(folder + ": there is no such folder; create it first");
        }
        if (Files.isDirectory(path)) {
            throw new CommandException(path + ": is a folder; name a file in it");
        }
        // The finished file is moved there, which a device would not survive.
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new CommandException(path + ": is not a regular file; name one");
        }
        return path;
    }
}

package dev.talaria.pipeline.app;

import dev.talaria.pipeline.config.PipelineConfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/// What an instance is called by its group: made up once and kept beside its state, since whoever
/// has the state is the instance.
final class InstanceId {

    private InstanceId() {}

    /// The name kept in the configured state folder; made where there is none.
    ///
    /// @throws StartException where the folder cannot be written
    static String keptIn(PipelineConfig config) {
        Path file = config.stateDir().resolve(config.applicationId() + ".instance");
        try {
            String id = Files.readString(file).strip();
            // Nothing in it: the disk was full when it was written.
            return id.isEmpty() ? create(config, file) : id;
        } catch (NoSuchFileException e) {
            return create(config, file);
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static String create(PipelineConfig config, Path file) {
        String id = config.applicationId() + "-" + UUID.randomUUID();
        try {
            Files.createDirectories(config.stateDir());
            // Whole or not at all: a process may be killed here, and the disk may be full.
            Path whole = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(
                    whole,
                    id,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SYNC);
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
            return id;
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static StartException unusable(Path file, IOException reason) {
        return new StartException(
                "state.dir: %s cannot be used (%s); choose a folder this user may write"
                        .formatted(file, reason),
                reason);
    }
}

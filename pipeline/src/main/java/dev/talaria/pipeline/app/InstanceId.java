package dev.talaria.pipeline.app;

import dev.talaria.pipeline.config.PipelineConfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
            return Files.readString(file).strip();
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
            Files.writeString(file, id);
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

package dev.talaria.pipeline.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything that can be said of settings without a broker: what keeps a pipeline from starting,
/// and what is probably not meant.
///
/// @param errors with any of them nothing starts
/// @param warnings with these it does
public record ConfigCheck(List<Problem> errors, List<Problem> warnings) {

    public ConfigCheck {
        errors = List.copyOf(errors);
        warnings = List.copyOf(warnings);
    }

    /// Looks at settings as [PipelineConfig#load] would take them, and at the files they name.
    public static ConfigCheck of(Path file, Map<String, String> environment) {
        Settings settings;
        try {
            settings = PipelineConfig.settings(Optional.of(file), environment, Map.of());
        } catch (ConfigException e) {
            return new ConfigCheck(e.problems(), List.of());
        }
        List<Problem> errors = new ArrayList<>();
        try {
            PipelineConfig.of(settings);
        } catch (ConfigException e) {
            errors.addAll(e.problems());
        }
        Map<String, String> kafka = settings.kafka();
        errors.addAll(missingFiles(settings, kafka));
        List<Problem> warnings = new ArrayList<>();
        KafkaSettings.unknown(kafka.keySet())
                .forEach((name, finding) ->
                        warnings.add(
                                new Problem(
                                        settings.place(ConfigKeys.KAFKA + name),
                                        finding
                                                + "; correct it, or leave it to a plugin of"
                                                + " yours")));
        return new ConfigCheck(errors, warnings);
    }

    private static List<Problem> missingFiles(Settings settings, Map<String, String> kafka) {
        List<Problem> missing = new ArrayList<>();
        settings.find(ConfigKeys.INFERENCE_MODEL)
                .ifPresent(path ->
                        readable(settings.place(ConfigKeys.INFERENCE_MODEL.name()), path)
                                .ifPresent(missing::add));
        kafka.forEach((name, path) -> {
            if (name.endsWith("store.location")) {
                readable(settings.place(ConfigKeys.KAFKA + name), path).ifPresent(missing::add);
            }
        });
        settings.find(ConfigKeys.STATE_DIR)
                .filter(path -> Files.exists(Path.of(path)) && !Files.isDirectory(Path.of(path)))
                .ifPresent(path ->
                        missing.add(
                                new Problem(
                                        settings.place(ConfigKeys.STATE_DIR.name()),
                                        "'" + path + "' is no folder; name one")));
        return missing;
    }

    private static Optional<Problem> readable(String place, String path) {
        if (!Files.exists(Path.of(path))) {
            return Optional.of(
                    new Problem(
                            place,
                            "there is no file '" + path + "' on this machine; check the path"));
        }
        return Files.isReadable(Path.of(path))
                ? Optional.empty()
                : Optional.of(
                        new Problem(place, "'" + path + "' cannot be read; check its rights"));
    }
}

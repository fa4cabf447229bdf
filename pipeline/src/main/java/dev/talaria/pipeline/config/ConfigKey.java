package dev.talaria.pipeline.config;

import java.util.Locale;
import java.util.Optional;

/// One setting.
///
/// @param name as it stands in a file
/// @param type what its text means
/// @param fallback the text where none is given; empty where the setting is then unset
/// @param text one sentence for people
record ConfigKey<T>(String name, ConfigType<T> type, Optional<String> fallback, String text) {

    /// The environment variable that overrides it: `TALARIA_` and the name in capitals, `_` for
    /// `.`.
    String environmentName() {
        return environmentName(name);
    }

    static String environmentName(String name) {
        return "TALARIA_" + name.toUpperCase(Locale.ROOT).replace('.', '_');
    }
}

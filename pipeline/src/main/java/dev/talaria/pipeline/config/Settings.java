package dev.talaria.pipeline.config;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Settings as they were written, each with its place; every name is known.
final class Settings {

    /// @param value as written
    /// @param place for messages
    record Setting(String value, String place) {}

    private static final Set<String> OTHERS =
            Set.of("TALARIA_JAVA_HOME", "TALARIA_OPTS", "TALARIA_LOG");
    private static final Map<String, ConfigKey<?>> KNOWN = new TreeMap<>();

    static {
        ConfigKeys.all().forEach(key -> KNOWN.put(key.name(), key));
    }

    private final Map<String, Setting> settings = new LinkedHashMap<>();

    /// Takes a setting over, in place of an earlier one of the same name.
    ///
    /// @throws ConfigException where there is no such setting
    void put(String name, String value, String source) {
        if (!KNOWN.containsKey(name) && !name.startsWith(ConfigKeys.KAFKA)) {
            throw new ConfigException(
                    "%s: unknown setting '%s'%s (./talaria config lists all)"
                            .formatted(source, name, nearest(name, KNOWN.keySet())));
        }
        settings.put(name, new Setting(value, source + ": " + name));
    }

    /// Takes over every `TALARIA_…` variable of the environment but those that the launcher and the
    /// log read.
    void putEnvironment(Map<String, String> environment) {
        Map<String, String> names = new TreeMap<>();
        KNOWN.values().forEach(key -> names.put(key.environmentName(), key.name()));
        String kafka = ConfigKey.environmentName(ConfigKeys.KAFKA);
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            String variableName = variable.getKey();
            String place = "environment variable " + variableName;
            if (!variableName.startsWith("TALARIA_") || isNoSetting(variableName)) {
                continue;
            }
            if (names.containsKey(variableName)) {
                put(names.get(variableName), variable.getValue(), place);
            } else if (variableName.startsWith(kafka)) {
                String rest = variableName.substring(kafka.length());
                String name = rest.toLowerCase(Locale.ROOT).replace('_', '.');
                put(ConfigKeys.KAFKA + name, variable.getValue(), place);
            } else {
                throw new ConfigException(
                        "%s: there is no such setting%s (./talaria config lists all)"
                                .formatted(place, nearest(variableName, names.keySet())));
            }
        }
    }

    /// The value of a key, its default, or nothing.
    ///
    /// @throws ConfigException where the text is not of the key's type
    <T> Optional<T> find(ConfigKey<T> key) {
        Setting setting = settings.get(key.name());
        if (setting == null) {
            return key.fallback().map(key.type().parser());
        }
        try {
            return Optional.of(key.type().parser().apply(setting.value()));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "%s: '%s' is not %s; write %s"
                            .formatted(
                                    setting.place(),
                                    setting.value(),
                                    key.type().name(),
                                    key.fallback()
                                            .map(text -> "one, such as " + text)
                                            .orElse("one")),
                    e);
        }
    }

    /// The value of a key that has a default.
    <T> T value(ConfigKey<T> key) {
        return find(key).orElseThrow();
    }

    /// Where a key's value comes from.
    String place(ConfigKey<?> key) {
        Setting setting = settings.get(key.name());
        return setting == null ? "default: " + key.name() : setting.place();
    }

    /// What goes to the Kafka clients, without its prefix.
    Map<String, String> kafka() {
        Map<String, String> client = new TreeMap<>();
        settings.forEach((name, setting) -> {
            if (name.startsWith(ConfigKeys.KAFKA)) {
                client.put(name.substring(ConfigKeys.KAFKA.length()), setting.value());
            }
        });
        return client;
    }

    private static boolean isNoSetting(String variable) {
        return OTHERS.contains(variable);
    }

    // A name of which half would have to change is no slip of the pen.
    private static String nearest(String name, Iterable<String> known) {
        Map<String, Integer> distances = new LinkedHashMap<>();
        known.forEach(candidate -> distances.put(candidate, distance(name, candidate)));
        Map.Entry<String, Integer> nearest =
                distances.entrySet().stream()
                        .min(Comparator.comparingInt(Map.Entry::getValue))
                        .orElseThrow();
        return 2 * nearest.getValue() > nearest.getKey().length()
                ? ""
                : "; did you mean '" + nearest.getKey() + "'?";
    }

    /// Levenshtein's: how many letters to insert, delete or replace.
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}

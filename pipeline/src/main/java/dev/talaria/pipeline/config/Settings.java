package dev.talaria.pipeline.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Settings as they were written, each with its place, and what is wrong with them.
final class Settings {

    /// @param written as it stands there
    /// @param source the file with its line, or the variable
    /// @param place for messages: the source, and the name where that does not say it
    private record Setting(String written, String source, String place) {}

    private static final Set<String> OTHERS =
            Set.of("TALARIA_JAVA_HOME", "TALARIA_OPTS", "TALARIA_LOG");
    private static final String JAAS = "sasl.jaas.config";
    private static final Map<String, ConfigKey<?>> KNOWN = new TreeMap<>();

    static {
        ConfigKeys.all().forEach(key -> KNOWN.put(key.name(), key));
    }

    private final Map<String, Setting> settings = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    /// Takes a setting over, in place of an earlier one from elsewhere; an unknown name, or one
    /// that a file has twice, is a problem.
    ///
    /// @param source the file, with its line where known
    void put(String name, String value, String source) {
        if (!KNOWN.containsKey(name) && !name.startsWith(ConfigKeys.KAFKA)) {
            report(
                    new Problem(
                            source,
                            "unknown setting '%s'%s (talaria config lists all)"
                                    .formatted(name, NearestName.question(name, KNOWN.keySet()))));
            return;
        }
        Setting before = settings.put(name, new Setting(value, source, source + ": " + name));
        if (before != null) {
            report(
                    new Problem(
                            source + ": " + name,
                            "it is set before, at " + before.source() + "; remove one of them"));
        }
    }

    /// Takes a setting over in place of an earlier one.
    void override(String name, String value, String place) {
        settings.put(name, new Setting(value, place, place));
    }

    /// Takes over every `TALARIA_…` variable of the environment but those that the launcher and the
    /// log read; an unknown one is a problem.
    void putEnvironment(Map<String, String> environment) {
        Map<String, String> names = new TreeMap<>();
        KNOWN.values().forEach(key -> names.put(key.environmentName(), key.name()));
        String kafka = ConfigKey.environmentName(ConfigKeys.KAFKA);
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            String variableName = variable.getKey();
            String place = "environment variable " + variableName;
            if (!variableName.startsWith("TALARIA_") || OTHERS.contains(variableName)) {
                continue;
            }
            if (names.containsKey(variableName)) {
                override(names.get(variableName), variable.getValue(), place);
            } else if (variableName.startsWith(kafka)) {
                String rest = variableName.substring(kafka.length());
                String name = rest.toLowerCase(Locale.ROOT).replace('_', '.');
                override(ConfigKeys.KAFKA + name, variable.getValue(), place);
            } else {
                report(
                        new Problem(
                                place,
                                "there is no such setting%s (talaria config lists all)"
                                        .formatted(
                                                NearestName.question(
                                                        variableName, names.keySet()))));
            }
        }
    }

    /// Notes that something is wrong.
    void report(Problem problem) {
        problems.add(problem);
    }

    /// Everything that is wrong so far.
    List<Problem> problems() {
        return List.copyOf(problems);
    }

    /// The value of a key, its default, or nothing. A text that is not of the key's type is a
    /// problem, and as if it were not there.
    <T> Optional<T> find(ConfigKey<T> key) {
        Optional<T> fallback = key.fallback().map(key.type().parser());
        Setting setting = settings.get(key.name());
        if (setting == null) {
            return fallback;
        }
        Optional<String> text = text(key.name(), setting);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            return text.map(key.type().parser());
        } catch (IllegalArgumentException e) {
            report(new Problem(setting.place(), notOfType(key, setting)));
            return fallback;
        }
    }

    private static String notOfType(ConfigKey<?> key, Setting setting) {
        return "'%s' is not %s; write %s"
                .formatted(
                        setting.written(),
                        key.type().name(),
                        key.fallback().map(text -> "one, such as " + text).orElse("one"));
    }

    /// The value of a key that has a default.
    <T> T value(ConfigKey<T> key) {
        return find(key).orElseThrow();
    }

    /// A value made of others; what the maker refuses is a problem at that place, and the value
    /// then null.
    ///
    /// @param remedy what to do about it
    <T> T part(String place, String remedy, Function<Settings, T> maker) {
        try {
            return maker.apply(this);
        } catch (IllegalArgumentException | ArithmeticException e) {
            report(new Problem(place, e.getMessage() + remedy));
            return null;
        }
    }

    /// Whether the setting was given, here or in the environment.
    boolean isSet(ConfigKey<?> key) {
        return settings.containsKey(key.name());
    }

    /// Where a setting comes from, for messages.
    String place(String name) {
        Setting setting = settings.get(name);
        return setting == null ? name : setting.place();
    }

    /// What goes to the Kafka clients, without its prefix.
    Map<String, String> kafka() {
        Map<String, String> client = new TreeMap<>();
        settings.forEach((name, setting) -> {
            if (name.startsWith(ConfigKeys.KAFKA)) {
                text(name, setting)
                        .ifPresent(text ->
                                client.put(name.substring(ConfigKeys.KAFKA.length()), text));
            }
        });
        return client;
    }

    // Who names providers of Kafka's means them by ${…}.
    private Optional<String> text(String name, Setting setting) {
        boolean isKafkas =
                name.startsWith(ConfigKeys.KAFKA)
                        && settings.containsKey(ConfigKeys.KAFKA + "config.providers");
        if (isKafkas) {
            return Optional.of(setting.written());
        }
        UnaryOperator<String> quoted =
                name.endsWith(JAAS) ? Settings::insideQuotes : UnaryOperator.identity();
        try {
            return Optional.of(FileReferences.resolve(setting.written(), quoted));
        } catch (IllegalArgumentException e) {
            Problem problem = new Problem(setting.place(), e.getMessage());
            if (!problems.contains(problem)) {
                report(problem);
            }
            return Optional.empty();
        }
    }

    private static String insideQuotes(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}

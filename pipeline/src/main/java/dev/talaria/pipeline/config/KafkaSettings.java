package dev.talaria.pipeline.config;

import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.streams.StreamsConfig;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is passed on to the Kafka clients, looked at before any of them is made.
final class KafkaSettings {

    private static final List<String> PREFIXES =
            List.of(
                    "main.consumer.",
                    "restore.consumer.",
                    "global.consumer.",
                    "consumer.",
                    "producer.",
                    "admin.");
    private static final String OF_TOPICS = "topic.";

    /// Talaria decides these itself.
    private static final List<String> RESERVED =
            List.of(
                    "application.id",
                    "group.instance.id",
                    "processing.guarantee",
                    "state.dir",
                    "num.stream.threads",
                    "key.serializer",
                    "value.serializer",
                    "key.deserializer",
                    "value.deserializer");

    private static final Pattern SECRET =
            Pattern.compile(
                    ".*(password|secret|jaas|credential|token|private\\.key|keystore\\.key).*",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern SECRET_IN_JAAS =
            Pattern.compile(
                    "(?:password|secret|token)\\w*\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s;\"]+))",
                    Pattern.CASE_INSENSITIVE);

    // A provider's, known at run time.
    private static final String REFERENCE = "${";

    // Of these Kafka knows the names only at run time.
    private static final Set<String> OPEN = Set.of("config.providers", "metric.reporters");

    private static final List<ConfigDef> DEFINITIONS =
            List.of(
                    AdminClientConfig.configDef(),
                    ProducerConfig.configDef(),
                    ConsumerConfig.configDef(),
                    StreamsConfig.configDef());

    private KafkaSettings() {}

    /// Reports what Talaria decides itself and what Kafka would refuse.
    static void check(Settings settings, Map<String, String> kafka) {
        for (String name : RESERVED) {
            if (kafka.containsKey(name)) {
                report(settings, name, "Talaria sets it itself; remove it");
            }
        }
        refused(kafka).forEach((name, finding) -> report(settings, name, finding));
    }

    private static void report(Settings settings, String name, String finding) {
        settings.report(new Problem(settings.place(ConfigKeys.KAFKA + name), finding));
    }

    // Settings for one client are no others' even where their names are the same.
    private static Map<String, String> refused(Map<String, String> kafka) {
        Map<String, Map<String, String>> byPrefix = new TreeMap<>();
        kafka.forEach((name, value) -> {
            if (!value.contains(REFERENCE)) {
                String prefix = name.substring(0, name.length() - plain(name).length());
                byPrefix.computeIfAbsent(prefix, _ -> new TreeMap<>()).put(plain(name), value);
            }
        });
        Map<String, String> refused = new TreeMap<>();
        byPrefix.forEach((prefix, values) -> {
            for (ConfigDef definition : DEFINITIONS) {
                for (ConfigValue value : validated(definition, values)) {
                    if (values.containsKey(value.name()) && !value.errorMessages().isEmpty()) {
                        refused.put(prefix + value.name(), finding(value));
                    }
                }
            }
        });
        return refused;
    }

    private static List<ConfigValue> validated(ConfigDef definition, Map<String, String> values) {
        try {
            return definition.validate(values);
        } catch (ConfigException e) {
            return List.of();
        }
    }

    private static String finding(ConfigValue value) {
        return isSecret(value.name())
                ? "Kafka does not accept the value; correct it"
                : value.errorMessages().getFirst() + "; correct it";
    }

    /// Names that no client knows, each with what was perhaps meant. Plugins may read names of
    /// their own, so this is no error.
    static Map<String, String> unknown(Set<String> names) {
        Set<String> known = new TreeSet<>();
        DEFINITIONS.forEach(definition -> known.addAll(definition.names()));
        Map<String, String> unknown = new TreeMap<>();
        for (String name : names) {
            String plain = plain(name);
            boolean isOpen =
                    name.startsWith(OF_TOPICS) || OPEN.stream().anyMatch(plain::startsWith);
            if (!known.contains(plain) && !isOpen) {
                unknown.put(
                        name,
                        "no Kafka client knows this setting" + NearestName.question(plain, known));
            }
        }
        return unknown;
    }

    /// The name without the client it is for.
    private static String plain(String name) {
        for (String prefix : PREFIXES) {
            if (name.startsWith(prefix)) {
                return name.substring(prefix.length());
            }
        }
        return name;
    }

    /// Whether the value of a setting is nobody's to read.
    static boolean isSecret(String name) {
        return SECRET.matcher(name).matches();
    }

    /// The texts in these settings that are nobody's to read.
    static Set<String> secrets(Map<String, String> kafka) {
        Set<String> secrets = new TreeSet<>();
        kafka.forEach((name, value) -> {
            if (name.contains("jaas")) {
                Matcher secret = SECRET_IN_JAAS.matcher(value);
                while (secret.find()) {
                    secrets.add(secret.group(1) == null ? secret.group(2) : secret.group(1));
                }
            } else if (isSecret(name)) {
                secrets.add(value);
            }
        });
        secrets.removeIf(String::isBlank);
        return secrets;
    }
}

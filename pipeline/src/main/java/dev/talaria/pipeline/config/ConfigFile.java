package dev.talaria.pipeline.config;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// Reads a settings file: YAML, nested or with dotted names, or Java properties, both UTF-8.
final class ConfigFile {

    private static final YAMLMapper YAML =
            new YAMLMapper(
                    YAMLFactory.builder()
                            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                            .build());

    private ConfigFile() {}

    /// Hands every setting of the file over, name and value.
    ///
    /// @throws ConfigException where the file cannot be read
    static void read(Path file, BiConsumer<String, String> settings) {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        String text = text(file);
        if (name.endsWith(".properties")) {
            readProperties(file, text, settings);
        } else if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            readYaml(file, text, settings);
        } else {
            throw new ConfigException(
                    file + ": neither YAML nor properties; name it .yaml, .yml or .properties");
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": there is no such file; check the path", e);
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + ": it is not UTF-8; save it as UTF-8", e);
        } catch (IOException e) {
            throw new ConfigException(
                    file + ": it cannot be read (" + e + "); check the path and its rights", e);
        }
    }

    private static void readProperties(
            Path file, String text, BiConsumer<String, String> settings) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException(
                    file + ": " + e.getMessage() + "; write name = value, one a line", e);
        }
        for (String name : new TreeSet<>(properties.stringPropertyNames())) {
            settings.accept(name, properties.getProperty(name));
        }
    }

    private static void readYaml(Path file, String text, BiConsumer<String, String> settings) {
        JsonNode root;
        try {
            root = YAML.readTree(text);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            throw new ConfigException(
                    "%s%s: %s; write name: value, one a line"
                            .formatted(
                                    file,
                                    at == null ? "" : " line " + at.getLineNr(),
                                    e.getOriginalMessage().lines().findFirst().orElse("not YAML")),
                    e);
        }
        if (root.isMissingNode() || root.isNull()) {
            return;
        }
        if (!root.isObject()) {
            throw new ConfigException(file + ": it is not a map; write name: value, one a line");
        }
        flatten(file, "", root, settings);
    }

    private static void flatten(
            Path file, String prefix, JsonNode node, BiConsumer<String, String> settings) {
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            String name = prefix + property.getKey();
            JsonNode value = property.getValue();
            if (value.isObject()) {
                flatten(file, name + ".", value, settings);
            } else if (value.isNull()) {
                throw new ConfigException(
                        file + ": " + name + ": it has no value; give one or remove the line");
            } else {
                settings.accept(name, scalars(value));
            }
        }
    }

    // A list stands for what Kafka writes with commas.
    private static String scalars(JsonNode value) {
        if (!value.isArray()) {
            return value.asString();
        }
        return StreamSupport.stream(value.spliterator(), false)
                .map(JsonNode::asString)
                .collect(Collectors.joining(","));
    }
}

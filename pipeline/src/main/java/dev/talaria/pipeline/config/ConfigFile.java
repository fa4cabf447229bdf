package dev.talaria.pipeline.config;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;

/// Reads a settings file: YAML, nested or with dotted names, or Java properties, both UTF-8.
final class ConfigFile {

    private static final YAMLMapper YAML =
            new YAMLMapper(
                    YAMLFactory.builder()
                            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                            .build());

    private final Path file;
    private final Settings settings;

    private ConfigFile(Path file, Settings settings) {
        this.file = file;
        this.settings = settings;
    }

    /// Puts every setting of the file in; one that cannot be is a problem there.
    ///
    /// @throws ConfigException where the file cannot be read to its end
    static void read(Path file, Settings settings) {
        new ConfigFile(file, settings).read();
    }

    private void read() {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        String text = text();
        if (name.endsWith(".properties")) {
            readProperties(text);
        } else if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            readYaml(text);
        } else {
            throw problem("neither YAML nor properties; name it .yaml, .yml or .properties", null);
        }
    }

    private String text() {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw problem("there is no such file; check the path", e);
        } catch (CharacterCodingException e) {
            throw problem("it is not UTF-8; save it as UTF-8", e);
        } catch (IOException e) {
            throw problem("it cannot be read (" + e + "); check the path and its rights", e);
        }
    }

    private void readProperties(String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            throw problem(e.getMessage() + "; write name = value, one a line", e);
        }
        for (String name : new TreeSet<>(properties.stringPropertyNames())) {
            settings.put(name, properties.getProperty(name), file.toString());
        }
    }

    private void readYaml(String text) {
        try (JsonParser parser = YAML.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return;
            }
            if (first != JsonToken.START_OBJECT) {
                throw problem("it is not a map; write name: value, one a line", null);
            }
            readMap("", parser, text);
            if (parser.nextToken() != null) {
                throw problem("it has a second document after '---'; write one", null);
            }
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            String place = at == null ? file.toString() : place(at);
            String finding = e.getOriginalMessage().lines().findFirst().orElse("not YAML");
            throw new ConfigException(
                    new Problem(place, finding + "; write name: value, one a line"), e);
        }
    }

    private void readMap(String prefix, JsonParser parser, String text) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = prefix + parser.currentName();
            String place = place(parser.currentTokenLocation());
            switch (parser.nextToken()) {
                case START_OBJECT -> readMap(name + ".", parser, text);
                case START_ARRAY -> settings.put(name, list(name, place, parser), place);
                case VALUE_NULL -> reportNothing(name, place);
                default -> {
                    if (isNothing(parser, text)) {
                        reportNothing(name, place);
                    } else {
                        settings.put(name, parser.getString(), place);
                    }
                }
            }
        }
    }

    // Only quotes make an empty text of nothing.
    private static boolean isNothing(JsonParser parser, String text) {
        int at = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
        boolean quoted = at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'');
        return parser.getString().isEmpty() && !quoted;
    }

    private void reportNothing(String name, String place) {
        settings.report(
                new Problem(place + ": " + name, "it has no value; give one or remove the line"));
    }

    // A list stands for what Kafka writes with commas.
    private String list(String name, String place, JsonParser parser) {
        List<String> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            if (!token.isScalarValue() || token == JsonToken.VALUE_NULL) {
                settings.report(
                        new Problem(
                                place + ": " + name,
                                "a list of more than plain values; write them with commas"));
                parser.skipChildren();
            } else {
                items.add(parser.getString());
            }
        }
        return String.join(",", items);
    }

    private String place(TokenStreamLocation at) {
        return file + " line " + at.getLineNr();
    }

    private ConfigException problem(String finding, Throwable cause) {
        return new ConfigException(new Problem(file.toString(), finding), cause);
    }
}

package dev.talaria.pipeline.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Values that lie in files of their own, as secrets do: `${file:PATH}` is the file's text without
/// its last line break, `${file:PATH:KEY}` that key of a properties file, as Kafka's own
/// `FileConfigProvider` has it.
final class FileReferences {

    private static final long MAX_BYTES = 1 << 20;
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{file:([^}]*)}");

    private FileReferences() {}

    /// The text with what its references lead to in their place.
    ///
    /// @param quoted how a value is written where it is put
    /// @throws IllegalArgumentException where one leads to nothing: finding and remedy
    static String resolve(String text, UnaryOperator<String> quoted) {
        Matcher reference = REFERENCE.matcher(text);
        StringBuilder resolved = new StringBuilder();
        while (reference.find()) {
            String value = quoted.apply(value(reference.group(1)));
            reference.appendReplacement(resolved, Matcher.quoteReplacement(value));
        }
        return reference.appendTail(resolved).toString();
    }

    private static String value(String target) {
        int colon = target.lastIndexOf(':');
        if (target.isBlank() || colon == 0 || colon == target.length() - 1) {
            throw new IllegalArgumentException(
                    "'${file:"
                            + target
                            + "}' names no file; write ${file:PATH} or ${file:PATH:KEY}");
        }
        return colon < 0
                ? withoutLineBreak(text(target))
                : key(target.substring(0, colon), target.substring(colon + 1));
    }

    private static String key(String path, String key) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text(path)));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    path + ": it is no properties file; write name = value, one a line", e);
        }
        String value = properties.getProperty(key);
        if (value == null) {
            throw new IllegalArgumentException(
                    path + ": it has no key '" + key + "'; add it, or correct the reference");
        }
        return value;
    }

    private static String text(String path) {
        Path file = Path.of(path);
        try {
            if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
                throw new IllegalArgumentException(
                        path + ": more than " + MAX_BYTES + " bytes; is it the right file?");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    path + ": there is no such file; check the path, or mount the secret", e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(path + ": it is not UTF-8; save it as UTF-8", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    path
                            + ": it cannot be read ("
                            + e.getClass().getSimpleName()
                            + "); check its rights",
                    e);
        }
    }

    private static String withoutLineBreak(String text) {
        String withoutFeed = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        return withoutFeed.endsWith("\r")
                ? withoutFeed.substring(0, withoutFeed.length() - 1)
                : withoutFeed;
    }
}

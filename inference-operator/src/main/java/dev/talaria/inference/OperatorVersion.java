package dev.talaria.inference;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/// The version this program was built as.
public final class OperatorVersion {

    private static final String CURRENT = read();

    private OperatorVersion() {}

    /// As in the build's project file.
    public static String current() {
        return CURRENT;
    }

    private static String read() {
        try (InputStream file = OperatorVersion.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            properties.load(file);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException("version.properties", e);
        }
    }
}

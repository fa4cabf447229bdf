package dev.talaria.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.StringWrapper;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Every source has the one format there is: google-java-format's, AOSP style.
class SourceFormatTest {

    private static final Path ROOT =
            Path.of(System.getProperty("talaria.root", "..")).toAbsolutePath().normalize();
    private static final String COMMAND =
            "./mvnw -pl pipeline -am test -Dtest=SourceFormatTest -Dformat.apply=true"
                    + " -Dsurefire.failIfNoSpecifiedTests=false";

    private final Formatter formatter =
            new Formatter(JavaFormatterOptions.builder().style(Style.AOSP).build());

    @Test
    void everySourceIsFormatted() throws Exception {
        boolean apply = Boolean.getBoolean("format.apply");
        List<Path> others = new ArrayList<>();
        List<Path> sources = sources();
        assertThat(sources).as("sources under %s", ROOT).hasSizeGreaterThan(10);
        for (Path source : sources) {
            String text = Files.readString(source);
            String formatted = formatted(source, text);
            if (!formatted.equals(text)) {
                if (apply) {
                    Files.writeString(source, formatted);
                } else {
                    others.add(ROOT.relativize(source));
                }
            }
        }
        assertThat(others).as("sources in another format; to rewrite them: %s", COMMAND).isEmpty();
    }

    private String formatted(Path source, String text) {
        try {
            String used = RemoveUnusedImports.removeUnusedImports(text);
            String ordered = ImportOrderer.reorderImports(used, Style.AOSP);
            return StringWrapper.wrap(formatter.formatSource(ordered), formatter);
        } catch (FormatterException e) {
            throw new IllegalStateException(ROOT.relativize(source) + ": " + e.getMessage(), e);
        }
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Path module : Modules.under(ROOT)) {
            Path folder = module.resolve("src");
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.walk(folder)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .sorted()
                            .forEach(sources::add);
                }
            }
        }
        return sources;
    }
}

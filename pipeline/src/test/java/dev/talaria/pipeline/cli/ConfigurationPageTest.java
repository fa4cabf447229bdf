package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The page of settings says what the program knows.
///
/// With `-Ddocs.apply=true` it is written anew: `./mvnw -pl pipeline -am test
/// -Dtest=ConfigurationPageTest -Ddocs.apply=true -Dsurefire.failIfNoSpecifiedTests=false`.
class ConfigurationPageTest {

    private static final Path PAGE =
            Path.of(System.getProperty("talaria.root", "..")).resolve("docs/configuration.md");
    private static final String BEGIN = "Written by `./talaria config --markdown`.\n\n";

    @Test
    void theTableIsThatOfTheProgram() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        if (Boolean.getBoolean("docs.apply")) {
            Files.writeString(PAGE, page.substring(0, begin) + ConfigCommand.markdown());
        }
        assertThat(Files.readString(PAGE).substring(begin))
                .as("docs/configuration.md; -Ddocs.apply=true writes it")
                .isEqualTo(ConfigCommand.markdown());
    }
}

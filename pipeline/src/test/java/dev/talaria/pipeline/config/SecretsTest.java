package dev.talaria.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Secrets lie in files of their own, and are shown nowhere.
class SecretsTest {

    private static final String BROKER = "kafka.bootstrap.servers: a:9092\n";

    @TempDir Path folder;

    @Test
    void aWholeFileIsAValueWithoutItsLastLineBreak() throws IOException {
        Path secret = Files.writeString(folder.resolve("password"), "pass word \n");

        assertThat(load("kafka.ssl.key.password: ${file:" + secret + "}").kafka())
                .containsEntry("ssl.key.password", "pass word ");
    }

    @Test
    void aKeyOfAPropertiesFileIsAValue() throws IOException {
        Path secrets = Files.writeString(folder.resolve("s.properties"), "one=1\ntwo = zwei\n");

        assertThat(load("kafka.ssl.key.password: ${file:" + secrets + ":two}").kafka())
                .containsEntry("ssl.key.password", "zwei");
    }

    @Test
    void variablesOfTheEnvironmentLeadToFilesToo() throws IOException {
        Path secret = Files.writeString(folder.resolve("password"), "hush");
        Path file = Files.writeString(folder.resolve("talaria.yaml"), BROKER);

        PipelineConfig config =
                PipelineConfig.load(
                        file, Map.of("TALARIA_KAFKA_SSL_KEY_PASSWORD", "${file:" + secret + "}"));

        assertThat(config.kafka()).containsEntry("ssl.key.password", "hush");
    }

    @Test
    void quotesOfASecretStayInsideTheQuotesOfAJaasConfiguration() throws IOException {
        Path secret = Files.writeString(folder.resolve("password"), "a\"b\\c");

        PipelineConfig config = load(jaas("${file:" + secret + "}"));

        assertThat(config.kafka().get("sasl.jaas.config")).endsWith("password=\"a\\\"b\\\\c\";");
    }

    @Test
    void aReferenceThatLeadsNowhereNamesSettingAndFile() throws IOException {
        Path secrets = Files.writeString(folder.resolve("s.properties"), "one=1\n");

        assertThatThrownBy(() -> load("kafka.ssl.key.password: ${file:/no/where}"))
                .hasMessageContaining("line 2: kafka.ssl.key.password: /no/where")
                .hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> load("kafka.ssl.key.password: ${file:" + secrets + ":three}"))
                .hasMessageContaining("it has no key 'three'");
        assertThatThrownBy(() -> load("kafka.ssl.key.password: ${file:}"))
                .hasMessageContaining("names no file");
    }

    @Test
    void whatAFileHoldsIsNotShownWhereItIsNotOfTheType() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "hush");

        assertThatThrownBy(() -> load("inference.threads: ${file:" + secret + "}"))
                .hasMessageContaining("inference.threads")
                .hasMessageNotContaining("hush");
    }

    @Test
    void providersOfKafkaItselfAreLeftAlone() throws IOException {
        PipelineConfig config =
                load(
                        "kafka.config.providers: file\n"
                                + "kafka.config.providers.file.class:"
                                + " org.apache.kafka.common.config.provider.FileConfigProvider\n"
                                + "kafka.ssl.key.password: ${file:/no/where:key}");

        assertThat(config.kafka()).containsEntry("ssl.key.password", "${file:/no/where:key}");
    }

    @Test
    void noTextOfAConfigurationShowsItsSecrets() throws IOException {
        PipelineConfig config = load(jaas("hush-hush") + "\nkafka.ssl.key.password: quiet-quiet");

        assertThat(config.toString())
                .contains("ssl.key.password=[hidden]")
                .doesNotContain("hush-hush", "quiet-quiet");
        assertThat(config.withoutSecrets("user talaria, hush-hush and quiet-quiet"))
                .isEqualTo("user talaria, [hidden] and [hidden]");
    }

    private static String jaas(String password) {
        return "kafka.sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule"
                + " required username=\"talaria\" password=\""
                + password
                + "\";'";
    }

    private PipelineConfig load(String text) throws IOException {
        return PipelineConfig.load(
                Files.writeString(folder.resolve("talaria.yaml"), BROKER + text), Map.of());
    }
}

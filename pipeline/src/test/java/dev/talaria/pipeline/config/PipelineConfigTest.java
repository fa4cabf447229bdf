package dev.talaria.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.PropertyOrder;
import dev.talaria.schemas.grammar.Spelling;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

class PipelineConfigTest {

    @TempDir Path folder;

    @Test
    void nestedYamlDottedYamlAndPropertiesSayTheSame() throws IOException {
        PipelineConfig nested =
                yaml(
                        """
                        kafka:
                          bootstrap.servers: [one:9092, two:9092]
                          security.protocol: SSL
                        topics:
                          documents: mail
                        task: {temperature: 0.5, top.k: 40}
                        inference.kv.bytes: 2G
                        """);
        PipelineConfig dotted =
                properties(
                        """
                        kafka.bootstrap.servers = one:9092,two:9092
                        kafka.security.protocol = SSL
                        topics.documents = mail
                        task.temperature = 0.5
                        task.top.k = 40
                        inference.kv.bytes = 2147483648
                        """);

        assertThat(nested).isEqualTo(dotted);
        assertThat(nested.kafka()).containsEntry("security.protocol", "SSL");
        assertThat(nested.topics().documents()).isEqualTo("mail");
        assertThat(nested.topics().rejected()).isEqualTo("talaria.rejected");
        assertThat(nested.task().sampling().topK()).isEqualTo(40);
        assertThat(nested.flow().inFlightMax()).isEqualTo(32);
    }

    @Test
    void anUnknownSettingIsAnErrorThatNamesTheNearestKnownOne() {
        assertThatThrownBy(() -> yaml("inference.thread: 3"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("config.yaml")
                .hasMessageContaining("'inference.thread'")
                .hasMessageContaining("did you mean 'inference.threads'?");
    }

    @ParameterizedTest
    @CsvSource({
        "inference.threads, many, a whole number",
        "inference.batch.max, 0, from 1",
        "topics.create, maybe, true or false",
        "task.temperature, warm, a number",
        "inference.kv.bytes, 4T, bytes",
        "task.seed, 1.5, a whole number",
        "task.order, random, schema or any",
        "task.spelling, airy, 'single-space, compact or flexible'"
    })
    void aValueOfAnotherTypeIsAnErrorThatSaysWhatToWrite(String name, String value, String type) {
        assertThatThrownBy(() -> yaml("kafka.bootstrap.servers: a:1\n" + name + ": " + value))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("config.yaml line 2: " + name)
                .hasMessageContaining("'" + value + "'")
                .hasMessageContaining(type);
    }

    @Test
    void answersAreSpelledAsTheTaskSays() throws IOException {
        String broker = "kafka.bootstrap.servers: a:1\n";

        assertThat(yaml(broker).task().grammar()).isEqualTo(GrammarOptions.DEFAULT);
        assertThat(yaml(broker + "task: {order: any, spelling: compact}").task().grammar())
                .isEqualTo(GrammarOptions.DEFAULT.with(PropertyOrder.ANY).with(Spelling.COMPACT));
        assertThat(
                        yaml(broker + "task: {spelling: flexible, whitespace.max: 3}")
                                .task()
                                .grammar()
                                .spelling())
                .isEqualTo(Spelling.flexible(3));
        assertThatThrownBy(() -> yaml(broker + "task: {spelling: flexible, whitespace.max: 65}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("65")
                .hasMessageContaining("0 to 64");
    }

    @Test
    void repackedWeightsAreKeptOnlyWhereAFolderIsNamed() {
        Map<String, String> required = Map.of("kafka.bootstrap.servers", "a:9092");
        assertThat(PipelineConfig.of(required).operator().repackCache()).isEmpty();
        Map<String, String> settings = new HashMap<>(required);
        settings.put("inference.repack.cache", "");
        assertThat(PipelineConfig.of(settings).operator().repackCache()).isEmpty();
        settings.put("inference.repack.cache", "/var/cache/talaria");
        assertThat(PipelineConfig.of(settings).operator().repackCache())
                .contains(Path.of("/var/cache/talaria"));
    }

    @Test
    void theEnvironmentOverridesTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("config.yaml"), "inference.threads: 3");

        PipelineConfig config =
                PipelineConfig.load(
                        file,
                        Map.of(
                                "TALARIA_INFERENCE_THREADS", "5",
                                "TALARIA_KAFKA_BOOTSTRAP_SERVERS", "elsewhere:9092",
                                "TALARIA_KAFKA_SSL_TRUSTSTORE_LOCATION", "/trust",
                                "TALARIA_OPTS", "-Xmx1g",
                                "PATH", "/bin"));

        assertThat(config.operator().threads()).isEqualTo(5);
        assertThat(config.bootstrapServers()).isEqualTo("elsewhere:9092");
        assertThat(config.kafka()).containsEntry("ssl.truststore.location", "/trust");
    }

    @Test
    void anUnknownVariableIsAnErrorToo() throws IOException {
        Path file = Files.writeString(folder.resolve("config.yaml"), "kafka.bootstrap.servers: a");

        assertThatThrownBy(() -> PipelineConfig.load(file, Map.of("TALARIA_TOPIC_SCHEMAS", "x")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("environment variable TALARIA_TOPIC_SCHEMAS")
                .hasMessageContaining("did you mean 'TALARIA_TOPICS_SCHEMAS'?");
    }

    @Test
    void theBrokersHaveToBeNamed() {
        assertThatThrownBy(() -> yaml("application.id: x"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("kafka.bootstrap.servers: it is not set");
    }

    @Test
    void whatTalariaDecidesItselfCannotBeSet() {
        assertThatThrownBy(() ->
                        yaml(
                                "kafka.bootstrap.servers: a\n"
                                        + "kafka.processing.guarantee: at_least_once"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("kafka.processing.guarantee");
    }

    @Test
    void twoTopicsOfOneNameAreAnError() {
        assertThatThrownBy(() ->
                        yaml("kafka.bootstrap.servers: a\ntopics.rejected: talaria.documents"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("topics");
    }

    @Test
    void aSettingThatIsThereTwiceIsAnErrorThatNamesBothLines() {
        assertThatThrownBy(
                        () -> yaml("kafka.bootstrap.servers: a\ntopics: {jobs: x}\ntopics.jobs: y"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("config.yaml line 3: topics.jobs")
                .hasMessageContaining("config.yaml line 2");
    }

    @Test
    void onlyQuotesMakeAnEmptyTextOfNothing() throws IOException {
        String broker = "kafka.bootstrap.servers: a:1\n";
        assertThat(yaml(broker + "inference.repack.cache: ''").operator().repackCache()).isEmpty();
        assertThatThrownBy(() -> yaml(broker + "inference.repack.cache:"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "config.yaml line 2: inference.repack.cache: it has no value");
    }

    @Test
    void brokenYamlIsAnErrorWithItsLine() {
        assertThatThrownBy(() -> yaml("application.id: x\n  topics: [\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("config.yaml line ");
    }

    @Test
    void aFileThatIsNotThereIsAnErrorThatNamesIt() {
        Path missing = folder.resolve("missing.yaml");

        assertThatThrownBy(() -> PipelineConfig.load(missing, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(missing + ": there is no such file");
    }

    @Test
    void everySettingHasAMeaningInTheTable() {
        assertThat(PipelineConfig.table())
                .hasSizeGreaterThan(20)
                .allSatisfy(row -> {
                    assertThat(row.text()).as(row.name()).endsWith(".");
                    assertThat(row.type()).as(row.name()).isNotEmpty();
                });
    }

    private PipelineConfig yaml(String text) throws IOException {
        return PipelineConfig.load(
                Files.writeString(folder.resolve("config.yaml"), text), Map.of());
    }

    private PipelineConfig properties(String text) throws IOException {
        return PipelineConfig.load(
                Files.writeString(folder.resolve("config.properties"), text), Map.of());
    }
}
